"""The unit of work: everything that one request, event or timer changes, all or nothing."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from nextstep_contracts import Envelope, Event
from nextstep_messaging.database import inbox
from nextstep_messaging.database.database import Database, Named
from nextstep_messaging.database.documents import SessionCollection
from nextstep_messaging.database.errors import DatabaseUnavailableError, PassingError, StaleDocument
from nextstep_messaging.database.outbox import (
    OUTBOX,
    Outgoing,
    Positions,
    current_traceparent,
    outgoing,
    to_row,
)
from nextstep_messaging.database.timer import TIMERS, timer_row

T = TypeVar("T")

AT_ONCE = 8
"""Transactions of one process under way at once. More do not go faster, and where they meet on
one document they go very much slower."""
ATTEMPTS = 40
"""Tries of one piece of work before a conflict is reported; with jitter, enough for 8 rivals."""
FIRST_PAUSE = 0.004
"""Seconds, about as long as a rival's transaction; doubled with each try up to the longest."""
LONGEST_PAUSE = 0.25
PATIENCE = 20.0
"""Seconds after which no further try is begun: a person may be waiting for the page."""
UNREACHABLE_PATIENCE = 5.0
"""Seconds; long enough for an election, short enough to say that the database is down."""
CANCEL_SECONDS = 2.0
"""How long a cancelled transaction may take to end by itself, and then to be undone."""


class UnitOfWork:
    """What a handler or a use case works with. It lives for one attempt of one transaction."""

    def __init__(
        self,
        collection: Named,
        *,
        service: str,
        now: datetime,
        correlation_id: UUID,
        envelope: Envelope | None = None,
    ) -> None:
        self.now = now
        """The injected clock, read once per attempt."""
        self.envelope = envelope
        """Of the event being handled; None for a request or a timer."""
        self.correlation_id = correlation_id
        self.published: list[Outgoing] = []
        self.scheduled = False
        """Whether a timer was set, so that whoever waits for timers must look again."""
        self.audited = False
        """Whether the audit trail has entries that are to be sealed."""
        self.afterwards: list[Callable[[], None]] = []
        """Called once this is committed; see `then`."""
        self._collection = collection
        self._service = service

    @property
    def service(self) -> str:
        """The service that works."""
        return self._service

    @property
    def sender(self) -> str:
        """The service that sent the event being handled.

        Raises:
            ValueError: this is a request or a timer.

        """
        if self.envelope is None:
            raise ValueError("no event is being handled")
        return self.envelope.source

    def collection(self, name: str) -> SessionCollection:
        """A collection inside the transaction."""
        return self._collection(name)

    def publish(self, event: Event) -> UUID:
        """Put an event into the outbox.

        Returns:
            the event's id, which is also its message id on the bus.

        Raises:
            ValueError: the event belongs to another service.

        """
        row = outgoing(
            event,
            service=self._service,
            now=self.now,
            correlation_id=self.correlation_id,
            causation_id=self.envelope.id if self.envelope else None,
            traceparent=current_traceparent(),
        )
        self.published.append(row)
        return row.envelope.id

    async def schedule(
        self, key: str, kind: str, due: datetime, data: Mapping[str, Any] | None = None
    ) -> None:
        """Set the timer `key` to fire `kind` at `due`, replacing what it was set to before."""
        row = timer_row(kind, due, dict(data or {}), self.correlation_id)
        await self.collection(TIMERS).update({"_id": key}, row, upsert=True)
        self.scheduled = True

    async def cancel_timer(self, key: str) -> None:
        """Forget the timer `key`; one that is not set is no error."""
        await self.collection(TIMERS).delete({"_id": key})

    def then(self, tell: Callable[[], None]) -> None:
        """Call `tell` once this is committed, to wake work of this process that waits for it.

        Only a nudge: a crash after the commit skips it, so who waits must also look by itself.
        """
        self.afterwards.append(tell)

    async def flush(self, positions: Positions) -> None:
        """Write the outbox, as the last step before the commit and in one round trip.

        Positions are taken here: whoever changes the same aggregate next can only begin after
        this commit, so its events get higher ones.
        """
        rows = [to_row(event, positions.next()) for event in self.published]
        await self.collection(OUTBOX).insert_many(rows)


