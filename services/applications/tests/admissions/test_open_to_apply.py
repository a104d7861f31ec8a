"""Whether one can apply, at every moment and in every state of the places."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.open_to_apply import (
    OpenToApply,
    headline,
    left_for_newcomers,
    open_to_apply,
)
from applications.admissions.place_ledger import (
    Ledger,
    accept,
    admit,
    change_places,
    close,
    decline,
    reopen,
    wait,
)
from nextstep_contracts import AlreadySo, Refused

from ..builders import cohort

OPENS = datetime(2024, 6, 2, 23, 0, tzinfo=UTC)
"""Midnight of 3 June in British Summer Time."""
DEADLINE = datetime(2024, 9, 9, 22, 59, tzinfo=UTC)
OVER = DEADLINE + timedelta(seconds=1)
DURING = datetime(2024, 8, 1, 9, tzinfo=UTC)
ENDS = DURING + timedelta(days=7)
COHORT = cohort(places=1)
TICK = timedelta(microseconds=1)


def holding(*applicants, places=1):
    ledger = Ledger("2024-25", places)
    for one in applicants:
        ledger, _ = admit(ledger, one, DURING, ENDS)
    return ledger


def stands(ledger=None, *, now=DURING, missing=(), **selection):
    year = cohort(places=1, **selection) if selection else COHORT
    found = open_to_apply(year, ledger or holding(), missing, now)
    return found.state, found.because


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (OPENS - TICK, ("not_open", "before_opening")),
        (OPENS, ("open", None)),
        (DEADLINE - TICK, ("open", None)),
        (DEADLINE, ("open", None)),
        (OVER - TICK, ("open", None)),  # within the second of the deadline
        (OVER, ("closed", "deadline")),
        (OVER + timedelta(days=300), ("closed", "deadline")),
    ],
)
def test_it_opens_and_closes_at_its_moments(now, found):
    assert stands(now=now) == found


@pytest.mark.parametrize("now", [OPENS - TICK, OPENS, DURING, DEADLINE, OVER])
def test_it_never_opens_while_a_page_that_the_law_asks_for_is_missing(now):
    state, _ = stands(now=now, missing=("cookies",))
    assert state == ("closed" if now == OVER else "not_open")


def test_the_last_place_on_offer_leaves_the_waiting_list_and_giving_it_back_a_place():
    assert stands(holding()) == ("open", None)
    assert stands(holding("a")) == ("waiting_list", None)
    taken, _ = accept(holding("a"), "a", DURING)
    assert stands(taken) == ("waiting_list", None)
    back, _ = decline(holding("a"), "a", DURING, "Moved.")
    assert stands(back) == ("open", None)


def test_a_place_for_which_others_wait_is_no_place_for_a_newcomer():
    back, _ = decline(holding("a", "b"), "a", DURING, "Moved.")
    assert (back.free, stands(back)) == (1, ("waiting_list", None))


def test_the_list_is_full_at_its_limit_and_not_one_before():
    assert stands(holding("a", "b"), waiting_list_limit=2) == ("waiting_list", None)
    assert stands(holding("a", "b", "c"), waiting_list_limit=2) == ("closed", "list_full")
    assert stands(holding("a", "b", "c")) == ("waiting_list", None)


def test_a_full_list_closes_nothing_while_a_place_is_free():
    more, _ = change_places(holding("a", "b", "c"), 2, DURING, "One more.")
    assert stands(more, waiting_list_limit=2) == ("waiting_list", None)


def test_an_early_close_holds_until_the_office_opens_again():
    closed, movement = close(holding("a"), DURING, "All taken.")
    assert (movement.kind, movement.override, movement.application_id) == ("closed", "closing", "")
    assert stands(closed) == ("closed", "closed_early")
    back, _ = decline(closed, "a", DURING, "Moved.")
    assert stands(back) == ("closed", "closed_early")
    again, _ = reopen(closed, DURING, "Two more places.")
    assert stands(again) == ("waiting_list", None)


def test_the_deadline_is_the_reason_once_it_has_passed_however_it_was_closed():
    closed, _ = close(holding("a"), DURING, "All taken.")
    assert stands(closed, now=OVER) == ("closed", "deadline")


def test_nobody_closes_while_a_place_is_free_nor_does_anything_twice():
    with pytest.raises(Refused, match="1 free"):
        close(holding(), DURING, "Tired.")
    closed, _ = close(holding("a"), DURING, "All taken.")
    with pytest.raises(AlreadySo):
        close(closed, DURING, "All taken.")
    with pytest.raises(AlreadySo):
        reopen(holding("a"), DURING, "Again.")


def test_whoever_comes_after_an_early_close_is_kept_all_the_same():
    closed, _ = close(holding("a"), DURING, "All taken.")
    after, movement = admit(closed, "b", DURING, ENDS)
    assert (movement.kind, after.waiting) == ("waitlisted", ("b",))


def test_in_a_reviewed_cohort_places_are_left_until_they_are_offered():
    reviewed = {"mode": "reviewed"}
    assert stands(holding(), **reviewed) == ("open", None)
    assert stands(holding("a"), **reviewed) == ("waiting_list", None)
    listed, _ = wait(holding("a"), "b", DURING, "Placed after review.")
    assert stands(listed, **reviewed) == ("waiting_list", None)


@given(
    applicants=st.integers(0, 6),
    places=st.integers(1, 4),
    limit=st.none() | st.integers(1, 3),
    seconds=st.integers(-5, 5),
    around=st.sampled_from([OPENS, DURING, DEADLINE]),
)
def test_places_are_left_exactly_when_the_ledger_would_offer_one(
    applicants, places, limit, seconds, around
):
    now = around + timedelta(seconds=seconds)
    year = cohort(places=places, waiting_list_limit=limit)
    ledger = holding(*map(str, range(applicants)), places=places)
    found = open_to_apply(year, ledger, (), now)
    _, movement = admit(ledger, "newcomer", now, ENDS)
    within = OPENS <= now < OVER
    assert found.places_left == (within and movement.kind == "offered")
    assert (found.state in {"open", "waiting_list"}) <= within
    if within:
        expected = {"open": "left", "waiting_list": "waiting_list", "closed": "full"}
        assert left_for_newcomers(ledger, year, now) == expected[found.state]


def test_what_changes_by_itself_is_named():
    assert open_to_apply(COHORT, holding(), (), OPENS - TICK).changes_at == OPENS
    assert open_to_apply(COHORT, holding(), (), DURING).changes_at == OVER
    assert open_to_apply(COHORT, holding(), (), OVER).changes_at is None


def test_nothing_that_is_said_holds_a_number():
    states = [OpenToApply("open"), OpenToApply("waiting_list"), OpenToApply("closed", "list_full")]
    assert not any(letter.isdigit() for one in states for letter in headline(one))
