"""Turns receipts into applications, one after another in the order in which they arrived.

The files of the next are looked at and kept meanwhile.

Woken when a receipt is stored, with a sweep behind it for those that another process stored or
that a crash left. A lease keeps one process at it: first come, first served, whoever took it in.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID, uuid4, uuid5

import structlog

from applications.admissions.act import Applications
from applications.admissions.store import RECEIPTS
from applications.documents.storing import store_uploads
from applications.documents.virus_scanner import Scanner
from applications.intake.adapter import UnreadableError
from applications.intake.field_map.mapping import MappingError
from applications.intake.field_map.overlays import newest
from applications.intake.reading import read
from applications.intake.sources import LiveSource
from applications.intake.submitting import Submission, receive
from nextstep_messaging import Database, Messaging
from nextstep_messaging.operating.supervision import end

log = structlog.get_logger()

LEASE = "intake"
LEASE_SECONDS = 30.0
RENEW_SECONDS = 10.0
SWEEP_SECONDS = 1.0
"""How late a receipt is noticed that this process did not store itself."""
QUIET_SECONDS = 0.05
LONGEST_WAIT = 2.0
"""Forms wait for their answer, applications do not: processing begins once no submission came for
a moment, and after two seconds in any case."""
BATCH = 50
MOST_FAILURES = 3
"""Tries of a receipt whose processing fails unexpectedly, before a person looks at it."""
CORRELATION = UUID("4f0b7e0a-2c7d-4d52-9d5e-1f2f6f0f6a10")
"""Namespace: everything that follows from one receipt shares a correlation id."""


@dataclass(frozen=True)
class Prepared:
    """A receipt, and the submission in it or why none could be made of it."""

    receipt: dict[str, Any]
    found: Submission | Exception


class IntakeWorker:
    """The worker of one process."""

    def __init__(
        self, applications: Applications, sources: dict[str, LiveSource], scanner: Scanner
    ) -> None:
        self._applications = applications
        self.sources = sources
        self.scanner = scanner
        self._owner = str(uuid4())
        self._renew_at = 0.0
        self.woken = asyncio.Event()

    def attach(self, messaging: Messaging) -> None:
        """Give it the messaging that it is a worker of."""
        self._db: Database = messaging.db
        messaging.pending("receipts", self.waiting)

    async def waiting(self) -> int:
        """How many receipts have not been looked at yet."""
        return await self._db.read(RECEIPTS).count({"status": "new"})

    async def run(self) -> None:
        """Process receipts for ever."""
        try:
            while True:
                self.woken.clear()
                if await self._leads() and await self._process_batch():
                    continue
                await self._next_time()
        finally:
            if self._renew_at:
                self._renew_at = 0.0
                await self._db.release(LEASE, self._owner)

    async def _next_time(self) -> None:
        """Wait for a receipt, or for the sweep; then let a rush be answered first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SWEEP_SECONDS):
                await self.woken.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT):
                while self.woken.is_set():
                    self.woken.clear()
                    await asyncio.sleep(QUIET_SECONDS)

    async def _leads(self) -> bool:
        if monotonic() < self._renew_at:
            return True
        holds = await self._db.lease(LEASE, self._owner, LEASE_SECONDS)
        self._renew_at = monotonic() + RENEW_SECONDS if holds else 0.0
        return holds

    async def _process_batch(self) -> bool:
        """Process what waits, oldest first. Whether it is worth looking again at once."""
        waiting = await self._db.read(RECEIPTS).aggregate(
            [
                {"$match": {"status": "new"}},
                {"$sort": {"arrived": 1}},
                {"$limit": BATCH},
                {"$project": {"_id": 1}},  # bodies are large: one at a time
            ]
        )
        ids = [row["_id"] for row in waiting]
        ahead: asyncio.Task[Prepared | None] | None = None
        failed = 0
        try:
            for number, receipt_id in enumerate(ids):
                if not await self._leads():
                    return False
                ready = await (ahead or self._prepare(receipt_id))
                # only one, since bodies are large; applications stay in the order of arrival
                following = ids[number + 1 : number + 2]
                ahead = asyncio.create_task(self._prepare(*following)) if following else None
                failed += ready is not None and not await self._finish(ready)
        finally:
            if ahead is not None:
                await end(ahead)
        return bool(ids) and failed == 0

    async def _prepare(self, receipt_id: str) -> Prepared | None:
        """What a receipt says, its files kept: nothing yet that anybody would see."""
        receipt = await self._db.read(RECEIPTS).get(receipt_id)
        if receipt is None:
            return None
        try:
            return Prepared(receipt, await self._submission(receipt))
        except OSError:
            raise  # the database is away: the supervisor starts us again
        except Exception as error:  # noqa: BLE001 - told when it is this receipt's turn
            return Prepared(receipt, error)

    async def _submission(self, receipt: dict[str, Any]) -> Submission:
        source = self.sources.get(receipt["source"])
        if source is None:
            raise UnreadableError("The source is no longer configured.")
        overlay = await newest(self._db, source.name)
        mapped = await read(self._db, source, receipt, overlay, self._applications.cohort.zone)
        received_at: datetime = receipt["received_at"]
        submitted_at = min(mapped.submitted_at or received_at, received_at)
        documents = await store_uploads(
            self._db, receipt["_id"], mapped.uploads, submitted_at, self.scanner
        )
        return Submission(
            receipt_id=receipt["_id"],
            source=source.name,
            received_at=received_at,
            submitted_at=submitted_at,
            arrived=receipt["arrived"],
            answers=mapped.answers,
            documents=documents,
            links={u.key: u.link for u in mapped.uploads if u.link},
            corrections=tuple(receipt.get("corrections") or ()),
        )

    async def _finish(self, ready: Prepared) -> bool:
        """Turn one receipt into an application, or put it into quarantine with the reason."""
        receipt, found = ready.receipt, ready.found
        try:
            if isinstance(found, MappingError):
                await self._quarantine(receipt, found.faults)
            elif isinstance(found, UnreadableError):
                await self._quarantine(receipt, (str(found),))
            elif isinstance(found, Exception):
                raise found  # noqa: TRY301 - as if it had happened now
            else:
                await self._applications.perform(
                    lambda act: receive(act, found),
                    correlation_id=uuid5(CORRELATION, receipt["_id"]),
                )
        except OSError:
            raise
        except Exception as error:
            log.exception("receipt_failed", receipt=receipt["_id"])
            await self._count_failure(receipt, error)
            return False
        return True

    async def _quarantine(self, receipt: dict[str, Any], faults: tuple[str, ...]) -> None:
        log.warning("receipt_quarantined", receipt=receipt["_id"], faults=faults)
        await self._db.write(RECEIPTS).update(
            {"_id": receipt["_id"], "status": "new"},
            {"$set": {"status": "quarantined", "faults": list(faults)}, "$inc": {"version": 1}},
        )

    async def _count_failure(self, receipt: dict[str, Any], error: Exception) -> None:
        failures = receipt["failures"] + 1
        if failures >= MOST_FAILURES:
            await self._quarantine(receipt, (f"Processing failed: {error}",))
            return
        await self._db.write(RECEIPTS).update(
            {"_id": receipt["_id"], "status": "new"},
            {"$set": {"failures": failures}, "$inc": {"version": 1}},
        )
