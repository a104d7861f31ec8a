"""Fires timers that are due: one instance at a time looks, one transaction fires each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import cast

import structlog

from nextstep_messaging.clock import Clock, until_due
from nextstep_messaging.database import Database
from nextstep_messaging.leases import Lease
from nextstep_messaging.metrics import TIMER_FAILURES
from nextstep_messaging.mongo import Document
from nextstep_messaging.timers import SOON, TIMERS, TimerHandler, from_row
from nextstep_messaging.work import UnitOfWork

log = structlog.get_logger()

STOP_SECONDS = 5.0
"""How long `stop` waits for the timer in hand; cut off later, it fires on another instance."""
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
            now = self._clock.now()
            due = await self._fire_due(now) if await self._lease.hold() else None
            await until_due(self._clock, now, due, self.woken, SOON.total_seconds())

    async def stop(self) -> None:
        """Fire no further timer, and leave the lease to another instance."""
        async with asyncio.timeout(STOP_SECONDS):
            await self._busy.acquire()
        await self._lease.release()

    async def _fire_due(self, now: datetime) -> datetime | None:
        """Fire what is due by `now`, in the order of the moments.

        Looks no further ahead than it has to: a search by a range of one indexed field stays
        quick however many timers there are.

        Returns:
            when the next one is due, if that is soon.

        """
        rows = await self._db.read(TIMERS).find({"due": {"$lte": now + SOON}})
        rows.sort(key=itemgetter("due"))
        for row in rows:
            if row["due"] > now:
                return cast("datetime", row["due"])
            if not _put_off_still(row):
                async with self._busy:
                    if await self._lease.hold():
                        await self._fire(row)
        return None

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


def _put_off_still(row: Document) -> bool:
    retry_at = row.get("retry_at")
    return retry_at is not None and bool(retry_at > datetime.now(UTC))
