"""What is missing about study leave on which day, and when to look again."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.application import LeaveEntry
from applications.study_leave.missing_leave import NEEDS, missing
from applications.study_leave.pages.overview import COLOURS
from applications.study_leave.reminding import UNEVENTFUL_DAYS, next_look
from applications.study_leave.rotations import (
    Rotation,
)

from ..builders import cohort

COHORT = cohort()
TODAY = date(2024, 9, 12)
ADDENBROOKES = Rotation(trust="Addenbrooke's", from_date=date(2025, 2, 5))


def entry(key, on, status="granted", trust=None):
    return LeaveEntry(session_key=key, on=on, status=status, trust_notified=trust)


def test_what_is_missing_is_said_for_each_date_with_the_trust_of_that_date():
    dates = {s.key: s.on for s in COHORT.sessions if s.on and s.on >= TODAY}
    entries = [entry(key, on) for key, on in dates.items() if key != "masterclass-6"]
    changes = {
        "module-1": entry("module-1", dates["module-1"], "applied_for"),
        "module-2": entry("module-2", dates["module-2"], "applied_for"),
        "module-3": entry("module-3", dates["module-3"], "not_possible"),
        "module-4": entry("module-4", dates["module-4"], "not_possible", "Ipswich"),
        "masterclass-2": entry("masterclass-2", date(2024, 11, 14)),
    }
    entries = [changes.get(one.session_key, one) for one in entries]
    found = missing(entries, COHORT, TODAY, "Norwich", (ADDENBROOKES,))
    assert [(need.session_key, need.need, need.trust) for need in found] == [
        ("module-1", "chase", "Norwich"),  # near, and no answer
        ("masterclass-2", "again", "Norwich"),  # declared for another day
        ("module-3", "tell_trust", "Addenbrooke's"),
        ("masterclass-6", "declare", "Addenbrooke's"),
    ]


def test_an_application_for_leave_is_chased_from_some_weeks_before_the_date():
    on = date(2024, 12, 11)
    applied = [entry("module-2", on, "applied_for")]

    def chased(today):
        return [n.need for n in missing(applied, COHORT, today, None) if n.on == on]

    assert chased(on - timedelta(days=43)) == []
    assert chased(on - timedelta(days=42)) == ["chase"]
    assert chased(on) == ["chase"]
    assert chased(on + timedelta(days=1)) == []


def test_leave_not_applied_for_yet_is_asked_about_while_trusts_can_still_be_given_notice():
    on = date(2024, 12, 11)
    honest = [entry("module-2", on, "not_applied_for")]

    def asked(today):
        return [n.need for n in missing(honest, COHORT, today, None) if n.on == on]

    assert asked(on - timedelta(days=85)) == []
    assert asked(on - timedelta(days=84)) == ["apply"]
    assert asked(on) == ["apply"]


def test_a_day_of_a_session_that_moved_back_keeps_its_answer():
    on = date(2024, 12, 11)
    both = [entry("module-2", on - timedelta(days=7)), entry("module-2", on)]
    asked = {need.session_key: need for need in missing(both, COHORT, TODAY, None)}
    assert "module-2" not in asked
    asked = {need.session_key: need for need in missing(both[:1], COHORT, TODAY, None)}
    assert asked["module-2"].moved_from == on - timedelta(days=7)


@dataclass
class Declarer:
    """As much of a Fellow as the rule of the next look asks for."""

    study_leave: tuple[LeaveEntry, ...]
    state: str = "accepted"
    erased: bool = False
    trust: str | None = "Norwich"
    rotations: tuple[Rotation, ...] = ()


DATED = [s for s in COHORT.sessions if s.on]
ANSWERS = st.sampled_from(
    [None, "granted", "applied_for", "not_applied_for", "not_possible", "moved"]
)


def answered(session, how):
    """What somebody declared; of a session that moved since, another day."""
    if how == "moved":
        return entry(session.key, session.on + timedelta(days=1))
    return entry(session.key, session.on, how, "Ipswich" if session.number == 1 else None)


@given(
    st.lists(ANSWERS, min_size=len(DATED), max_size=len(DATED)),
    st.dates(date(2024, 6, 1), date(2025, 8, 31)),
    st.integers(1, 60),
)
def test_no_day_with_something_missing_passes_without_a_look(answers, today, days):
    entries = [answered(s, how) for s, how in zip(DATED, answers, strict=True) if how]
    who = Declarer(tuple(entries))
    first = today + timedelta(days=days)
    looked = next_look(who, COHORT, today, days)
    if looked is None:
        assert first > max(s.on for s in DATED)
        return
    assert first <= looked <= max(first, today + timedelta(days=UNEVENTFUL_DAYS))
    passed = [first + timedelta(days=n) for n in range((looked - first).days)]
    assert [day for day in passed if missing(who.study_leave, COHORT, day, None)] == []


def test_the_office_is_shown_whatever_can_be_missing():
    assert COLOURS.keys() == NEEDS.keys()
