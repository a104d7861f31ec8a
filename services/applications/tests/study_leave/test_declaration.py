"""What a Fellow declares about study leave."""

from datetime import date

import pytest

from applications.study_leave.declaration import (
    DeclarationError,
    Declared,
    dates_ahead,
    declare,
    declare_alike,
)

from ..builders import cohort

TODAY = date(2024, 9, 12)
COHORT = cohort()


def test_leave_is_asked_for_dated_sessions_that_are_still_ahead():
    keys = [s.key for s in dates_ahead(COHORT, TODAY)]
    assert keys[0] == "module-1"
    assert "masterclass-1" not in keys
    assert "surgeries" not in keys
    assert len(keys) == 9


def test_what_is_left_open_can_be_told_later():
    sessions = dates_ahead(COHORT, date(2025, 5, 1))
    (entry,) = declare(sessions, {"module-4": Declared("not_applied_for")}, TODAY)
    assert (entry.session_key, entry.status) == ("module-4", "not_applied_for")


def test_half_an_answer_is_asked_about():
    sessions = dates_ahead(COHORT, date(2025, 5, 1))
    half = {"module-4": Declared("", "Ipswich"), "masterclass-6": Declared("maybe")}
    with pytest.raises(DeclarationError) as refused:
        declare(sessions, half, TODAY)
    assert refused.value.faults == {
        "masterclass-6": "Say how study leave stands: Masterclass 6: Care integration.",
        "module-4": "Say how study leave stands: Module 4: Capstone, best practice and next steps.",
    }


def test_one_answer_can_stand_for_every_date():
    sessions = dates_ahead(COHORT, TODAY)
    entries = declare_alike(sessions, Declared("not_possible", "Ipswich", "2024-09-11"), TODAY)
    assert [(entry.session_key, entry.on) for entry in entries] == [
        (session.key, session.on) for session in sessions
    ]
    assert {(entry.status, entry.trust_notified) for entry in entries} == {
        ("not_possible", "Ipswich")
    }
    for said, why in ((Declared(), "Say how"), (Declared("granted", "", "2024-09-13"), "future")):
        with pytest.raises(DeclarationError, match=why):
            declare_alike(sessions, said, TODAY)


@pytest.mark.parametrize("notified_on", ["2030-01-01", "yesterday"])
def test_the_day_a_trust_was_told_is_a_day_and_not_in_the_future(notified_on):
    sessions = dates_ahead(COHORT, date(2025, 7, 1))
    with pytest.raises(DeclarationError):
        declare(sessions, {"module-4": Declared("not_possible", "Barts", notified_on)}, TODAY)


def test_impossible_leave_says_which_trust_knows_and_since_when():
    sessions = dates_ahead(COHORT, date(2025, 5, 1))
    entries = declare(
        sessions,
        {
            "masterclass-6": Declared("not_possible"),
            "module-4": Declared("not_possible", " Mid and South Essex ", "2024-09-11"),
        },
        TODAY,
    )
    assert entries[0].trust_notified is None
    assert entries[1].trust_notified == "Mid and South Essex"
    assert entries[1].notified_on == date(2024, 9, 11)
