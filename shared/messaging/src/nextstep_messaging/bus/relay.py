"""Publishes the outbox: confirmed, in order per subject, by one instance of the service at a time.

A row leaves the outbox only after the broker confirmed it. It is then deleted rather than marked:
events carry names and addresses, which must not linger where no erasure looks for them, and a
small outbox is quick to search.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import monotonic

import structlog

from nextstep_contracts import Event, decode
from nextstep_messaging.bus.connection import Bus, BusUnavailableError, UnroutableError
from nextstep_messaging.bus.envelope import to_headers
from nextstep_messaging.bus.metrics import PUBLISHED, UNROUTABLE
from nextstep_messaging.bus.topology import EXCHANGE, address
from nextstep_messaging.bus.tracing import publishing_span
from nextstep_messaging.database.database import Database
from nextstep_messaging.database.leases import Lease
from nextstep_messaging.database.outbox import OUTBOX, Outgoing, from_row
from nextstep_messaging.timers.work_loop import Pace, WorkLoop

log = structlog.get_logger()

SWEEP_SECONDS = 1.0
"""How soon rows are found that another instance wrote, or that a crash left behind."""
BATCH = 200
RETURNED_SECONDS = 5.0
"""How long a subject waits after the broker gave back one of its events."""
FAILED_SECONDS = 0.5
"""How long it waits after a publish was not confirmed."""
MOST_HELD = 500
"""Subjects held at once before the whole relay pauses: then it is the topology that is wrong."""


class Relay:
    """The relay of one service process."""

    def __init__(self, db: Database, bus: Bus, heard: Mapping[type[Event], Sequence[str]]) -> None:
        self._db = db
        self._bus = bus
        self._heard = {event.event_name: set(consumers) for event, consumers in heard.items()}
        self._addressed = {event.event_name for event in heard if event.addressed}
        self._held: dict[str, float] = {}
        lease, pace = Lease(db, "relay"), Pace(sweep=SWEEP_SECONDS)
        self.loop = WorkLoop(lease, self._look, pace, needs=bus.ready)

    async def _look(self, _lease: Lease) -> bool:
        return await self.publish_batch()

    async def publish_batch(self) -> bool:
        """Publish what is waiting, and delete what was confirmed in one write.

        Returns:
            whether there may be more to publish at once.

        """
        subjects: dict[str, list[Outgoing]] = defaultdict(list)
        rows = await self._waiting()
        for event in rows:
            subjects[event.envelope.subject].append(event)
        confirmed: list[str] = []
        try:
            # subjects side by side, the events of one subject one after another
            async with asyncio.TaskGroup() as group:
                for chain in subjects.values():
                    group.create_task(self._publish_chain(chain, confirmed))
        finally:
            if confirmed:
                await self.forget(confirmed)
        return len(rows) == BATCH and bool(confirmed)

    async def forget(self, confirmed: Sequence[str]) -> None:
        """Delete rows that the broker has confirmed."""
        await self._db.write(OUTBOX).delete({"_id": {"$in": list(confirmed)}})

    async def _waiting(self) -> list[Outgoing]:
        now = monotonic()
        self._held = {subject: until for subject, until in self._held.items() if until > now}
        if len(self._held) >= MOST_HELD:
            return []
        matching = {"subject": {"$nin": list(self._held)}} if self._held else {}
        rows = await self._db.read(OUTBOX).find(matching, sort=[("position", 1)], limit=BATCH)
        return [from_row(row) for row in rows]

    async def _publish_chain(self, events: Sequence[Outgoing], confirmed: list[str]) -> None:
        """Publish the events of one subject; after a failure its later ones wait with it."""
        for event in events:
            envelope = event.envelope
            try:
                with publishing_span(envelope):
                    await self._publish(event)
            except UnroutableError as error:
                UNROUTABLE.labels(envelope.type).inc()
                log.warning("event_unroutable", event_id=envelope.id, error=str(error))
                self._held[envelope.subject] = monotonic() + RETURNED_SECONDS
                return
            except BusUnavailableError as error:
                log.warning("publish_failed", event_id=envelope.id, error=str(error))
                self._held[envelope.subject] = monotonic() + FAILED_SECONDS
                return
            confirmed.append(str(envelope.id))

    async def _publish(self, event: Outgoing) -> None:
        envelope = event.envelope
        name = envelope.type.split(".")[1]
        headers = to_headers(envelope)
        hearers, addressee = self._heard.get(name, set()), ""
        if name in self._addressed:
            addressee = decode(envelope.type, json.loads(event.body)).addressee
            hearers = hearers & {addressee}
            # RabbitMQ routes by these keys too, and takes the header off
            headers["BCC"] = [address(envelope.type, addressee)]
        await self._bus.publish(
            EXCHANGE,
            envelope.type,
            event.body.encode(),
            message_id=str(envelope.id),
            message_type=envelope.type,
            headers=headers,
            # an event that nobody is meant to hear has no queue, and that is no fault
            queues=[f"{hearer}.{name}" for hearer in sorted(hearers)],
        )
        PUBLISHED.labels(name, addressee).inc()
