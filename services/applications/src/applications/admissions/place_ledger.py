"""The place ledger: who holds a place, who was offered one and who waits, for one cohort.

Pure functions from a ledger to the next ledger and the movement that explains it. Whatever
happens, offered and accepted places together never exceed the places there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from nextstep_contracts import AlreadySo, Refused

MovementKind = Literal[
    "offered",
    "accepted",
    "declined",
    "lapsed",
    "withdrawn",
    "waitlisted",
    "extended",
    "reordered",
    "places",
    "closed",
    "reopened",
]
"""From `extended` on they are overrides alone: a longer offer, another order, another number of
places, applications closed before the deadline or open again."""
Override = Literal[
    "late", "out_of_order", "late_out_of_order", "longer", "order", "places", "closing"
]
"""What the office did that the rules would not have done by themselves. A late application that is
chosen after a review is both: accepted although late, and offered a place by the office."""


@dataclass(frozen=True)
class Offer:
    """A place held for one applicant until `expires_at`."""

    application_id: str
    offered_at: datetime
    expires_at: datetime
    from_waiting_list: bool = False


@dataclass(frozen=True)
class Movement:
    """One line of the ledger's history, with the counts that it led to."""

    sequence: int
    kind: MovementKind
    application_id: str
    """Empty where the movement is about nobody: the number of places, an early close."""
    at: datetime
    reason: str
    offered: int
    accepted: int
    waiting: int
    change: int = 0
    """Places added (or, below zero, taken away) by this movement."""
    position: int | None = None
    """Where on the waiting list a change of order put the applicant, counted from 1."""
    override: Override | None = None
    """Set where the office stepped in; the reason then names who."""


@dataclass(frozen=True)
class Ledger:
    """The places of one cohort as they now stand. `sequence` numbers the last movement."""

    cohort: str
    places: int
    offers: tuple[Offer, ...] = ()
    accepted: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    sequence: int = 0
    closed_at: datetime | None = None
    """When the office closed applications before the deadline, as all places were taken."""

    def __post_init__(self) -> None:
        if len(self.offers) + len(self.accepted) > self.places:
            raise Refused(f"All {self.places} places are taken or on offer.")

    @property
    def free(self) -> int:
        """Places neither accepted nor on offer."""
        return self.places - len(self.offers) - len(self.accepted)

    def offer_to(self, application_id: str) -> Offer | None:
        """The open offer to an applicant."""
        return next((o for o in self.offers if o.application_id == application_id), None)

    def position(self, application_id: str) -> int | None:
        """The place on the waiting list, counted from 1."""
        if application_id not in self.waiting:
            return None
        return self.waiting.index(application_id) + 1

    def holds(self, application_id: str) -> bool:
        """Whether the applicant is anywhere in the ledger."""
        return (
            application_id in self.accepted
            or application_id in self.waiting
            or self.offer_to(application_id) is not None
        )

    def without(self, applications: Collection[str]) -> "Ledger":
        """The ledger as somebody may know it who must know nothing of these applications.

        For counting what they may see. Places that these hold look free in it.
        """
        return replace(
            self,
            offers=tuple(o for o in self.offers if o.application_id not in applications),
            accepted=tuple(one for one in self.accepted if one not in applications),
            waiting=tuple(one for one in self.waiting if one not in applications),
        )


Change = tuple[Ledger, Movement]


def admit(
    ledger: Ledger,
    application_id: str,
    at: datetime,
    expires_at: datetime | None,
    *,
    accepted_late: str | None = None,
) -> Change:
    """An eligible applicant arrives: first eligible, first offered, then the waiting list.

    Args:
        ledger: the ledger before.
        application_id: who.
        at: now.
        expires_at: when an offer made now ends; None when offers are no longer made by
            themselves, so that the applicant waits for the office.
        accepted_late: why the office accepted an application that came after the deadline.

    """
    late: Override | None = "late" if accepted_late else None
    because = _because(accepted_late)
    _refuse_if_held(ledger, application_id)
    if expires_at is not None and ledger.free > 0 and not ledger.waiting:
        new = Offer(application_id, at, expires_at)
        return _offered(ledger, new, at, f"First eligible, first offered.{because}", late)
    changed = replace(ledger, waiting=(*ledger.waiting, application_id))
    reason = (
        "All places are taken or on offer."
        if ledger.free <= 0
        else "Others are waiting already."
        if ledger.waiting
        else "Places are no longer offered automatically."
    )
    reason = f"{reason}{because}"
    return _record(changed, "waitlisted", application_id, at, reason, override=late)


