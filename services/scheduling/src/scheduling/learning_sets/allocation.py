"""The allocation of the Fellows to learning sets: the deal, and every move since."""

from collections.abc import Collection, Iterator
from datetime import datetime

from nextstep_contracts import AlreadySo, Refused
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

    def without(self, closed: Collection[str]) -> "Allocation":
        """The allocation as somebody may know it who must learn nothing of these people.

        Who changed places with one of them is in the set where they are now, as if they always had.
        """
        at = {move.at for move in self.moves if move.person_id in closed}
        return self.model_copy(
            update={
                "moves": tuple(move for move in self.moves if move.at not in at),
                "members": tuple(
                    tuple(one for one in members if one not in closed) for members in self.members
                ),
                "waiting": tuple(one for one in self.waiting if one not in closed),
            }
        )

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
        AlreadySo: the last swap was this one.
        Refused: somebody is in no set, both are in the same one, or the reason lacks.

    """
    last = [(move.person_id, move.reason) for move in allocation.moves[-2:]]
    if sorted(last) == sorted((who, reason.strip()) for who in (first, second)):
        # a second press must not put them back; whoever wants that has another reason
        raise AlreadySo("They have changed places already, for this reason.")
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


def without_reasons(allocation: Allocation, person_id: str, instead: str) -> Allocation:
    """The allocation with `instead` for why somebody, and whoever they swapped with, was moved."""
    swaps = {(one.at, one.reason) for one in allocation.moves if one.person_id == person_id}
    moves = tuple(
        one.model_copy(update={"reason": instead}) if (one.at, one.reason) in swaps else one
        for one in allocation.moves
    )
    return allocation.model_copy(update={"moves": moves})
