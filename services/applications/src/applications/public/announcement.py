"""What is said in public of a cohort, in words and for other web pages. Pure.

For the pages of King's and FMLM, which lead here or read the JSON.
"""

from typing import Any

from applications.admissions.document_names import document_title
from applications.admissions.open_to_apply import Because, OpenToApply, headline
from nextstep_programme import Cohort, Session
from nextstep_programme.writing import deadline, listed, local, short_weekday, span, weekday

_CLOSED: dict[Because, str] = {
    "deadline": "The deadline was {deadline}.",
    "closed_early": "All places have been taken.",
    "list_full": "All places have been taken, and the waiting list is full.",
    "before_opening": "They open on {opening}.",
    "pages_missing": "We say here when they open.",
}


def explanation(found: OpenToApply, cohort: Cohort) -> str:
    """What follows from it for whoever would apply."""
    until = deadline(cohort.deadline, cohort.zone)
    if found.because:
        opening = weekday(cohort.applications_open)
        return _CLOSED[found.because].format(deadline=until, opening=opening)
    if found.state == "open":
        return f"Apply by {until}. Applications close sooner if all places have been taken."
    return (
        f"All places are taken or on offer. You can still apply until {until}; if you are eligible,"
        " we write to you when a place becomes free."
    )


def can_apply(found: OpenToApply) -> bool:
    """Whether the way to the form is shown."""
    return found.state in {"open", "waiting_list"}


def who_can_join(cohort: Cohort) -> list[str]:
    """The conditions, each a line."""
    rules = cohort.eligibility
    near = (
        f"You are within {rules.cct_window_years} training years of your expected date of CCT or"
        f" CCST when the programme begins on {weekday(rules.commencement)}."
    )
    return [
        f"You are a senior trainee in one of these: {listed(rules.disciplines)}.",
        near,
        f"You are in a training programme in the {rules.region} on {weekday(rules.training_on)}.",
    ]


def attendance(cohort: Cohort) -> str:
    """What Fellows come to."""
    needed, there_are = (
        cohort.completion.masterclasses_required,
        len([*cohort.of_kind("masterclass")]),
    )
    modules = len([*cohort.of_kind("module")])
    return (
        f"Except in exceptional circumstances, Fellows come to all {modules} modules and to at"
        f" least {needed} of the {there_are} masterclasses. Learning sets, coaching and other"
        " sessions are arranged during the year."
    )


def dated(calendar: Cohort) -> list[Session]:
    """The sessions that have a date, in their order."""
    found = [one for one in calendar.sessions if one.on is not None]
    return sorted(found, key=lambda one: (str(one.on), str(one.starts or "")))


def rows(calendar: Cohort) -> list[dict[str, Any]]:
    """The dates, as a table shows them."""
    return [
        {
            "on": short_weekday(one.on) if one.on else "",
            "title": one.title,
            "time": _time(one),
            "venue": one.venue,
        }
        for one in dated(calendar)
    ]


def _time(session: Session) -> str:
    said = span(session.starts, session.ends)
    return said[:1].upper() + said[1:]


def as_data(
    found: OpenToApply, calendar: Cohort, *, page: str, privacy_notice: str | None
) -> dict[str, Any]:
    """All of it for another web page.

    Days and times are local to `zone`, and so are moments, with their offset: whoever takes the day
    of one takes the right one.

    Args:
        found: how it stands.
        calendar: the cohort, its sessions as the calendar has them.
        page: the public address of the page.
        privacy_notice: the public address of the notice, if it is there.

    """
    rules = calendar.eligibility
    return {
        "cohort": calendar.id,
        "title": calendar.title,
        "state": found.state,
        "places_left": found.places_left,
        "headline": headline(found),
        "explanation": explanation(found, calendar),
        "opens": local(calendar.opening, calendar.zone).isoformat(),
        "deadline": local(calendar.deadline, calendar.zone).isoformat(),
        "deadline_in_words": deadline(calendar.deadline, calendar.zone),
        "zone": calendar.zone,
        "who_can_join": {
            "in_words": who_can_join(calendar),
            "disciplines": list(rules.disciplines),
            "region": rules.region,
            "in_training_on": rules.training_on.isoformat(),
            "training_years_to_cct": rules.cct_window_years,
            "programme_begins": rules.commencement.isoformat(),
        },
        "documents": [document_title(key) for key in rules.documents],
        "attendance": attendance(calendar),
        "dates": [
            {
                "title": one.title,
                "kind": one.kind,
                "on": one.on.isoformat() if one.on else None,
                "starts": f"{one.starts:%H:%M}" if one.starts else None,
                "ends": f"{one.ends:%H:%M}" if one.ends else None,
                "venue": one.venue,
            }
            for one in dated(calendar)
        ],
        "page": page,
        "form": calendar.form_url if can_apply(found) else None,
        "privacy_notice": privacy_notice,
        "contact": calendar.contact,
        "contact_email": calendar.contact_address,
    }
