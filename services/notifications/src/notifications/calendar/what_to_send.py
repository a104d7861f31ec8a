"""Wanted invitations against sent ones: what must be emailed so that calendars become right.

The comparison needs no history of events, so it converges: run after any duplication and in any
order it ends in the same calendars, and a second run right after the first finds nothing to do.
SEQUENCE is a stored counter for each person and entry (RFC 5545, 3.8.7.4), never a timestamp.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from notifications.calendar.details import Details
from notifications.calendar.entries import CalendarEntry

Change = Literal["invited", "changed", "cancelled"]


@dataclass(frozen=True)
class Invitation:
    """What one person's calendar holds of one entry, as far as we have sent it."""

    entry_id: str
    person_id: str
    sequence: int
    details: Details
    """As last sent."""
    address: str
    """Where it was sent; a calendar lives behind an address."""
    active: bool
    """False after a cancellation."""

    @property
    def key(self) -> str:
        """Names one person's invitation to one entry."""
        return f"{self.entry_id}|{self.person_id}"

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "_id": self.key,
            "entry_id": self.entry_id,
            "person_id": self.person_id,
            "sequence": self.sequence,
            "details": self.details.document(),
            "address": self.address,
            "active": self.active,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The invitation that is stored."""
        same = ("entry_id", "person_id", "sequence", "address", "active")
        details = Details.from_document(document["details"])
        return cls(details=details, **{name: document[name] for name in same})


@dataclass(frozen=True)
class CalendarStep:
    """One email that moves one calendar: the invitation as it will stand, and why."""

    change: Change
    invitation: Invitation
    before: Details | None = None
    """What the person was told last, when that is what changed."""
    reason: str = ""

    @property
    def method(self) -> str:
        """The iTIP method (RFC 5546)."""
        return "CANCEL" if self.change == "cancelled" else "REQUEST"


LEFT = "You are no longer on the list of people for this session."


def step_for(
    entry: CalendarEntry,
    person_id: str,
    address: str,
    sent: Invitation | None,
    *,
    fellow: bool,
    now: datetime,
) -> CalendarStep | None:
    """The one step, if any, between a person's calendar and one entry."""
    if entry.details is None or not fellow or not entry.invites(person_id):
        return _withdraw(entry, sent, now)
    details = entry.details
    wanted = Invitation(entry.entry_id, person_id, 0, details, address, active=True)
    if sent is None:
        return None if details.over(now) else CalendarStep("invited", wanted)
    wanted = Invitation(entry.entry_id, person_id, sent.sequence + 1, details, address, active=True)
    if not sent.active:
        return None if details.over(now) else CalendarStep("invited", wanted)
    if sent.details == details and sent.address == address:
        return None
    if sent.details.over(now) and details.over(now):
        return None
    return CalendarStep("changed", wanted, before=sent.details)


def _withdraw(entry: CalendarEntry, sent: Invitation | None, now: datetime) -> CalendarStep | None:
    """Cancel what is still to come; leave past entries as a record of what took place."""
    if sent is None or not sent.active or sent.details.over(now):
        return None
    gone = Invitation(
        sent.entry_id, sent.person_id, sent.sequence + 1, sent.details, sent.address, active=False
    )
    return CalendarStep("cancelled", gone, reason=entry.reason or LEFT)


def reconcile(
    entries: Iterable[CalendarEntry],
    fellows: frozenset[str],
    addresses: Mapping[str, str],
    sent: Mapping[tuple[str, str], Invitation],
    now: datetime,
) -> tuple[CalendarStep, ...]:
    """Every step for `entries` of one cohort, in a stable order.

    Args:
        entries: the newest state of each session or slot in question.
        fellows: person ids of the cohort's current Fellows.
        addresses: where each person in question can be reached; the others get no step.
        sent: invitations by (entry id, person id).
        now: entries that are over by then are left alone.

    """
    steps: list[CalendarStep] = []
    for entry in sorted(entries, key=lambda e: e.entry_id):
        for person_id in sorted(addresses):
            step = step_for(
                entry,
                person_id,
                addresses[person_id],
                sent.get((entry.entry_id, person_id)),
                fellow=person_id in fellows,
                now=now,
            )
            if step is not None:
                steps.append(step)
    return tuple(steps)
