"""What the source of a cohort leaves open, or what somebody should look at before it starts.

Nothing here stops anybody. What no rule can detect is in the file's own `notes`.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from nextstep_programme.calendar_points import calendar_points
from nextstep_programme.findings import Remark
from nextstep_programme.learning_set_points import learning_set_points
from nextstep_programme.model import SUBMITTED, Cohort
from nextstep_programme.writing import clock, day, local, weekday

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def open_points(cohort: Cohort) -> list[Remark]:
    """Every open point of the cohort, those in its notes included."""
    rules = (
        _deadline,
        _selection,
        _eligibility,
        _sessions,
        calendar_points,
        learning_set_points,
        _completion,
        _awards,
        _benefits,
        _contact,
        _form,
    )
    found = list(chain.from_iterable(rule(cohort) for rule in rules))
    notes = (Remark("note", ("notes", n), text) for n, text in enumerate(cohort.notes))
    return [*found, *notes]


def _deadline(cohort: Cohort) -> Iterator[Remark]:
    stated, on = cohort.deadline_stated, cohort.deadline_on
    path = ("deadline_stated",)
    in_force = f"{weekday(on)}, {clock(cohort.deadline_at)} ({cohort.zone}) is in force."
    for place, name in enumerate(_WEEKDAYS):
        if re.search(rf"\b{name}\b", stated, re.IGNORECASE) and on.weekday() != place:
            yield Remark(
                "deadline-weekday",
                path,
                f"the published deadline names a {name}, but {day(on)} is "
                f"a {on:%A}. {in_force} Late applications are kept and flagged.",
            )
    if _twice(cohort):
        first = local(cohort.deadline, cohort.zone)
        yield Remark(
            "deadline-twice",
            ("deadline_at",),
            f"the clocks go back on {weekday(on)}, so {clock(cohort.deadline_at)} comes twice. The "
            f"first of them is in force ({first:%H:%M %Z}); choose another time to be understood.",
        )
    if not re.search(rf"\b0?{on.day}\s*(st|nd|rd|th)?\s+{on:%B}\s+{on.year}\b", stated):
        yield Remark(
            "deadline-differs", path, f"the published deadline reads {stated!r}. {in_force}"
        )


def _twice(cohort: Cohort) -> bool:
    """Whether the deadline lies in the hour that comes twice when the clocks go back."""
    local_time = datetime.combine(cohort.deadline_on, cohort.deadline_at, ZoneInfo(cohort.zone))
    offsets = {local_time.replace(fold=fold).utcoffset() for fold in (0, 1)}
    return len(offsets) > 1


def _selection(cohort: Cohort) -> Iterator[Remark]:
    rules = cohort.selection
    if "sooner" in cohort.deadline_stated.lower():
        order = {
            "rolling": "the first eligible applicant is the first offered a place, and a waiting "
            "list follows",
            "reviewed": "applications are compared after the deadline",
        }[rules.mode]
        yield Remark(
            "first-come-or-merit",
            ("selection", "mode"),
            "the published deadline can come sooner, when all places are taken; it does not say "
            f"whether places go by order or by merit. In force is `{rules.mode}`: {order}.",
        )
    if rules.mode == "reviewed" and SUBMITTED not in rules.tie_breaks:
        yield Remark(
            "selection-tie-break-incomplete",
            ("selection", "tie_breaks"),
            f"a tie across the last place can remain, because `{SUBMITTED}` is not among the "
            "tie-breaks; the office then decides by hand.",
        )
    dated = [session for session in cohort.sessions if session.on]
    missed = [
        session.title for session in dated if session.on and session.on <= rules.promote_until
    ]
    if missed:
        yield Remark(
            "promotion-after-start",
            ("selection", "promote_until"),
            f"the waiting list is offered free places until {weekday(rules.promote_until)}. "
            f"Whoever joins that late has missed: {'; '.join(missed)}.",
        )


def _eligibility(cohort: Cohort) -> Iterator[Remark]:
    rules = cohort.eligibility
    if rules.training_on < cohort.deadline_on:
        yield Remark(
            "training-day-before-deadline",
            ("eligibility", "training_on"),
            f"applicants must still be in training in {rules.region} on "
            f"{weekday(rules.training_on)}, which lies before the deadline.",
        )
    if rules.commencement_alternatives:
        others = ", ".join(weekday(day) for day in rules.commencement_alternatives)
        yield Remark(
            "commencement-readings",
            ("eligibility", "commencement"),
            f"commencing is read as {weekday(rules.commencement)}; it could also mean {others}. "
            "A CCT date that passes one reading and fails another is referred to a person.",
        )
    yield Remark(
        "no-lower-cct-bound",
        ("eligibility", "cct_window_years"),
        "there is no lower bound on the CCT date: one that falls before the programme ends on "
        f"{weekday(cohort.completes_on)} is accepted.",
    )


def _sessions(cohort: Cohort) -> Iterator[Remark]:
    for position, session in enumerate(cohort.sessions):
        path = ("sessions", position)
        if session.on is None:
            yield Remark("undated-session", path, f"{session.title}: no date yet.")
        elif session.starts is None:
            yield Remark(
                "time-to-be-confirmed",
                path,
                f"{session.title} on {weekday(session.on)}: no times yet. People get an all-day "
                "invitation until the office sets them.",
            )


def _completion(cohort: Cohort) -> Iterator[Remark]:
    rules = cohort.completion
    expected = {
        "learning sets": rules.learning_sets_required,
        "coaching": rules.coaching_required,
        "the Quality Improvement Project": rules.project_required,
    }
    optional = [name for name, required in expected.items() if not required]
    if optional:
        yield Remark(
            "expected-not-required",
            ("completion",),
            f"expected and tracked, but no bar to completion: {', '.join(optional)}.",
        )


def _awards(cohort: Cohort) -> Iterator[Remark]:
    rules = cohort.awards
    unused = [c.title for c in rules.criteria if c.key not in rules.tie_breaks]
    if unused:
        yield Remark(
            "tie-break-incomplete",
            ("awards", "tie_breaks"),
            f"a tie can remain, because these criteria break none: {', '.join(unused)}.",
        )


def _benefits(cohort: Cohort) -> Iterator[Remark]:
    rules = cohort.benefits
    months = rules.membership_from.month - 1 + rules.membership_months
    ends_in = (rules.membership_from.year + months // 12, months % 12 + 1)
    valid_until = (cohort.completes_on.year + rules.discount_years, cohort.completes_on.month)
    if ends_in < valid_until:
        yield Remark(
            "membership-ends-before-discount",
            ("benefits", "membership_months"),
            f"membership ends after {rules.membership_months} months, the discount after "
            f"{rules.discount_years} years, and the discount needs membership. Fellows are "
            "reminded of the membership, and told the last day of the discount once.",
        )


def _contact(cohort: Cohort) -> Iterator[Remark]:
    if cohort.contact_address is None:
        yield Remark(
            "contact-not-an-address",
            ("contact",),
            f"{cohort.contact!r} holds no email address; the source cuts it off. Until "
            "`contact_email` names it, pages ask people to reply to an email instead.",
        )


def _form(cohort: Cohort) -> Iterator[Remark]:
    if cohort.form_url is None:
        yield Remark(
            "form-without-address",
            ("form_url",),
            "applicants whose answers changed are asked to fill in the form again, and no link "
            "leads them to it.",
        )