Work = Callable[[UnitOfWork], Awaitable[T]]


class Units:
    """Runs the units of work of one service process."""

    def __init__(
        self,
        service: str,
        db: Database,
        now: Callable[[], datetime],
        committed: Callable[[UnitOfWork], None],
    ) -> None:
        self._service = service
        self._db = db
        self._now = now
        self._committed = committed
        self._positions = Positions()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._second_tries = asyncio.Lock()
        """Held by the one transaction of this process that tries again after a conflict: who lost
        once would, all at once, only lose again."""
        self._lines = WeakValueDictionary[str, asyncio.Lock]()  # gone with the last who waits

    async def commit(
        self,
        work: Work[T],
        *,
        correlation_id: UUID,
        heard: tuple[str, Envelope] | None = None,
        in_line: str | None = None,
    ) -> T:
        """Run `work` in a transaction, again from the start whenever a rival was in its way.

        Args:
            work: what is to be done.
            correlation_id: the story it belongs to.
            heard: the queue and the envelope of the message that caused it, if one did.
            in_line: work of this process under the same name runs one after another.

        Raises:
            AlreadyHandledError: that queue's message was handled before.
            StaleDocument: rivals were quicker every time.
            DatabaseUnavailableError: the database cannot be reached.

        """
        async with self._line(in_line), self._slots:
            started = monotonic()
            for attempt in range(ATTEMPTS):
                try:
                    async with self._second_tries if attempt else nullcontext():
                        running = self._attempt(work, correlation_id, heard)
                        unit, result = await _to_its_end(running)
                    break
                except (StaleDocument, PassingError) as error:
                    if attempt + 1 == ATTEMPTS or monotonic() - started > _patience(error):
                        raise _final(error) from error
                pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)
                await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - jitter, no secret
        self._committed(unit)
        return result

    def _line(self, name: str | None) -> AbstractAsyncContextManager[None]:
        return nullcontext() if name is None else self._lines.setdefault(name, asyncio.Lock())

    async def _attempt(
        self, work: Work[T], correlation_id: UUID, heard: tuple[str, Envelope] | None
    ) -> tuple[UnitOfWork, T]:
        queue, envelope = heard or ("", None)
        async with self._db.transaction() as collection:
            if envelope is not None:
                await inbox.enter(collection(inbox.INBOX), queue, envelope.id)
            unit = UnitOfWork(
                collection,
                service=self._service,
                now=self._now(),
                correlation_id=correlation_id,
                envelope=envelope,
            )
            result = await work(unit)
            await unit.flush(self._positions)
        return unit, result


def _patience(error: StaleDocument | PassingError) -> float:
    unreachable = isinstance(error, PassingError) and error.unreachable
    return UNREACHABLE_PATIENCE if unreachable else PATIENCE


def _final(error: StaleDocument | PassingError) -> Exception:
    if isinstance(error, StaleDocument):
        return error
    return DatabaseUnavailableError(str(error)) if error.unreachable else StaleDocument(str(error))


async def _to_its_end(attempt: Coroutine[Any, Any, T]) -> T:
    """Let an attempt end before a cancellation goes on.

    The driver works in threads that a cancellation does not reach: to leave a call running there
    while the session is used again would leave a transaction open on the server.
    """
    running = asyncio.create_task(attempt)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        try:
            await asyncio.wait({running}, timeout=CANCEL_SECONDS)
        finally:  # whoever cancels again must not leave it to itself
            running.cancel()
        await asyncio.wait({running}, timeout=CANCEL_SECONDS)  # for the server to hear of it
        raise
