"""Runs units of work: inbox row, changes and outgoing events in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from nextstep_contracts import Envelope
from nextstep_messaging.bus import inbox
from nextstep_messaging.bus.outbox import Positions
from nextstep_messaging.database.database import Database, Transaction
from nextstep_messaging.database.transactions import transact
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.tracing import current_traceparent
from nextstep_messaging.timers.clock import Clock

T = TypeVar("T")
Work = Callable[[UnitOfWork], Awaitable[T]]

AT_ONCE = 8
"""Transactions of one process under way at once. More do not go faster, and where they meet on
one document they go very much slower."""


class Units:
    """The units of work of one service process."""

    def __init__(
        self, service: str, db: Database, clock: Clock, committed: Callable[[UnitOfWork], None]
    ) -> None:
        self._service = service
        self._db = db
        self._clock = clock
        self._committed = committed
        self._positions = Positions()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._lines = WeakValueDictionary[str, asyncio.Lock]()  # gone with the last who waits

    async def run(
        self, work: Work[T], *, correlation_id: UUID, one_at_a_time: str | None = None
    ) -> T:
        """Run work that no message caused."""

        async def attempt(transaction: Transaction) -> tuple[UnitOfWork, T]:
            return await self._work(self._unit(transaction, correlation_id, None), work)

        return await self._commit(attempt, one_at_a_time)

    async def handle(
        self,
        work: Work[None],
        *,
        consumer: str,
        envelope: Envelope,
        one_at_a_time: str | None = None,
    ) -> None:
        """Run work that a message caused, unless `consumer` did so before.

        Raises:
            AlreadyHandledError: it did.

        """

        async def attempt(transaction: Transaction) -> tuple[UnitOfWork, None]:
            await inbox.enter(transaction, consumer, envelope.id)
            unit = self._unit(transaction, envelope.correlation_id, envelope)
            return await self._work(unit, work)

        await self._commit(attempt, one_at_a_time)

    def _unit(
        self, transaction: Transaction, correlation_id: UUID, envelope: Envelope | None
    ) -> UnitOfWork:
        return UnitOfWork(
            transaction,
            service=self._service,
            now=self._clock.now(),
            correlation_id=correlation_id,
            envelope=envelope,
            traceparent=current_traceparent(),
        )

    async def _work(self, unit: UnitOfWork, work: Work[T]) -> tuple[UnitOfWork, T]:
        result = await work(unit)
        await unit.flush(self._positions)
        return unit, result

    async def _commit(
        self,
        attempt: Callable[[Transaction], Awaitable[tuple[UnitOfWork, T]]],
        one_at_a_time: str | None,
    ) -> T:
        async with AsyncExitStack() as held:
            if one_at_a_time is not None:
                line = self._lines.setdefault(one_at_a_time, asyncio.Lock())
                await held.enter_async_context(line)
            await held.enter_async_context(self._slots)
            unit, result = await transact(self._db, attempt)
        self._committed(unit)
        return result
