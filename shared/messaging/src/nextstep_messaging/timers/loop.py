"""Fires timers that are due: one instance at a time looks, one transaction fires each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import Counter

from nextstep_messaging.database.database import Database
from nextstep_messaging.database.leases import Lease
from nextstep_messaging.database.mongo import Document
from nextstep_messaging.database.timer import TIMERS, Timer, from_row
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.timers.clock import Clock, until_due
from nextstep_messaging.timers.work_loop import Pace, WorkLoop

log = structlog.get_logger()

SWEEP_SECONDS = 2.0
"""How soon a timer is noticed that another instance set to be due before all that we know of."""
BATCH = 100
FIRST_RETRY = 5.0
LONGEST_RETRY = 600.0
"""Seconds by the wall clock between tries of a timer whose handler fails. It is never given up:
a deadline that is dropped silently is worse than one that is late."""

TIMER_FAILURES = Counter("nextstep_timer_failures", "Timers whose handler failed", ["kind"])

Commit = Callable[..., Awaitable[None]]
TimerHandler = Callable[[Timer, UnitOfWork], Awaitable[None]]


class Timers:
    """Fires the timers of one service, by the injected clock."""

    def __init__(
        self, db: Database, clock: Clock, commit: Commit, handlers: Mapping[str, TimerHandler]
    ) -> None:
        self._db = db
        self._clock = clock
        self._commit = commit
        self._handlers = handlers
        self._next: datetime | None = None
        self._lease = Lease(db, "timers")
        pace = Pace(sweep=SWEEP_SECONDS)
        self.loop = WorkLoop(self._lease, self._fire_due, pace, rest=self._until_due)

    async def _until_due(self, woken: asyncio.Event, sweep: float) -> None:
        # what another instance fires is not waited for here
        due = self._next if self._lease.held else None
        await until_due(self._clock, due, woken, sweep)

    async def _fire_due(self, lease: Lease) -> bool:
        """Fire one batch in the order of their moments."""
        ready = {
            "due": {"$lte": self._clock.now()},
            "$or": [{"retry_at": None}, {"retry_at": {"$lte": datetime.now(UTC)}}],
        }
        rows = await self._db.read(TIMERS).find(ready, sort=[("due", 1)], limit=BATCH)
        for row in rows:
            if await lease.hold():
                await self._fire(row)
        waiting = await self._db.read(TIMERS).find({"retry_at": None}, sort=[("due", 1)], limit=1)
        self._next = waiting[0]["due"] if waiting else None
        return False  # a moment that has passed already is not waited for

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
                await self._commit(work, correlation_id=timer.correlation_id)
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
