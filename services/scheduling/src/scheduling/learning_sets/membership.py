"""Who is in which learning set: a pure function of dated facts.

The facts are the deal the office made, its moves since, and who joined or left when. They are
replayed in the order of their dates, so facts that arrive late or twice lead to the same sets.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduling.fellows.fellow import Fellow
from scheduling.learning_sets.allocation import Allocation, Members


class _Fact(NamedTuple):
    at: datetime
    rank: int
    """At one moment people leave first, then join, then move."""
    person_id: str
    to: int


_LEAVES, _JOINS, _MOVES = 0, 1, 2


def membership(
    allocation: Allocation, fellows: Iterable[Fellow], zone: str, until: date | None = None
) -> tuple[Members, tuple[str, ...]]:
    """The sets and who waits for a seat, by the facts up to and with the local day `until`.

    A late joiner goes into the smallest set (the lowest number of several). With every set full
    they wait, first come first seated, until somebody leaves.
    """
    sets = [list(members) for members in allocation.dealt]
    waiting: list[str] = []
    for at, facts in groupby(sorted(_facts(allocation, fellows)), key=lambda fact: fact.at):
        if until is not None and at.astimezone(ZoneInfo(zone)).date() > until:
            break
        for fact in facts:
            _apply(fact, sets, waiting)
        _seat(sets, waiting, allocation.size)
    return tuple(tuple(sorted(members)) for members in sets), tuple(waiting)


def _facts(allocation: Allocation, fellows: Iterable[Fellow]) -> Iterator[_Fact]:
    dealt = {person for members in allocation.dealt for person in members}
    for move in allocation.moves:
        yield _Fact(move.at, _MOVES, move.person_id, move.to)
    for fellow in fellows:
        application = fellow.current
        if application is None or application.accepted is None:
            continue
        gone = fellow.left_at
        earlier = application.withdrawn if gone is None else None
        if earlier:
            yield _Fact(earlier.at, _LEAVES, fellow.person_id, 0)
        if gone:
            yield _Fact(gone, _LEAVES, fellow.person_id, 0)
        joins = max(application.accepted.at, allocation.dealt_at)
        newcomer = fellow.person_id not in dealt or earlier is not None
        if newcomer and (gone is None or joins < gone):
            yield _Fact(joins, _JOINS, fellow.person_id, 0)


def _apply(fact: _Fact, sets: list[list[str]], waiting: list[str]) -> None:
    present = [who for who in (*sets, waiting) if fact.person_id in who]
    if fact.rank == _JOINS:
        if not present:
            waiting.append(fact.person_id)
        return
    for who in present:
        who.remove(fact.person_id)
    if fact.rank == _MOVES and present:
        sets[fact.to - 1].append(fact.person_id)


def _seat(sets: list[list[str]], waiting: list[str], size: int) -> None:
    while waiting and sets:
        smallest = min(sets, key=len)
        if len(smallest) >= size:
            return
        smallest.append(waiting.pop(0))
