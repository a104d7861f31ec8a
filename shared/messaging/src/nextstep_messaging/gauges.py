"""Measures what a service has still to do, at the moment of a scrape."""

import math
import time
from collections.abc import Awaitable, Callable, Mapping

from nextstep_messaging import metrics
from nextstep_messaging.clock import Clock
from nextstep_messaging.database import Database
from nextstep_messaging.dead_letters import DEAD_LETTERS
from nextstep_messaging.outbox import OUTBOX
from nextstep_messaging.timers import TIMERS

Count = Callable[[], Awaitable[int]]


async def measure(db: Database, clock: Clock, pending: Mapping[str, Count]) -> None:
    """Set the gauges; to NaN, which no alert takes for zero, while the database is down."""
    try:
        await _measure(db, clock, pending)
    except OSError:
        for gauge in (metrics.OUTBOX_DEPTH, metrics.OUTBOX_AGE, metrics.TIMERS_DUE):
            gauge.set(math.nan)


async def _measure(db: Database, clock: Clock, pending: Mapping[str, Count]) -> None:
    oldest = await db.read(OUTBOX).find({}, sort=[("position", 1)], limit=1)
    age = (time.time_ns() - oldest[0]["position"]) / 1e9 if oldest else 0.0
    metrics.OUTBOX_AGE.set(max(0.0, age))
    metrics.OUTBOX_DEPTH.set(await db.read(OUTBOX).count({}))
    metrics.TIMERS_DUE.set(await db.read(TIMERS).count({"due": {"$lte": clock.now()}}))
    metrics.DEAD_LETTERS.set(await db.read(DEAD_LETTERS).count({"status": "open"}))
    for kind, count in pending.items():
        metrics.WORK_PENDING.labels(kind).set(await count())
