"""A calendar entry as it should stand, from the newest event about a session or a slot."""

from dataclasses import dataclass
from typing import Any, Self
from zoneinfo import ZoneInfo

from nextstep_contracts import (
    Event,
    SessionCancelled,
    SessionChanged,
    SessionScheduled,
    SlotBooked,
    SlotReleased,
)
from notifications.calendar.details import Details
from notifications.emails.wording import PROGRAMME_ZONE, clean


@dataclass(frozen=True)
class CalendarEntry:
    """A session or a booked slot, whole, as the newest event about it says."""

    entry_id: str
    cohort: str
    revision: int
    title: str
    details: Details | None
    """None once it is cancelled or given back."""
    audience: tuple[str, ...] | None = None
    """Person ids; None means every Fellow of the cohort."""
    reason: str = ""
    """Why it was cancelled, in words for the person."""
    version: int = 0

    def invites(self, person_id: str) -> bool:
        """Whether the entry belongs in the calendar of a Fellow."""
        if self.details is None:
            return False
        return self.audience is None or person_id in self.audience

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "_id": self.entry_id,
            "version": self.version,
            "cohort": self.cohort,
            "revision": self.revision,
            "title": self.title,
            "details": self.details.document() if self.details else None,
            "audience": list(self.audience) if self.audience is not None else None,
            "reason": self.reason,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The entry that is stored."""
        details, audience = document["details"], document["audience"]
        return cls(
            entry_id=document["_id"],
            cohort=document["cohort"],
            revision=document["revision"],
            title=document["title"],
            details=Details.from_document(details) if details else None,
            audience=tuple(audience) if audience is not None else None,
            reason=document["reason"],
            version=document["version"],
        )


def _session(event: SessionScheduled | SessionChanged) -> CalendarEntry:
    details = Details(
        title=clean(event.title),
        on=event.on,
        starts=event.starts,
        ends=event.ends,
        zone=event.zone,
        venue=clean(event.venue),
        joining=clean(event.joining) if event.joining else None,
    )
    return CalendarEntry(
        event.session_id, event.cohort, event.revision, details.title, details, event.audience
    )


def _slot(event: SlotBooked) -> CalendarEntry:
    starts = event.starts_at.astimezone(ZoneInfo(PROGRAMME_ZONE))
    ends = event.ends_at.astimezone(ZoneInfo(PROGRAMME_ZONE))
    details = Details(
        title=clean(event.title),
        on=starts.date(),
        starts=starts.time(),
        ends=ends.time(),
        zone=PROGRAMME_ZONE,
        venue=clean(event.venue),
    )
    audience = (event.person.person_id,)
    return CalendarEntry(
        slot_key(event), event.cohort, event.revision, details.title, details, audience
    )


def slot_key(event: SlotBooked | SlotReleased) -> str:
    """The entry id of a slot; sessions and slots are numbered apart."""
    return f"slot:{event.slot_id}"


def entry_from(event: Event) -> CalendarEntry:
    """The entry that an event of `notifications.calendar.dating.DATED` describes.

    Raises:
        TypeError: the event is not about a session or a slot.

    """
    match event:
        case SessionScheduled() | SessionChanged():
            return _session(event)
        case SessionCancelled():
            return CalendarEntry(
                event.session_id,
                event.cohort,
                event.revision,
                clean(event.title),
                None,
                reason=clean(event.reason),
            )
        case SlotBooked():
            return _slot(event)
        case SlotReleased():
            title = clean(event.title)
            return CalendarEntry(
                slot_key(event),
                event.cohort,
                event.revision,
                title,
                None,
                reason="You gave it back.",
            )
        case _:
            raise TypeError(f"{type(event).__name__} changes no calendar")
