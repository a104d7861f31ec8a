"""Marks: handlers leave them where calendars may have to be put right, and note nothing else.

Two handlers at work side by side cannot see each other's uncommitted facts, but whoever settles
the later mark sees both; see `notifications.calendar.keeping`.
"""

from dataclasses import dataclass
from typing import Any, Literal, Self

from notifications.hearing.act import Act
from notifications.hearing.cause import Cause

MARKS = "calendar_work"
Kind = Literal["entry", "person"]


@dataclass(frozen=True)
class Mark:
    """A wish that the calendars of one entry, or of one person, be looked at."""

    kind: Kind
    key: str
    """The entry's or the person's id."""
    cohort: str
    at: str
    """When it was left; the oldest is settled first."""
    cause: Cause

    @property
    def mark_id(self) -> str:
        """The same for one cause and what it marks: an event can give two reasons to look."""
        return f"{self.cause.event_id}|{self.kind}|{self.key}"

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        plain = {"kind": self.kind, "key": self.key, "cohort": self.cohort, "at": self.at}
        return {"_id": self.mark_id, **plain, **self.cause.document()}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The mark that is stored."""
        kind, key, cohort = document["kind"], document["key"], document["cohort"]
        return cls(kind, key, cohort, document["at"], Cause.from_document(document))


async def mark(act: Act, kind: Kind, key: str, cohort: str) -> None:
    """Ask the calendar keeper to look at an entry, or at a person, after this commit."""
    left = Mark(kind, key, cohort, act.now.isoformat(), Cause.of(act.uow)).document()
    act.uow.then(act.here.wake_calendar_keeper)
    await act.read(MARKS).update({"_id": left.pop("_id")}, {"$set": left}, upsert=True)
