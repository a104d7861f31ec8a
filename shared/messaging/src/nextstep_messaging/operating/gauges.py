"""Measures what a service has still to do, at the moment of a scrape."""

import math
import time
from collections.abc import Awaitable, Callable, Container, Mapping

from prometheus_client import Gauge

from nextstep_messaging.bus.dead_letters import DEAD_LETTERS
from nextstep_messaging.database.database import Database
from nextstep_messaging.database.outbox import OUTBOX
from nextstep_messaging.database.timer import TIMERS
from nextstep_messaging.operating.audit.holding import found_wrong
from nextstep_messaging.operating.audit.store import ENTRIES
from nextstep_messaging.timers.clock import Clock

Count = Callable[[], Awaitable[int]]

OUTBOX_DEPTH = Gauge("nextstep_outbox_depth", "Events not yet confirmed by the broker")
OUTBOX_AGE = Gauge("nextstep_outbox_age_seconds", "Age of the oldest event not yet confirmed")
TIMERS_DUE = Gauge("nextstep_timers_due", "Timers due by the injected clock and not yet fired")
OPEN_LETTERS = Gauge("nextstep_dead_letters_open", "Dead letters nobody replayed or discarded")
AUDIT_REWRITTEN = Gauge(
    "nextstep_audit_rewritten", "Whether an audit log, this or another's, was found to be rewritten"
)
AUDIT_UNSEALED = Gauge("nextstep_audit_unsealed", "Entries of the audit log not yet sealed")
WORK_PENDING = Gauge("nextstep_work_pending", "Work a service has still to do", ["kind"])


async def measure(
    db: Database, clock: Clock, pending: Mapping[str, Count], names: Container[str]
) -> None:
    """Set the gauges of these names, or all of them if none is named.

    To NaN, which no alert takes for zero, while the database is down. Work ends in the outbox, so
    that is counted last: what moves on meanwhile is seen in one place or the other.
    """

    async def age() -> float:
        oldest = await db.read(OUTBOX).find({}, sort=[("position", 1)], limit=1)
        return max(0.0, (time.time_ns() - oldest[0]["position"]) / 1e9) if oldest else 0.0

    async def rewritten() -> float:
        return float(bool(await found_wrong(db.read)))

    ways: dict[str, tuple[Gauge, Callable[[], Awaitable[float]]]] = {
        "nextstep_timers_due": (
            TIMERS_DUE,
            lambda: db.read(TIMERS).count({"due": {"$lte": clock.now()}}),
        ),
        "nextstep_dead_letters_open": (
            OPEN_LETTERS,
            lambda: db.read(DEAD_LETTERS).count({"status": "open"}),
        ),
        "nextstep_audit_rewritten": (AUDIT_REWRITTEN, rewritten),
        "nextstep_audit_unsealed": (
            AUDIT_UNSEALED,
            lambda: db.read(ENTRIES).count({"sealed": False}),
        ),
        "nextstep_outbox_age_seconds": (OUTBOX_AGE, age),
        "nextstep_outbox_depth": (OUTBOX_DEPTH, lambda: db.read(OUTBOX).count({})),
    }
    asked: list[tuple[Gauge, Callable[[], Awaitable[float]]]] = []
    if not names or "nextstep_work_pending" in names:
        asked += [(WORK_PENDING.labels(kind), count) for kind, count in pending.items()]
    asked += [way for name, way in ways.items() if not names or name in names]
    try:
        for gauge, value in asked:
            gauge.set(await value())
    except OSError:
        for gauge, _ in asked:
            gauge.set(math.nan)
