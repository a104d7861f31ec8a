"""Who is in which set, and swaps."""

from datetime import UTC, datetime

import pytest

from nextstep_contracts import Refused
from scheduling.learning_sets.allocation import Allocation, swapped, without_reasons

from ..builders import person_id

NOW = datetime(2024, 10, 10, tzinfo=UTC)


def allocation():
    members = ((person_id(1), person_id(2)), (person_id(3),))
    return Allocation(cohort="2024-25", dealt=members, dealt_at=NOW, size=7, members=members)


def test_a_swap_moves_both_and_remembers_why():
    after = swapped(
        allocation(), person_id(1), person_id(3), reason="Line manager", by="office", at=NOW
    )
    assert [(m.person_id, m.to, m.reason) for m in after.moves] == [
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
        swapped(allocation(), first, second, reason=reason, by="office", at=NOW)
    assert [*refusal.value.fields] == [field]


def test_everybody_who_is_in_a_set_has_its_number():
    sets = {n: allocation().set_of(person_id(n)) for n in (1, 2, 3, 4)}
    assert sets == {1: 1, 2: 1, 3: 2, 4: None}


def test_who_must_not_know_somebody_is_not_told_of_their_set_nor_of_their_swap():
    after = swapped(allocation(), person_id(1), person_id(3), reason="Why", by="office", at=NOW)
    known = after.model_copy(update={"waiting": (person_id(4), person_id(3))}).without(
        {person_id(3)}
    )
    assert known.members == ((person_id(1), person_id(2)), ())
    assert (known.waiting, known.moves) == ((person_id(4),), ())
    with pytest.raises(Refused):
        swapped(known, person_id(1), person_id(3), reason="Why", by="office", at=NOW)


def test_why_somebody_and_whom_they_swapped_with_moved_is_forgotten():
    made = swapped(allocation(), person_id(1), person_id(3), reason="Ill", by="o", at=NOW)
    other = made.moves[0].model_copy(update={"person_id": person_id(2), "reason": "Far"})
    made = made.model_copy(update={"moves": (*made.moves, other)})
    after = without_reasons(made, person_id(1), "(erased)")
    assert [m.reason for m in after.moves] == ["(erased)", "(erased)", "Far"]
