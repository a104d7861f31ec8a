"""Turns receipts into applications, one after another in the order in which they arrived.

The files of the next are looked at and kept meanwhile. First come, first served, whichever
process took a receipt in: the lease keeps one process at it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

import structlog

from applications.admissions.act import Applications
from applications.documents.storing import store_uploads
from applications.documents.virus_scanner import Scanner
from applications.intake import store
from applications.intake.adapter import UnreadableError
from applications.intake.field_map import map_versions
from applications.intake.field_map.mapping import MappingError
from applications.intake.reading import read
from applications.intake.receipts import Receipt
from applications.intake.sources import LiveSource
from applications.intake.submitting import Submission, receive
from nextstep_messaging import Database, Lease, Pace, WorkLoop
from nextstep_messaging.operating.supervision import end

log = structlog.get_logger()

PACE = Pace(sweep=1.0, quiet=0.05, longest_wait=2.0, lease=30.0)
"""Seconds. Forms wait for their answer, applications do not: processing begins once no submission
came for a moment, and after two seconds in any case."""
BATCH = 50
MOST_FAILURES = 3
"""Tries of a receipt whose processing fails unexpectedly, before a person looks at it."""
CORRELATION = UUID("4f0b7e0a-2c7d-4d52-9d5e-1f2f6f0f6a10")
"""Namespace: everything that follows from one receipt shares a correlation id."""


@dataclass(frozen=True)
class Prepared:
    """A receipt, and the submission in it or why none could be made of it."""

    receipt: Receipt
    found: Submission | Exception


class Intake:
    """The worker of one process."""

    def __init__(
        self,
        applications: Applications,
        sources: Mapping[str, LiveSource],
        scanner: Scanner,
    ) -> None:
        self._applications = applications
        self._db: Database = applications.db
        self._sources = sources
        self._scanner = scanner

    async def look(self, lease: Lease) -> bool:
        """Process all that waits, and leave what fails to the next look."""
        while await lease.hold() and await self._process_batch(lease):
            pass
        return False

    async def _process_batch(self, lease: Lease) -> bool:
        """Process some of what waits, oldest first. Whether it is worth looking again at once."""
        ids = await store.oldest(self._db.read, "new", BATCH)
        ahead: asyncio.Task[Prepared | None] | None = None
        failed = 0
        try:
            for number, receipt_id in enumerate(ids):
                if not await lease.hold():
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
        whole = await store.whole_receipt(self._db, receipt_id)
        if whole is None:
            return None
        try:
            return Prepared(whole[0], await self._submission(*whole))
        except OSError:
            raise  # the database is away: the supervisor starts us again
        except Exception as error:  # noqa: BLE001 - told when it is this receipt's turn
            return Prepared(whole[0], error)

    async def _submission(self, receipt: Receipt, body: bytes) -> Submission:
        source = self._sources.get(receipt.source)
        if source is None:
            raise UnreadableError("The source is no longer configured.")
        overlay = await map_versions.in_force(self._db.read, source.name)
        mapped = await read(source, receipt, body, overlay, self._applications.cohort.zone)
        submitted_at = min(mapped.submitted_at or receipt.received_at, receipt.received_at)
        documents = await store_uploads(
            self._db, receipt.id, mapped.uploads, submitted_at, self._scanner
        )
        return Submission(
            receipt_id=receipt.id,
            source=source.name,
            received_at=receipt.received_at,
            submitted_at=submitted_at,
            arrived=receipt.arrived,
            answers=mapped.answers,
            documents=documents,
            links={u.key: u.link for u in mapped.uploads if u.link},
            corrections=receipt.corrections,
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
                    correlation_id=uuid5(CORRELATION, receipt.id),
                )
        except OSError:
            raise
        except Exception as error:
            log.exception("receipt_failed", receipt=receipt.id)
            await self._count_failure(receipt, error)
            return False
        return True

    async def _quarantine(self, receipt: Receipt, faults: tuple[str, ...]) -> None:
        log.warning("receipt_quarantined", receipt=receipt.id, faults=faults)
        await store.put_in_quarantine(self._db, receipt.id, faults)

    async def _count_failure(self, receipt: Receipt, error: Exception) -> None:
        failures = receipt.failures + 1
        if failures >= MOST_FAILURES:
            await self._quarantine(receipt, (f"Processing failed: {error}",))
        else:
            await store.count_failure(self._db, receipt.id, failures)


def add_intake(
    applications: Applications,
    sources: Mapping[str, LiveSource],
    scanner: Scanner,
) -> WorkLoop:
    """Let the service process receipts, and count those that wait in the metrics.

    Returns:
        what to wake when a receipt is stored.

    """
    worker, messaging = Intake(applications, sources, scanner), applications.messaging
    messaging.pending("receipts", lambda: store.count_receipts(messaging.db.read, "new"))
    return messaging.add_worker("intake", worker.look, PACE)
