"""Turns receipts into applications, one after another in the order in which they arrived.

The files of the next few are looked at and kept meanwhile, each but for a moment: one that costs
more than an ordinary file is put aside (`documents.fetching`), and nobody waits for it. First come,
first served, whichever process took a receipt in: the lease keeps one process at it.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice
from uuid import UUID, uuid5

import structlog

from applications.admissions.act import Applications
from applications.admissions.document_names import document_title
from applications.admissions.waiting import DoubtedTime
from applications.documents.storing import store_uploads
from applications.intake import store
from applications.intake.adapter import UnreadableError
from applications.intake.field_map import map_versions
from applications.intake.field_map.mapping import MappingError
from applications.intake.reading import read
from applications.intake.receipts import Receipt
from applications.intake.sources import LiveSource
from applications.intake.submission_time import time_that_counts
from applications.intake.submitting import Submission, receive
from nextstep_documents.inspection import name_as_given
from nextstep_documents.sandbox import HURRIED, QUICK
from nextstep_documents.virus_scanner import Scanner
from nextstep_messaging import Database, Lease, Pace, WorkLoop
from nextstep_messaging.operating.supervision import end
from nextstep_programme.writing import listed
from nextstep_web.bodies import Rooms, in_memory

log = structlog.get_logger()

PACE = Pace(sweep=1.0, quiet=0.05, longest_wait=2.0, lease=30.0)
"""Seconds. Forms wait for their answer, applications do not: processing begins once no submission
came for a moment, and after two seconds in any case."""
BATCH = 50
AHEAD = 4
"""Receipts whose files are looked at meanwhile: one more than the sandbox has places. No more,
since bodies are large."""
MOST_FAILURES = 3
"""Tries of a receipt whose processing fails unexpectedly, before a person looks at it."""
FAILED = (
    "Processing failed three times in a way that nobody foresaw ({}). The log says more, under the"
    " number of this receipt. Try it again once the cause is mended."
)
"""Not what the error says: that is for whoever reads the code."""
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
        rooms: Rooms,
    ) -> None:
        self._rooms = rooms
        self._applications = applications
        self._db: Database = applications.db
        self._sources = sources
        self._scanner = scanner
        self._patience = QUICK
        """What the first look at a file may cost: little, once one of a rush cost more."""

    async def look(self, lease: Lease) -> bool:
        """Process all that waits, and leave what fails to the next look."""
        while await lease.hold() and await self._process_batch(lease):
            pass
        return False

    async def _process_batch(self, lease: Lease) -> bool:
        """Process some of what waits, oldest first. Whether it is worth looking again at once."""
        ids = await store.oldest(self._db.read, "new", BATCH)
        ahead: deque[asyncio.Task[Prepared | None]] = deque()
        self._patience = QUICK
        following = iter(ids)
        failed = 0
        try:
            for _ in ids:
                if not await lease.hold():
                    return False
                # applications stay in the order of arrival, whosever files take longer
                ahead.extend(
                    asyncio.create_task(self._prepare(one))
                    for one in islice(following, AHEAD - len(ahead))
                )
                ready = await ahead.popleft()
                failed += ready is not None and not await self._finish(ready)
        finally:
            await end(*ahead)
        return bool(ids) and failed == 0

    async def _prepare(self, receipt_id: str) -> Prepared | None:
        """What a receipt says, its files kept: nothing yet that anybody would see."""
        async with AsyncExitStack() as held:

            async def wait(size: int) -> None:  # for the bodies that are just arriving
                await held.enter_async_context(in_memory(self._rooms, size, patience=None))

            whole = await store.whole_receipt(self._db, receipt_id, wait)
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
        submitted_at, fault = time_that_counts(
            mapped.submitted_at,
            mapped.time_as_written,
            receipt.received_at,
            self._applications.cohort,
        )
        links = {u.key: u.link for u in mapped.uploads if u.link}
        documents = await store_uploads(
            self._db,
            receipt.id,
            mapped.uploads,
            submitted_at,
            self._scanner,
            arrived=receipt.arrived,
            quickly=self._patience,
        )
        if any(one.coming and one.key not in links for one in documents.values()):
            self._patience = HURRIED
        return Submission(
            receipt_id=receipt.id,
            source=source.name,
            received_at=receipt.received_at,
            submitted_at=submitted_at,
            arrived=receipt.arrived,
            answers=mapped.answers,
            documents=documents,
            links=links,
            corrections=receipt.corrections,
            by_hand=receipt.by_hand,
            beside=tuple(
                f"{document_title(u.key)}: one file is used; given as well:"
                f" {listed([name_as_given(name, u.key) for name in u.others])}."
                " The applicant is told, and can send the other one."
                for u in mapped.uploads
                if u.others
            ),
            said_before=receipt.said_before,
            time_doubt=DoubtedTime(
                submission_id=receipt.id,
                fault=fault,
                as_written=mapped.time_as_written,
                received_at=receipt.received_at,
            )
            if fault
            else None,
        )

    async def _finish(self, ready: Prepared) -> bool:
        """Turn one receipt into an application, or put it into quarantine with the reason."""
        receipt, found = ready.receipt, ready.found
        try:
            if isinstance(found, MappingError):
                await self._quarantine(receipt, found.faults, found.fields)
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

    async def _quarantine(
        self, receipt: Receipt, faults: tuple[str, ...], fields: tuple[str, ...] = ()
    ) -> None:
        log.warning("receipt_quarantined", receipt=receipt.id, faults=len(faults), fields=fields)
        await store.put_in_quarantine(self._db, receipt.id, faults)

    async def _count_failure(self, receipt: Receipt, error: Exception) -> None:
        failures = receipt.failures + 1
        if failures >= MOST_FAILURES:
            await self._quarantine(receipt, (FAILED.format(type(error).__name__),))
        else:
            await store.count_failure(self._db, receipt.id, failures)


def add_intake(
    applications: Applications,
    sources: Mapping[str, LiveSource],
    scanner: Scanner,
    rooms: Rooms,
) -> WorkLoop:
    """Let the service process receipts, and count those that wait in the metrics.

    Returns:
        what to wake when a receipt is stored.

    """
    worker, messaging = Intake(applications, sources, scanner, rooms), applications.messaging
    messaging.pending("receipts", lambda: store.count_receipts(messaging.db.read, "new"))
    return messaging.add_worker("intake", worker.look, PACE)
