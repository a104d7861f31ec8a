"""Fires timers that are due: one instance at a time looks, one transaction fires each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from nextstep_messaging.database.database import Database
from nextstep_messaging.database.leases import Lease
from nextstep_messaging.database.mongo import Document
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.metrics import TIMER_FAILURES
from nextstep_messaging.timers.clock import Clock, until_due
from nextstep_messaging.timers.timer import TIMERS, TimerHandler, from_row

log = structlog.get_logger()

SWEEP_SECONDS = 2.0
"""How soon a timer is noticed that another instance set to be due before all that we know of."""
STOP_SECONDS = 5.0
"""How long `stop` waits for the timer in hand; cut off later, it fires on another instance."""
BATCH = 100
FIRST_RETRY = 5.0
LONGEST_RETRY = 600.0
"""Seconds by the wall clock between tries of a timer whose handler fails. It is never given up:
a deadline that is dropped silently is worse than one that is late."""

Transact = Callable[..., Awaitable[None]]


class Timers:
    """Fires the timers of one service."""

    def __init__(
        self, db: Database, clock: Clock, transact: Transact, handlers: Mapping[str, TimerHandler]
    ) -> None:
        self._db = db
        self._clock = clock
        self._transact = transact
        self._handlers = handlers
        self._lease = Lease(db, "timers")
        self._busy = asyncio.Lock()
        self.woken = asyncio.Event()

    async def run(self) -> None:
        """Fire for ever what is due by the injected clock."""
        while True:
            self.woken.clear()
            due = await self._fire_due() if await self._lease.hold() else None
            await until_due(self._clock, due, self.woken, SWEEP_SECONDS)

    async def stop(self) -> None:
        """Fire no further timer, and leave the lease to another instance."""
        async with asyncio.timeout(STOP_SECONDS):
            await self._busy.acquire()
        await self._lease.release()

    async def _fire_due(self) -> datetime | None:
        """Fire one batch in the order of their moments.

        Returns:
            when the next one is due, if there is any; in the past when there may be more now.

        """
        ready = {
            "due": {"$lte": self._clock.now()},
            "$or": [{"retry_at": None}, {"retry_at": {"$lte": datetime.now(UTC)}}],
        }
        rows = await self._db.read(TIMERS).find(ready, sort=[("due", 1)], limit=BATCH)
        for row in rows:
            async with self._busy:
                if await self._lease.hold():
                    await self._fire(row)
        waiting = await self._db.read(TIMERS).find({"retry_at": None}, sort=[("due", 1)], limit=1)
        moment: datetime | None = waiting[0]["due"] if waiting else None
        return moment

    async def _fire(self, row: Document) -> None:
        timer = from_row(row)

        async def work(uow: UnitOfWork) -> None:
            mine = {"_id": timer.key, "set_id": row["set_id"]}
            if await uow.collection(TIMERS).delete(mine) == 0:
                return  # moved, cancelled, or fired by somebody else
            await self._handlers[timer.kind](timer, uow)

        with structlog.contextvars.bound_contextvars(
            timer=timer.key, correlation_id=str(timer.correlation_id)
        ):
            try:
                await self._transact(work, correlation_id=timer.correlation_id)
            except OSError:
                raise
            except Exception as error:  # noqa: BLE001 - a handler may fail in any way it likes
                await self._put_off(row, error)

    async def _put_off(self, row: Document, error: Exception) -> None:
        failures = int(row.get("failures", 0)) + 1
        pause = min(LONGEST_RETRY, FIRST_RETRY * 2 ** (failures - 1))
        TIMER_FAILURES.labels(row["kind"]).inc()
        log.error("timer_failed", timer=row["_id"], failures=failures, exc_info=error)
        retry_at = datetime.now(UTC) + timedelta(seconds=pause)
        await self._db.write(TIMERS).update(
            {"_id": row["_id"], "set_id": row["set_id"]},
            {"$set": {"failures": failures, "retry_at": retry_at}},
        )
