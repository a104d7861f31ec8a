"""What a calendar shows of a session or slot, and when that is over."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo


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

    def document(self) -> dict[str, Any]:
        """As they are stored: plain JSON."""
        plain = asdict(self)
        for name in ("on", "starts", "ends"):
            plain[name] = plain[name].isoformat() if plain[name] is not None else None
        return plain

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The details that are stored."""
        starts, ends = document["starts"], document["ends"]
        return cls(
            title=document["title"],
            on=date.fromisoformat(document["on"]),
            starts=time.fromisoformat(starts) if starts else None,
            ends=time.fromisoformat(ends) if ends else None,
            zone=document["zone"],
            venue=document["venue"],
            joining=document["joining"],
        )
