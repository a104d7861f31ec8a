"""How many learning sets are feasible, and a fair deal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import Employer, Refused
from nextstep_programme.employers import Employers
from scheduling.learning_sets.dealing import deal, feasibility

from ..builders import cohort, fellow

PLAN = cohort().learning_sets


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


def test_one_employer_in_two_spellings_is_shared_out_like_one():
    """Six from one hospital, six from another: two sets of six have three of each."""
    known = Employers.of(
        [Employer(id="n", name="Norfolk and Norwich", kind="trust", spellings=("NNUH", "Zebra"))]
    )
    wrote = ["NNUH", "Zebra"] * 3 + ["Ipswich"] * 6
    fellows = {
        one.person_id: one
        for one in (fellow(n, trust=text, discipline="dentistry") for n, text in enumerate(wrote))
    }
    for members in deal(fellows.values(), PLAN, "2024-25", known):
        at = [known.called(fellows[one].trust) for one in members]
        assert (at.count("Norfolk and Norwich"), at.count("Ipswich")) == (3, 3)


def test_the_deal_mixes_the_disciplines():
    fellows = {f.person_id: f for f in (fellow(n) for n in range(70))}
    for members in deal(fellows.values(), PLAN, "2024-25"):
        disciplines = {fellows[p].current.accepted.discipline for p in members}
        assert len(disciplines) == 3
