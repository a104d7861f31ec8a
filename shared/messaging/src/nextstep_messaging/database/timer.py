"""Durable timers as documents: deadlines and reminders that survive restarts and fire once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from nextstep_messaging.database.mongo import Document
from nextstep_messaging.database.schema import Collection, Index

TIMERS = "_timers"
TIMERS_COLLECTION = Collection(TIMERS, (Index([("due", 1)]),))


@dataclass(frozen=True)
class Timer:
    """A moment at which something is to be done."""

    key: str
    """Names the timer within its service; scheduling the same key again moves it."""
    kind: str
    """Which handler fires it."""
    due: datetime
    data: dict[str, Any]
    correlation_id: UUID


def timer_row(kind: str, due: datetime, data: dict[str, Any], correlation_id: UUID) -> Document:
    """The update that sets a timer, whatever it was set to before.

    `set_id` tells this setting from any other, so that a timer moved while it fires fires again.
    """
    return {
        "$set": {
            "kind": kind,
            "due": due,
            "data": data,
            "correlation_id": str(correlation_id),
            "set_id": str(uuid4()),
        },
        "$unset": {"failures": "", "retry_at": ""},
    }


def from_row(row: Document) -> Timer:
    """The timer of a stored document."""
    return Timer(row["_id"], row["kind"], row["due"], row["data"], UUID(row["correlation_id"]))
