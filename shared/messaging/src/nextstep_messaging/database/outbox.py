"""Outgoing events, written in the transaction that caused them and published by the relay."""

import os
import random
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from nextstep_contracts import ANY_PUBLISHER, Envelope, Event
from nextstep_messaging.database.mongo import Document
from nextstep_messaging.database.schema import Collection, Index

OUTBOX = "_outbox"
OUTBOX_COLLECTION = Collection(OUTBOX, (Index([("position", 1)]),))


_propagator = TraceContextTextMapPropagator()
_chance = random.Random()  # noqa: S311 - unique, no secret
"""Our own, begun by the system's randomness: somebody who seeds the one that all of Python shares
(a test does) must not make us say the same ids again."""
os.register_at_fork(after_in_child=_chance.seed)


class Positions:
    """Strictly increasing numbers that order the outbox of one service.

    They are nanoseconds of the wall clock, pushed up when the clock stands still or goes back, so
    they also order rows across restarts and, but for clock skew, across instances.
    """

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """A number greater than every earlier one."""
        self._last = max(time.time_ns(), self._last + 1)
        return self._last


@dataclass(frozen=True)
class Outgoing:
    """An event that a unit of work publishes, not yet written."""

    envelope: Envelope
    body: str
    """The event's data as JSON; published byte for byte."""


def new_id() -> UUID:
    """A random id (RFC 9562, version 4), unique but no secret.

    Asking the system for its randomness costs 0.1 ms on some machines; this takes 0.001, as the
    driver of the bus does.
    """
    return UUID(int=_chance.getrandbits(128), version=4)


def current_traceparent() -> str | None:
    """The W3C `traceparent` of the span we are in, or None outside any recorded trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


def outgoing(
    event: Event,
    *,
    service: str,
    now: datetime,
    correlation_id: UUID,
    causation_id: UUID | None,
    traceparent: str | None,
) -> Outgoing:
    """Wrap `event` for the outbox of `service`.

    Raises:
        ValueError: the event belongs to another service.

    """
    if event.publisher not in (service, ANY_PUBLISHER):
        raise ValueError(f"{service} cannot publish {event.event_name} of {event.publisher}")
    envelope = Envelope(
        id=new_id(),
        source=service,
        type=event.type_for(service),
        time=now,
        subject=event.subject,
        correlation_id=correlation_id,
        causation_id=causation_id,
        traceparent=traceparent,
    )
    return Outgoing(envelope, event.model_dump_json())


def to_row(event: Outgoing, position: int) -> Document:
    """The outbox document of an outgoing event."""
    envelope = event.envelope
    row: dict[str, Any] = {
        "_id": str(envelope.id),
        "position": position,
        "source": envelope.source,
        "type": envelope.type,
        "time": envelope.time.isoformat(),
        "subject": envelope.subject,
        "correlation_id": str(envelope.correlation_id),
        "causation_id": str(envelope.causation_id) if envelope.causation_id else None,
        "traceparent": envelope.traceparent,
        "body": event.body,
    }
    return row


def from_row(row: Document) -> Outgoing:
    """The outgoing event of an outbox document."""
    envelope = Envelope(
        id=UUID(row["_id"]),
        source=row["source"],
        type=row["type"],
        time=datetime.fromisoformat(row["time"]),
        subject=row["subject"],
        correlation_id=UUID(row["correlation_id"]),
        causation_id=UUID(row["causation_id"]) if row["causation_id"] else None,
        traceparent=row["traceparent"],
    )
    return Outgoing(envelope, row["body"])
