"""What a Fellow reads about their leave: what is missing, by name, and what became of each day."""

from datetime import UTC, date, datetime

from applications.admissions.application import Application, LeaveEntry
from applications.study_leave.missing_leave import missing_of
from applications.study_leave.own_leave import ASKED, own_leave, still_missing

from ..builders import IN_TIME as APPLIED
from ..builders import answers, cohort

COHORT = cohort()
NOW = datetime(2024, 11, 20, 10, tzinfo=UTC)
MODULE_2, BEFORE = date(2024, 12, 11), date(2024, 12, 4)


def dates():
    return {s.key: s.on for s in COHORT.sessions if s.on and s.on >= NOW.date()}


def fellow(**said):
    """A Fellow to whom leave is granted for every date, but for these."""
    entries = [
        LeaveEntry(session_key=key, on=on, status="granted")
        for key, on in dates().items()
        if key not in said
    ]
    entries += [one for one in said.values() if one]
    return Application(
        id="a",
        cohort=COHORT.id,
        person_id="p",
        reference="NS24-0001",
        answers=answers(),
        state="accepted",
        first_submitted_at=APPLIED,
        submitted_at=APPLIED,
        arrived=1,
        updated_at=APPLIED,
        study_leave=tuple(entries),
    )


def test_what_is_missing_is_named():
    nothing_told = LeaveEntry(session_key="module-3", on=date(2025, 2, 20), status="not_possible")
    found = fellow(**{"module-2": None, "module-3": nothing_told})
    assert still_missing(missing_of(found, COHORT, NOW)) == [
        f"{ASKED['tell_trust']}: Module 3 on 20 Feb 2025, at {answers().trust}.",
        "Tell us how study leave stands: Module 2 on 11 Dec 2024.",
    ]
    assert still_missing(missing_of(fellow(), COHORT, NOW)) == []


def test_a_day_of_a_session_that_moved_keeps_what_was_said_and_the_new_day_is_asked_about():
    earlier = LeaveEntry(session_key="module-2", on=BEFORE, status="granted")
    found = fellow(**{"module-2": earlier})
    lines = [one for one in own_leave(found, COHORT, NOW) if one.title.startswith("Module 2")]
    assert [(line.on, line.said, line.note) for line in lines] == [
        (BEFORE, "Granted", "The session is now on 11 Dec 2024."),
        (MODULE_2, None, ""),
    ]
    assert still_missing(missing_of(found, COHORT, NOW)) == [
        "The day changed: tell us how leave stands for the new day: Module 2 on 11 Dec 2024."
    ]
