"""A calendar entry as it should stand, from the newest event about a session or a slot."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
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
from notifications.wording import clean

PROGRAMME_ZONE = "Europe/London"


@dataclass(frozen=True)
class Details:
    """What a calendar shows of an entry, in local time."""

    title: str
    on: date
    starts: time | None
    ends: time | None
    zone: str
    venue: str
    joining: str | None = None

    @property
    def timed(self) -> bool:
        """Whether start and end are known; otherwise it fills the day in calendars."""
        return self.starts is not None and self.ends is not None

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def starts_at(self) -> datetime:
        """The first moment, UTC."""
        return self._moment(self.on, self.starts if self.starts and self.ends else time())

    @property
    def ends_at(self) -> datetime:
        """The moment after the last, UTC. An end before the start is on the next day."""
        if self.starts is None or self.ends is None:
            return self._moment(self.on + timedelta(days=1), time())
        following = self.ends <= self.starts
        return self._moment(self.on + timedelta(days=1 if following else 0), self.ends)

    def over(self, now: datetime) -> bool:
        """Whether it is in the past, and calendars are best left alone."""
        return self.ends_at <= now

    @property
    def fingerprint(self) -> str:
        """Equal for two details exactly when a calendar would show the same."""
        return hashlib.sha256(repr(tuple(self.stored().values())).encode()).hexdigest()[:16]

    def stored(self) -> dict[str, Any]:
        """Plain JSON of the details."""
        plain = asdict(self)
        for name in ("on", "starts", "ends"):
            plain[name] = plain[name].isoformat() if plain[name] is not None else None
        return plain

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """The details that `stored` was made from."""
        return cls(
            title=stored["title"],
            on=date.fromisoformat(stored["on"]),
            starts=time.fromisoformat(stored["starts"]) if stored["starts"] else None,
            ends=time.fromisoformat(stored["ends"]) if stored["ends"] else None,
            zone=stored["zone"],
            venue=stored["venue"],
            joining=stored["joining"],
        )


@dataclass(frozen=True)
class Entry:
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

    def invites(self, person_id: str) -> bool:
        """Whether the entry belongs in the calendar of a Fellow."""
        if self.details is None:
            return False
        return self.audience is None or person_id in self.audience


def _session(event: SessionScheduled | SessionChanged) -> Entry:
    details = Details(
        title=clean(event.title),
        on=event.on,
        starts=event.starts,
        ends=event.ends,
        zone=event.zone,
        venue=clean(event.venue),
        joining=clean(event.joining) if event.joining else None,
    )
    return Entry(
        event.session_id, event.cohort, event.revision, details.title, details, event.audience
    )


def _slot(event: SlotBooked) -> Entry:
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
    return Entry(slot_key(event), event.cohort, event.revision, details.title, details, audience)


def slot_key(event: SlotBooked | SlotReleased) -> str:
    """The entry id of a slot; sessions and slots are numbered apart."""
    return f"slot:{event.slot_id}"


def entry_from(event: Event) -> Entry:
    """The entry that an event of `notifications.policy.CALENDAR` describes.

    Raises:
        TypeError: the event is not about a session or a slot.

    """
    match event:
        case SessionScheduled() | SessionChanged():
            return _session(event)
        case SessionCancelled():
            return Entry(
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
            return Entry(
                slot_key(event),
                event.cohort,
                event.revision,
                title,
                None,
                reason="You gave it back.",
            )
        case _:
            raise TypeError(f"{type(event).__name__} changes no calendar")
