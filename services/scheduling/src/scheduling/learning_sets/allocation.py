"""The allocation of the Fellows to learning sets: the deal, and every move since."""

from collections.abc import Iterator
from datetime import datetime

from nextstep_contracts import Refused
from scheduling.fellows.records import Aggregate, Record

Members = tuple[tuple[str, ...], ...]
"""Person ids by set: the first tuple is set 1."""


class Move(Record):
    """The office put somebody into another set."""

    person_id: str
    to: int
    """The number of the set, from 1."""
    at: datetime
    by: str
    reason: str


class Allocation(Aggregate):
    """The deal and the moves since."""

    cohort: str
    dealt: Members
    dealt_at: datetime
    size: int
    """Seats in a set."""
    moves: tuple[Move, ...] = ()
    members: Members = ()
    """Who is in which set now: what the facts come to."""
    waiting: tuple[str, ...] = ()
    """Fellows for whom no set has a seat, first come first."""
    revision: int = 0
    """Counts what was published about the allocation."""

    def set_of(self, person_id: str) -> int | None:
        """The number of the person's set now, from 1."""
        return dict(self.seats()).get(person_id)

    def seats(self) -> Iterator[tuple[str, int]]:
        """Everybody who is in a set now, with its number; set by set."""
        for number, members in enumerate(self.members, start=1):
            for person_id in members:
                yield person_id, number


def set_id(cohort: str, number: int) -> str:
    """The id of a set, for example `2024-25:set-3`."""
    return f"{cohort}:set-{number}"


def swapped(
    allocation: Allocation, first: str, second: str, *, reason: str, by: str, at: datetime
) -> Allocation:
    """The allocation after two Fellows changed places for good.

    Raises:
        Refused: somebody is in no set, both are in the same one, or the reason lacks.

    """
    sets = dict(allocation.seats())
    if first not in sets:
        raise Refused.field("first", "Choose a Fellow who is in a set.")
    if second not in sets:
        raise Refused.field("second", "Choose a Fellow who is in a set.")
    if sets[first] == sets[second]:
        raise Refused.field("second", "They are in the same set already.")
    if not reason.strip():
        raise Refused.field("reason", "Give the reason for the swap.")
    moves = tuple(
        Move(person_id=who, to=to, at=at, by=by, reason=reason.strip())
        for who, to in ((first, sets[second]), (second, sets[first]))
    )
    return allocation.model_copy(update={"moves": allocation.moves + moves})
