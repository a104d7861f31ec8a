"""Membership of learning sets as a function of dated facts."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.fellows.fellow import Fellow
from scheduling.fellows.who_is_a_fellow import erase, withdraw
from scheduling.learning_sets.allocation import Allocation, swapped
from scheduling.learning_sets.membership import membership

from ..builders import fellow, person_id, withdrawn

DEALT_AT = datetime(2024, 10, 10, tzinfo=UTC)
LONDON = "Europe/London"


def allocation(size=3, moves=()):
    members = ((person_id(1), person_id(2), person_id(3)), (person_id(4), person_id(5)))
    return Allocation(
        cohort="2024-25", dealt=members, dealt_at=DEALT_AT, size=size, moves=moves, members=members
    )


def fellows(*late, gone=()):
    known = {n: fellow(n) for n in range(1, 6)}
    known |= {n: fellow(n, accepted_at=DEALT_AT + timedelta(days=n)) for n in late}
    known |= {n: withdraw(known[n], withdrawn(n)) for n in gone}
    return list(known.values())


def sets(*numbers):
    return tuple(tuple(person_id(n) for n in members) for members in numbers)


def test_without_news_the_deal_holds():
    assert membership(allocation(), fellows(), LONDON) == (sets((1, 2, 3), (4, 5)), ())


def test_a_late_joiner_goes_into_the_smallest_set():
    assert membership(allocation(), fellows(6), LONDON) == (sets((1, 2, 3), (4, 5, 6)), ())


def test_of_equally_small_sets_the_first_takes_the_late_joiner():
    found, _ = membership(allocation(size=4), fellows(6, 7), LONDON)
    assert found == sets((1, 2, 3, 7), (4, 5, 6))


def test_with_every_set_full_a_late_joiner_waits():
    assert membership(allocation(), fellows(6, 7), LONDON) == (
        sets((1, 2, 3), (4, 5, 6)),
        (person_id(7),),
    )


def test_a_withdrawal_leaves_the_set_smaller():
    assert membership(allocation(), fellows(gone=[1]), LONDON)[0] == sets((2, 3), (4, 5))


def test_a_seat_that_becomes_free_goes_to_the_one_who_waits():
    found, waiting = membership(allocation(), fellows(6, 7, gone=[1]), LONDON)
    assert (found, waiting) == (sets((2, 3, 7), (4, 5, 6)), ())


def test_a_late_joiner_who_withdraws_again_leaves():
    assert membership(allocation(), fellows(6, gone=[6]), LONDON)[0] == sets((1, 2, 3), (4, 5))


def test_a_meeting_before_the_withdrawal_still_had_the_fellow():
    before, _ = membership(allocation(), fellows(gone=[1]), LONDON, until=date(2024, 10, 19))
    after, _ = membership(allocation(), fellows(gone=[1]), LONDON, until=date(2024, 10, 20))
    assert (before[0], after[0]) == sets((1, 2, 3), (2, 3))


def test_a_swap_holds_from_its_day_on():
    after = swapped(
        allocation(), person_id(1), person_id(4), reason="Why", by="o", at=DEALT_AT + timedelta(5)
    )
    found, _ = membership(after, fellows(), LONDON)
    assert found == sets((2, 3, 4), (1, 5))
    earlier, _ = membership(after, fellows(), LONDON, until=date(2024, 10, 14))
    assert earlier == sets((1, 2, 3), (4, 5))


def test_a_swap_with_everybody_seated_leaves_no_gap_for_the_one_who_waits():
    after = swapped(
        allocation(), person_id(1), person_id(4), reason="Why", by="o", at=DEALT_AT + timedelta(30)
    )
    found, waiting = membership(after, fellows(6, 7), LONDON)
    assert found == sets((2, 3, 4), (1, 5, 6))
    assert waiting == (person_id(7),)


def test_erasing_somebody_moves_nobody_else():
    known = fellows(6, 7, gone=[])
    erased = [
        erase(f, DEALT_AT + timedelta(60)) if f.person_id == person_id(6) else f for f in known
    ]
    found, waiting = membership(allocation(), erased, LONDON)
    assert found == sets((1, 2, 3), (4, 5, 7))
    assert waiting == ()


def test_somebody_who_returns_takes_a_seat_like_a_late_joiner():
    known = fellows(6, gone=[1])
    back = fellow(1, revision=5, accepted_at=datetime(2024, 11, 1, tzinfo=UTC))
    returned = [
        Fellow(
            cohort="2024-25",
            person_id=f.person_id,
            applications=(
                back.applications[0].model_copy(update={"withdrawn": f.applications[0].withdrawn}),
            ),
        )
        if f.person_id == person_id(1)
        else f
        for f in known
    ]
    assert membership(allocation(), returned, LONDON)[0] == sets((1, 2, 3), (4, 5, 6))


@given(st.randoms(), st.sets(st.integers(1, 9)))
def test_the_order_in_which_people_are_read_does_not_matter(random, gone):
    known = fellows(6, 7, 8, 9, gone=gone)
    expected = membership(allocation(), known, LONDON)
    random.shuffle(known)
    assert membership(allocation(), known, LONDON) == expected


@given(st.sets(st.integers(1, 9)))
def test_every_fellow_is_in_one_set_or_waits_and_nobody_else_is(gone):
    known = fellows(6, 7, 8, 9, gone=gone)
    found, waiting = membership(allocation(), known, LONDON)
    placed = [p for members in found for p in members] + list(waiting)
    assert sorted(placed) == sorted(f.person_id for f in known if f.active)
    assert all(len(members) <= 3 for members in found)