def offer(
    ledger: Ledger,
    application_id: str,
    at: datetime,
    expires_at: datetime,
    reason: str,
    *,
    accepted_late: str | None = None,
) -> Change:
    """The office offers a free place out of order, for a reason it states.

    `accepted_late`, as in `admit`: of an application that enters the ledger by this.
    """
    if application_id in ledger.accepted or ledger.offer_to(application_id):
        raise Refused("This applicant already has a place or an offer.")
    if ledger.free <= 0:
        raise Refused(f"All {ledger.places} places are taken or on offer.")
    waited = application_id in ledger.waiting
    new = Offer(application_id, at, expires_at, from_waiting_list=waited)
    override: Override = "late_out_of_order" if accepted_late else "out_of_order"
    return _offered(ledger, new, at, reason + _because(accepted_late), override)


def wait(
    ledger: Ledger,
    application_id: str,
    at: datetime,
    reason: str,
    *,
    accepted_late: str | None = None,
) -> Change:
    """The office puts an applicant at the end of the waiting list, whatever places are free.

    `accepted_late`, as in `admit`.
    """
    _refuse_if_held(ledger, application_id)
    changed = replace(ledger, waiting=(*ledger.waiting, application_id))
    reason += _because(accepted_late)
    late: Override | None = "late" if accepted_late else None
    return _record(changed, "waitlisted", application_id, at, reason, override=late)


def promote(
    ledger: Ledger, at: datetime, expires_at: datetime
) -> tuple[Ledger, Sequence[Movement]]:
    """Offer every free place to the waiting list, in its order."""
    movements: list[Movement] = []
    while ledger.free > 0 and ledger.waiting:
        new = Offer(ledger.waiting[0], at, expires_at, from_waiting_list=True)
        ledger, movement = _offered(ledger, new, at, "Next on the waiting list.")
        movements.append(movement)
    return ledger, movements


def accept(ledger: Ledger, application_id: str, at: datetime) -> Change:
    """The applicant takes the place, up to and including the moment at which the offer ends."""
    held = _open_offer(ledger, application_id)
    if at > held.expires_at:
        raise Refused("This offer has ended.")
    changed = replace(_without(ledger, application_id), accepted=(*ledger.accepted, application_id))
    return _record(changed, "accepted", application_id, at, "The applicant accepted.")


def decline(ledger: Ledger, application_id: str, at: datetime, reason: str) -> Change:
    """The applicant gives the offer back."""
    _open_offer(ledger, application_id)
    return _record(_without(ledger, application_id), "declined", application_id, at, reason)


def lapse(ledger: Ledger, application_id: str, at: datetime) -> Change:
    """Nobody answered in time. Refused while the offer is still open."""
    if at < _open_offer(ledger, application_id).expires_at:
        raise Refused("This offer is still open.")
    reason = "The offer was not answered in time."
    return _record(_without(ledger, application_id), "lapsed", application_id, at, reason)


def withdraw(ledger: Ledger, application_id: str, at: datetime, reason: str) -> Change:
    """Leave the ledger from wherever the applicant is in it: place, offer or waiting list."""
    if not ledger.holds(application_id):
        raise Refused("This applicant has no place, offer or turn to give back.")
    return _record(_without(ledger, application_id), "withdrawn", application_id, at, reason)


def change_places(ledger: Ledger, places: int, at: datetime, reason: str) -> Change:
    """Raise or lower the number of places, never below those that are taken or on offer."""
    taken = len(ledger.offers) + len(ledger.accepted)
    if places < max(taken, 1):
        raise Refused(
            f"{taken} places are taken or on offer: the number cannot go below {max(taken, 1)}."
        )
    if places == ledger.places:
        raise AlreadySo(f"There are {places} places already.")
    change = places - ledger.places
    changed = replace(ledger, places=places)
    return _record(changed, "places", "", at, reason, change=change, override="places")


