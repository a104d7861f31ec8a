"""Counts the place ledger again from its history alone, and says what is wrong with either.

Written apart from the ledger's own rules: it replays the lines one by one and never asks how they
came about, so that a fault of the rules shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from applications.admissions.place_ledger import Ledger, Movement


@dataclass
class _Count:
    """The state that the lines so far lead to."""

    places: int
    offered: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)
    closed: bool = False


def recount(ledger: Ledger, movements: Sequence[Movement]) -> tuple[str, ...]:
    """What is wrong with a history, or with the ledger that it should have led to, if anything.

    Every state is held against the places in force at that moment, and every offer against the
    order of the waiting list at that moment.
    """
    count = _Count(ledger.places - sum(movement.change for movement in movements))
    faults: list[str] = []
    for number, movement in enumerate(movements, start=1):
        if movement.sequence != number:
            faults.append(f"Movement {number} is numbered {movement.sequence}.")
        faults += [f"Movement {number} {fault}." for fault in _replay(count, movement)]
    return (*faults, *_differences(count, ledger, len(movements)))


def _replay(count: _Count, movement: Movement) -> list[str]:
    """Apply one line; what does not follow from the lines before it."""
    faults = _step(count, movement)
    counts = (len(count.offered), len(count.accepted), len(count.waiting))
    if counts != (movement.offered, movement.accepted, movement.waiting):
        faults.append("states other counts than its history gives")
    if counts[0] + counts[1] > count.places:
        faults.append(f"exceeds the {count.places} places")
    return faults


def _step(count: _Count, movement: Movement) -> list[str]:
    who = movement.application_id
    if movement.change and movement.kind != "places":
        return ["changes the number of places under another name"]
    match movement.kind:
        case "places":
            count.places += movement.change
            return []
        case "extended":
            return [] if who in count.offered else ["extends an offer that is not open"]
        case "closed" | "reopened" | "reordered" | "offered" as kind:
            return _REPLAYED[kind](count, movement)
    answers = movement.kind in {"accepted", "declined", "lapsed"}
    faults = ["answers an offer that is not open"] if answers and who not in count.offered else []
    _leave(count, who)
    if movement.kind == "accepted":
        count.accepted.add(who)
    if movement.kind == "waitlisted":
        count.waiting.append(who)
    return faults


def _offer(count: _Count, movement: Movement) -> list[str]:
    """Without an override the next in line is offered a place, and nobody while others wait."""
    next_in_line = count.waiting[0] if count.waiting else movement.application_id
    by_the_office = movement.override in {"out_of_order", "late_out_of_order"}
    ordered = by_the_office or next_in_line == movement.application_id
    _leave(count, movement.application_id)
    count.offered.add(movement.application_id)
    return [] if ordered else ["passes over the waiting list"]


def _reorder(count: _Count, movement: Movement) -> list[str]:
    who, position = movement.application_id, movement.position or 0
    if who not in count.waiting or not 1 <= position <= len(count.waiting):
        return ["moves somebody who is not on the waiting list"]
    count.waiting.remove(who)
    count.waiting.insert(position - 1, who)
    return []


def _close(count: _Count, movement: Movement) -> list[str]:
    """Applications close early only once no place is free, and each way only once."""
    closes = movement.kind == "closed"
    faults = ["closes or opens what is so already"] if closes == count.closed else []
    if closes and len(count.offered) + len(count.accepted) < count.places:
        faults.append("closes applications while places are free")
    count.closed = closes
    return faults


_REPLAYED = {"closed": _close, "reopened": _close, "reordered": _reorder, "offered": _offer}


def _leave(count: _Count, who: str) -> None:
    count.offered.discard(who)
    count.accepted.discard(who)
    if who in count.waiting:
        count.waiting.remove(who)


def _differences(count: _Count, ledger: Ledger, length: int) -> list[str]:
    """Where the ledger is not what its history leads to."""
    faults = []
    if length != ledger.sequence:
        faults.append("The ledger and its history have different lengths.")
    if count.offered != {offer.application_id for offer in ledger.offers}:
        faults.append("The open offers are not those of the history.")
    if count.accepted != set(ledger.accepted):
        faults.append("The places taken are not those of the history.")
    if count.waiting != list(ledger.waiting):
        faults.append("The waiting list is not in the order of its history.")
    if count.closed != (ledger.closed_at is not None):
        faults.append("Whether applications are closed early is not as its history says.")
    return faults
