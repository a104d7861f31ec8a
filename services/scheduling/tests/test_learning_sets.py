"""Learning sets: what is feasible, a fair deal, swaps."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import Refused
from scheduling.learning_sets import deal, feasibility, meetings, swap
from scheduling.membership import Allocation

from .builders import cohort, fellow, person_id

PLAN = cohort().learning_sets
NOW = datetime(2024, 10, 10, tzinfo=UTC)


def test_seventy_fellows_fill_ten_sets_of_seven_with_no_seat_to_spare():
    room = feasibility(70, PLAN)
    assert (room.slots, room.sets, room.largest, room.seats) == (10, 10, 7, 70)
    assert room.feasible is True


def test_the_announced_size_of_six_leaves_ten_fellows_without_a_seat():
    assert (6, 60, -10) in feasibility(70, PLAN).sizes


def test_fewer_fellows_make_fewer_sets_of_the_announced_size():
    room = feasibility(42, PLAN)
    assert (room.sets, room.largest) == (7, 6)


def test_one_fellow_too_many_is_refused_with_the_sum():
    with pytest.raises(Refused, match="71 Fellows need more than the 70 seats"):
        deal([fellow(n) for n in range(71)], PLAN, "2024-25")


def test_nobody_to_deal_is_refused():
    with pytest.raises(Refused):
        deal([], PLAN, "2024-25")


@given(st.integers(1, 70), st.randoms())
def test_the_deal_is_fair_complete_and_the_same_every_time(number, random):
    fellows = [fellow(n) for n in range(number)]
    sets = deal(fellows, PLAN, "2024-25")
    sizes = [len(members) for members in sets]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= PLAN.size
    assert sorted(p for members in sets for p in members) == sorted(f.person_id for f in fellows)
    random.shuffle(fellows)
    assert deal(fellows, PLAN, "2024-25") == sets


def test_the_deal_mixes_the_disciplines():
    fellows = {f.person_id: f for f in (fellow(n) for n in range(70))}
    for members in deal(fellows.values(), PLAN, "2024-25"):
        disciplines = {fellows[p].current.accepted.discipline for p in members}
        assert len(disciplines) == 3


def test_set_three_meets_in_the_third_slot_of_each_topic():
    assert [(s.session_id, s.on, s.starts, s.ends) for s in meetings(cohort(), 3)] == [
        ("2024-25:topic-1-set-3", date(2024, 11, 1), time(13), time(14, 30)),
        ("2024-25:topic-2-set-3", date(2024, 12, 6), time(13), time(14, 30)),
        ("2024-25:topic-3-set-3", date(2025, 1, 11), time(15), time(16, 30)),
        ("2024-25:topic-4-set-3", date(2025, 2, 28), time(13), time(14, 30)),
    ]


def test_no_two_sets_meet_at_the_same_time():
    slots = [(s.on, s.starts) for n in range(1, 11) for s in meetings(cohort(), n)]
    assert len(slots) == len(set(slots)) == 40


def allocation():
    members = ((person_id(1), person_id(2)), (person_id(3),))
    return Allocation(cohort="2024-25", dealt=members, dealt_at=NOW, size=7, members=members)


def test_a_swap_moves_both_and_remembers_why():
    swapped = swap(
        allocation(), person_id(1), person_id(3), reason="Line manager", by="office", at=NOW
    )
    assert [(m.person_id, m.to, m.reason) for m in swapped.moves] == [
        (person_id(1), 2, "Line manager"),
        (person_id(3), 1, "Line manager"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "reason", "field"),
    [
        ("stranger", person_id(1), "Why", "first"),
        (person_id(1), "stranger", "Why", "second"),
        (person_id(1), person_id(2), "Why", "second"),
        (person_id(1), person_id(3), " ", "reason"),
    ],
)
def test_a_swap_that_makes_no_sense_is_refused(first, second, reason, field):
    with pytest.raises(Refused) as refusal:
        swap(allocation(), first, second, reason=reason, by="office", at=NOW)
    assert [*refusal.value.fields] == [field]
