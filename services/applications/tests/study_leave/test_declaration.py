"""What a Fellow declares about study leave."""

from datetime import date

import pytest

from applications.study_leave.declaration import (
    DeclarationError,
    Declared,
    dates_ahead,
    declare,
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


def test_each_session_needs_an_answer():
    sessions = dates_ahead(COHORT, date(2025, 5, 1))
    with pytest.raises(DeclarationError) as refused:
        declare(sessions, {"module-4": Declared("granted")}, TODAY)
    assert list(refused.value.faults) == ["masterclass-6"]


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
