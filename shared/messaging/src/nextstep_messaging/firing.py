"""Fires timers that are due: one instance at a time looks, one transaction fires each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import uuid4

import structlog

from nextstep_messaging.clock import Clock, until_due
from nextstep_messaging.metrics import TIMER_FAILURES
from nextstep_messaging.mongo import Database, Document
from nextstep_messaging.timers import TIMERS, TimerHandler, from_row
from nextstep_messaging.work import UnitOfWork

log = structlog.get_logger()

LEASE = "timers"
LEASE_SECONDS = 10.0
RENEW_SECONDS = 3.0
SWEEP_SECONDS = 2.0
"""How soon a timer is noticed that another instance set to be due before all that we know of."""
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
        self._owner = str(uuid4())
        self._renew_at = 0.0
        self.woken = asyncio.Event()
        self.leading = False
        """Whether this process holds the lease."""

    async def run(self) -> None:
        """Fire for ever what is due by the injected clock."""
        while True:
            self.woken.clear()
            due = None
            if await self._lead():
                fired = await self._fire_due()
                due = await self._next_due()
                if fired and due is not None and due <= self._clock.now():
                    continue
            await until_due(self._clock, due, self.woken, SWEEP_SECONDS)

    async def close(self) -> None:
        """Give the lease up for another instance."""
        if self.leading:
            self.leading = False
            await self._db.release(LEASE, self._owner)

    async def _lead(self) -> bool:
        if monotonic() >= self._renew_at:
            asked = monotonic()
            self.leading = await self._db.lease(LEASE, self._owner, LEASE_SECONDS)
            self._renew_at = asked + RENEW_SECONDS if self.leading else 0.0
        return self.leading

    async def _fire_due(self) -> int:
        """Fire one batch in the order of their moments.

        Returns:
            how many there were.

        """
        ready = {
            "due": {"$lte": self._clock.now()},
            "$or": [{"retry_at": None}, {"retry_at": {"$lte": datetime.now(UTC)}}],
        }
        rows = await self._db.read(TIMERS).find(ready, sort=[("due", 1)], limit=BATCH)
        for row in rows:
            if not await self._lead():
                break
            await self._fire(row)
        return len(rows)

    async def _next_due(self) -> datetime | None:
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