def close(ledger: Ledger, at: datetime, reason: str) -> Change:
    """Close applications before the deadline, which the announcement allows once all is taken.

    Whoever applies all the same is not turned away: this is what the public page says.
    """
    if ledger.closed_at is not None:
        raise AlreadySo("Applications are closed already.")
    if ledger.free > 0:
        raise Refused(
            f"Not all places are taken or on offer ({ledger.free} free). Until they are,"
            " applications stay open to the deadline that was announced."
        )
    changed = replace(ledger, closed_at=at)
    return _record(changed, "closed", "", at, reason, override="closing")


def reopen(ledger: Ledger, at: datetime, reason: str) -> Change:
    """Open applications again that were closed before the deadline."""
    if ledger.closed_at is None:
        raise AlreadySo("Applications are not closed early.")
    changed = replace(ledger, closed_at=None)
    return _record(changed, "reopened", "", at, reason, override="closing")


def reorder(
    ledger: Ledger, application_id: str, position: int, at: datetime, reason: str
) -> Change:
    """Move somebody on the waiting list to another position, counted from 1."""
    present = ledger.position(application_id)
    if present is None:
        raise Refused("This applicant is not on the waiting list.")
    if not 1 <= position <= len(ledger.waiting):
        raise Refused(f"Give a position from 1 to {len(ledger.waiting)}.")
    if position == present:
        raise AlreadySo(f"This applicant is number {position} already.")
    others = [one for one in ledger.waiting if one != application_id]
    others.insert(position - 1, application_id)
    changed = replace(ledger, waiting=tuple(others))
    return _record(
        changed, "reordered", application_id, at, reason, position=position, override="order"
    )


def extend(
    ledger: Ledger, application_id: str, at: datetime, expires_at: datetime, reason: str
) -> Change:
    """Hold an open offer for longer."""
    held = _open_offer(ledger, application_id)
    if at > held.expires_at:
        raise Refused("This offer has ended; make another one.")
    if expires_at == held.expires_at:
        raise AlreadySo("This offer is open until then already.")
    if expires_at <= held.expires_at:
        raise Refused("The new end must be later than the present one.")
    longer = replace(held, expires_at=expires_at)
    offers = tuple(longer if o is held else o for o in ledger.offers)
    changed = replace(ledger, offers=offers)
    return _record(changed, "extended", application_id, at, reason, override="longer")


def _because(accepted_late: str | None) -> str:
    return f" Late application accepted: {accepted_late}" if accepted_late else ""


def _refuse_if_held(ledger: Ledger, application_id: str) -> None:
    if ledger.holds(application_id):
        raise Refused("This applicant already has a place, an offer or a turn.")


def _open_offer(ledger: Ledger, application_id: str) -> Offer:
    held = ledger.offer_to(application_id)
    if held is None:
        raise Refused("There is no open offer to this applicant.")
    return held


def _without(ledger: Ledger, application_id: str) -> Ledger:
    return replace(
        ledger,
        offers=tuple(o for o in ledger.offers if o.application_id != application_id),
        accepted=tuple(a for a in ledger.accepted if a != application_id),
        waiting=tuple(w for w in ledger.waiting if w != application_id),
    )


def _offered(
    ledger: Ledger, new: Offer, at: datetime, reason: str, override: Override | None = None
) -> Change:
    cleared = _without(ledger, new.application_id)
    changed = replace(cleared, offers=(*cleared.offers, new))
    return _record(changed, "offered", new.application_id, at, reason, override=override)


def _record(
    ledger: Ledger,
    kind: MovementKind,
    application_id: str,
    at: datetime,
    reason: str,
    *,
    change: int = 0,
    position: int | None = None,
    override: Override | None = None,
) -> Change:
    ledger = replace(ledger, sequence=ledger.sequence + 1)
    movement = Movement(
        sequence=ledger.sequence,
        kind=kind,
        application_id=application_id,
        at=at,
        reason=reason,
        offered=len(ledger.offers),
        accepted=len(ledger.accepted),
        waiting=len(ledger.waiting),
        change=change,
        position=position,
        override=override,
    )
    return ledger, movement
