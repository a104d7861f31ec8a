"""Publishes the outbox: confirmed, in order per subject, by one instance of the service at a time.

A row leaves the outbox only after the broker confirmed it. It is then deleted rather than marked:
events carry names and addresses, which must not linger where no erasure looks for them, and a
small outbox is quick to search.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import monotonic
from uuid import uuid4

import structlog

from nextstep_contracts import Event
from nextstep_messaging.bus import Bus, BusUnavailableError, UnroutableError
from nextstep_messaging.envelope import to_headers
from nextstep_messaging.metrics import PUBLISHED, UNROUTABLE
from nextstep_messaging.mongo import Database, Document
from nextstep_messaging.outbox import OUTBOX, Outgoing, from_row
from nextstep_messaging.topology import EXCHANGE

log = structlog.get_logger()

LEASE = "relay"
LEASE_SECONDS = 10.0
RENEW_SECONDS = 3.0
SWEEP_SECONDS = 0.5
"""How soon rows are found that another instance wrote, or that a crash left behind."""
BATCH = 200
HOLD_SECONDS = 5.0
"""How long a subject waits after the broker gave back one of its events."""
MOST_HELD = 500
"""Subjects held at once before the whole relay pauses: then it is the topology that is wrong."""


class Relay:
    """The relay of one service process."""

    def __init__(self, db: Database, bus: Bus, heard: Mapping[type[Event], Sequence[str]]) -> None:
        self._db = db
        self._bus = bus
        self._heard = {event.event_name for event, consumers in heard.items() if consumers}
        self._owner = str(uuid4())
        self._renew_at = 0.0
        self._held: dict[str, float] = {}
        self.woken = asyncio.Event()
        self.leading = False
        """Whether this process holds the lease."""

    async def run(self) -> None:
        """Publish for ever, whenever woken and at least once a sweep."""
        while True:
            await self._bus.ready.wait()
            self.woken.clear()
            if await self._lead() and await self._publish_batch():
                continue  # there may be more
            try:
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self.woken.wait()
            except TimeoutError:
                continue

    async def close(self) -> None:
        """Give the lease up for another instance."""
        if self.leading:
            self.leading = False
            await self._db.release(LEASE, self._owner)

    async def _lead(self) -> bool:
        if monotonic() >= self._renew_at:
            # counted from before the round trip, so that we never believe in it for too long
            asked = monotonic()
            self.leading = await self._db.lease(LEASE, self._owner, LEASE_SECONDS)
            self._renew_at = asked + RENEW_SECONDS if self.leading else 0.0
        return self.leading

    async def _publish_batch(self) -> bool:
        """Publish what is waiting.

        Returns:
            whether there may be more to publish at once.

        """
        rows = await self._waiting()
        subjects: dict[str, list[Document]] = defaultdict(list)
        for row in rows:
            subjects[row["subject"]].append(row)
        confirmed: list[str] = []
        try:
            # subjects side by side, the events of one subject one after another
            async with asyncio.TaskGroup() as group:
                for chain in subjects.values():
                    group.create_task(self._publish_chain(chain, confirmed))
        finally:
            if confirmed:
                await self._db.write(OUTBOX).delete({"_id": {"$in": confirmed}})
        return len(rows) == BATCH and bool(confirmed)

    async def _waiting(self) -> list[Document]:
        now = monotonic()
        self._held = {subject: until for subject, until in self._held.items() if until > now}
        if len(self._held) >= MOST_HELD:
            return []
        matching = {"subject": {"$nin": list(self._held)}} if self._held else {}
        return await self._db.read(OUTBOX).find(matching, sort=[("position", 1)], limit=BATCH)

    async def _publish_chain(self, rows: list[Document], confirmed: list[str]) -> None:
        for row in rows:
            try:
                await self._publish(from_row(row))
            except UnroutableError:
                UNROUTABLE.labels(row["type"]).inc()
                log.warning("event_unroutable", event_id=row["_id"], event_type=row["type"])
                self._held[row["subject"]] = monotonic() + HOLD_SECONDS
                return
            except BusUnavailableError as error:
                log.warning("publish_failed", event_id=row["_id"], error=str(error))
                self._held[row["subject"]] = monotonic() + SWEEP_SECONDS
                return
            confirmed.append(row["_id"])

    async def _publish(self, event: Outgoing) -> None:
        envelope = event.envelope
        name = envelope.type.split(".")[1]
        await self._bus.publish(
            EXCHANGE,
            envelope.type,
            event.body.encode(),
            message_id=str(envelope.id),
            message_type=envelope.type,
            headers=to_headers(envelope),
            # an event that nobody is meant to hear has no queue, and that is no fault
            mandatory=name in self._heard,
        )
        PUBLISHED.labels(name).inc()
