"""Do the parts of a cohort fit together? Each rule yields what it finds; none of them stops early.

These are mistakes that would make the software do something wrong. What is merely unfortunate or
undecided is an open point (`open_points`), and never stops anybody.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from zoneinfo import available_timezones

from nextstep_programme.employers import spelling
from nextstep_programme.findings import Inconsistency, distinct
from nextstep_programme.model import SUBMITTED, Cohort, Criterion
from nextstep_programme.timetable import exists, learning_sets, session_keys, session_times
from nextstep_programme.writing import weekday

_LONGEST_COHORT_DAYS = 2 * 366
"""A cohort takes about a year; a longer one is a slip in a date."""


def inconsistencies(cohort: Cohort) -> list[Inconsistency]:
    """Everything in the cohort that contradicts something else in it."""
    if cohort.zone not in available_timezones():
        zone = Inconsistency(
            ("zone",), f"{cohort.zone!r} is not a time zone.", "an IANA name such as Europe/London"
        )
        return [zone]  # moments cannot be compared without it
    rules = (
        _names,
        _application_period,
        _eligibility,
        _selection,
        _reviews,
        session_keys,
        session_times,
        learning_sets,
        _completion,
        _awards,
        _benefits,
        _addresses,
        _employers,
    )
    return list(chain.from_iterable(rule(cohort) for rule in rules))


def _names(cohort: Cohort) -> Iterator[Inconsistency]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", cohort.id):
        yield Inconsistency(
            ("id",),
            f"{cohort.id!r} cannot stand in addresses.",
            "lower-case letters, digits and hyphens, for example 2024-25",
        )
    if not re.fullmatch(r"[A-Z0-9]{2,8}", cohort.reference_prefix):
        yield Inconsistency(
            ("reference_prefix",),
            f"{cohort.reference_prefix!r} cannot begin a reference.",
            "2 to 8 capital letters and digits, for example NS24",
        )


def _application_period(cohort: Cohort) -> Iterator[Inconsistency]:
    if cohort.deadline_on < cohort.applications_open:
        yield Inconsistency(
            ("deadline_on",),
            f"the deadline comes before applications open on {weekday(cohort.applications_open)}.",
            f"{cohort.applications_open} or later",
        )
    if cohort.completes_on < cohort.eligibility.commencement:
        yield Inconsistency(
            ("completes_on",),
            "the programme ends before it starts "
            f"on {weekday(cohort.eligibility.commencement)} (eligibility.commencement).",
            f"{cohort.eligibility.commencement} or later",
        )
    if (cohort.completes_on - cohort.applications_open).days > _LONGEST_COHORT_DAYS:
        yield Inconsistency(
            ("completes_on",),
            f"{weekday(cohort.completes_on)} is more than two years after applications open.",
            "a day within two years",
        )
    yield from exists(cohort, ("deadline_at",), cohort.deadline_on, cohort.deadline_at)


def _eligibility(cohort: Cohort) -> Iterator[Inconsistency]:
    rules = cohort.eligibility
    yield from distinct(("eligibility", "disciplines"), rules.disciplines)
    yield from distinct(("eligibility", "documents"), rules.documents)
    if rules.training_on > cohort.completes_on:
        yield Inconsistency(
            ("eligibility", "training_on"),
            f"the day lies after the programme ends on {weekday(cohort.completes_on)}.",
            f"{cohort.completes_on} or earlier",
        )
    for position, other in enumerate(rules.commencement_alternatives):
        if other == rules.commencement:
            yield Inconsistency(
                ("eligibility", "commencement_alternatives", position),
                "the reading in force is not an alternative to itself.",
                "other days only, or an empty list",
            )


def _selection(cohort: Cohort) -> Iterator[Inconsistency]:
    rules = cohort.selection
    if rules.short_offer_days > rules.offer_days:
        yield Inconsistency(
            ("selection", "short_offer_days"),
            f"the short offer is longer than the usual {rules.offer_days} days.",
            f"1 to {rules.offer_days}",
        )
    windows = {"short_offers_from": rules.short_offers_from, "promote_until": rules.promote_until}
    for name, day in windows.items():
        if not cohort.applications_open <= day <= cohort.completes_on:
            yield Inconsistency(
                ("selection", name),
                f"{weekday(day)} lies outside the year.",
                f"{cohort.applications_open} (applications open) "
                f"to {cohort.completes_on} (completion)",
            )
    if rules.short_offers_from > rules.promote_until:
        yield Inconsistency(
            ("selection", "short_offers_from"),
            "short offers would begin after the last place is offered automatically "
            f"on {weekday(rules.promote_until)}.",
            f"{rules.promote_until} (promote_until) or earlier",
        )


def _reviews(cohort: Cohort) -> Iterator[Inconsistency]:
    """The score sheet of a reviewed cohort; a rolling one may keep one for another year."""
    rules = cohort.selection
    keys = [criterion.key for criterion in rules.criteria]
    if keys or rules.mode == "reviewed":
        yield from distinct(("selection", "criteria"), keys, "key")
    if rules.tie_breaks:
        yield from distinct(("selection", "tie_breaks"), rules.tie_breaks)
    for position, key in enumerate(rules.tie_breaks):
        if key not in (*keys, SUBMITTED):
            path = ("selection", "tie_breaks", position)
            yield Inconsistency(path, f"{key!r} is not a criterion.", ", ".join((*keys, SUBMITTED)))
    for position, key in enumerate(keys):
        if key == SUBMITTED:
            at = ("selection", "criteria", position, "key")
            yield Inconsistency(at, f"{key!r} is the name of a tie-break.", "another key")
    yield from _anchors("selection", rules.criteria, rules.scale)
    yield from _anchored(cohort)
    if rules.spread_flag > (rules.scale - 1) / 2:
        yield Inconsistency(
            ("selection", "spread_flag"),
            f"reviewers on a scale of 1 to {rules.scale} cannot differ that much.",
            f"more than 0, up to {(rules.scale - 1) / 2:g}",
        )


def _anchored(cohort: Cohort) -> Iterator[Inconsistency]:
    """Reviewers agree on what the ends of the scale mean."""
    rules = cohort.selection
    if rules.mode != "reviewed":
        return
    for position, criterion in enumerate(rules.criteria):
        missing = [str(end) for end in (1, rules.scale) if end not in criterion.anchors]
        if missing:
            yield Inconsistency(
                ("selection", "criteria", position, "anchors"),
                f"nothing says what {' and '.join(missing)} mean for {criterion.key}.",
                f"at least 1 and {rules.scale}, each with its meaning",
            )


def _completion(cohort: Cohort) -> Iterator[Inconsistency]:
    there_are = len(tuple(cohort.of_kind("masterclass")))
    if cohort.completion.masterclasses_required > there_are:
        yield Inconsistency(
            ("completion", "masterclasses_required"),
            f"{cohort.completion.masterclasses_required} are required, "
            f"but the programme has {there_are}.",
            f"1 to {there_are}" if there_are else "add the masterclasses to `sessions`",
        )


def _awards(cohort: Cohort) -> Iterator[Inconsistency]:
    rules = cohort.awards
    keys = [criterion.key for criterion in rules.criteria]
    yield from distinct(("awards", "panel_organisations"), rules.panel_organisations)
    yield from distinct(("awards", "criteria"), keys, "key")
    yield from distinct(("awards", "tie_breaks"), rules.tie_breaks)
    if rules.bursaries > cohort.places:
        yield Inconsistency(
            ("awards", "bursaries"),
            "there are more bursaries than Fellows.",
            f"1 to {cohort.places}",
        )
    for position, key in enumerate(rules.tie_breaks):
        if key not in keys:
            path = ("awards", "tie_breaks", position)
            yield Inconsistency(path, f"{key!r} is not a criterion.", ", ".join(keys))
    yield from _anchors("awards", rules.criteria, rules.scale)


def _anchors(part: str, criteria: Sequence[Criterion], scale: int) -> Iterator[Inconsistency]:
    """Only points that can be given have a meaning."""
    for position, criterion in enumerate(criteria):
        for points in sorted(set(criterion.anchors) - set(range(1, scale + 1))):
            yield Inconsistency(
                (part, "criteria", position, "anchors", str(points)),
                f"{points} points cannot be given for {criterion.key}.",
                f"1 to {scale} ({part}.scale)",
            )


def _addresses(cohort: Cohort) -> Iterator[Inconsistency]:
    given = cohort.contact_email
    if given is not None and not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+", given):
        yield Inconsistency(
            ("contact_email",), f"{given!r} is no email address.", "one address, and nothing else"
        )
    if cohort.form_url is not None and not re.fullmatch(r"https://[^\s/]+\S*", cohort.form_url):
        yield Inconsistency(
            ("form_url",),
            f"{cohort.form_url!r} is not where a form can be filled in safely.",
            "an address that begins with https://",
        )


def _employers(cohort: Cohort) -> Iterator[Inconsistency]:
    """Every name means one employer."""
    yield from distinct(("employers",), [one.key for one in cohort.employers], "key")
    whose: dict[str, str] = {}
    for position, one in enumerate(cohort.employers):
        for name in (one.name, *one.spellings):
            other = whose.setdefault(spelling(name), one.name)
            if other != one.name:
                yield Inconsistency(
                    ("employers", position),
                    f"{name!r} is how {other} is called, too.",
                    "names and spellings that mean one employer each",
                )


def _benefits(cohort: Cohort) -> Iterator[Inconsistency]:
    start = cohort.benefits.membership_from
    if not cohort.applications_open <= start <= cohort.completes_on:
        yield Inconsistency(
            ("benefits", "membership_from"),
            f"{weekday(start)} lies outside the year.",
            f"{cohort.applications_open} to {cohort.completes_on}",
        )
