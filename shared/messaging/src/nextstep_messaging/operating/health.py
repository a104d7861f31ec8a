"""What a service needs before it is ready, each with what is the matter."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nextstep_messaging.database.database import LEASES, Database
from nextstep_messaging.database.outbox import OUTBOX
from nextstep_messaging.database.timer import TIMERS
from nextstep_messaging.operating.audit.holding import found_wrong

ANSWER_SECONDS = 3.0
"""How long the database may take to answer a readiness check."""
STUCK_SECONDS = 60.0
"""An event that waits longer than this for its confirmation means that the relay is stuck."""


@dataclass(frozen=True)
class Check:
    """One thing that readiness depends on."""

    name: str
    ok: bool
    detail: str = ""
    """What is the matter, in words for the person on call; may also add to what is well."""


async def checks(
    db: Database,
    *,
    migrated: bool,
    broker: str,
    consumers: Mapping[str, str],
) -> list[Check]:
    """Look at everything a service needs; never raises and never takes long.

    `broker` and `consumers` say what is the matter with them; empty where nothing is.
    """
    database = await _asked("database", lambda: _database(db, migrated=migrated))
    found = [database, Check("broker", not broker, broker)]
    found += [Check(f"consumer {queue}", not wrong, wrong) for queue, wrong in consumers.items()]
    if not database.ok:
        without = "the database is not there"
        return [*found, *(Check(name, ok=False, detail=without) for name in ("relay", "timers"))]
    return [
        *found,
        await _asked("relay", lambda: _relay(db)),
        await _asked("timers", lambda: _timers(db)),
        await _asked("audit", lambda: _audit(db)),
    ]


async def _asked(name: str, look: Callable[[], Awaitable[Check]]) -> Check:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await look()
    except TimeoutError:
        return Check(name, ok=False, detail="the database does not answer in time")
    except Exception as error:  # noqa: BLE001 - whatever it is, readiness says it
        return Check(name, ok=False, detail=str(error)[:300])


async def _database(db: Database, *, migrated: bool) -> Check:
    await db.ping()
    return Check("database", migrated, "" if migrated else "its indexes are being created")


async def _relay(db: Database) -> Check:
    if not await _held(db, "relay"):
        return Check("relay", ok=False, detail="no instance holds its lease")
    oldest = await db.read(OUTBOX).find({}, sort=[("position", 1)], limit=1)
    age = (time.time_ns() - oldest[0]["position"]) / 1e9 if oldest else 0
    if age > STUCK_SECONDS:
        waiting = f"{oldest[0]['type']} has waited {age:.0f} s for the broker"
        return Check("relay", ok=False, detail=waiting)
    return Check("relay", ok=True)


async def _timers(db: Database) -> Check:
    held = await _held(db, "timers")
    failing = await db.read(TIMERS).count({"failures": {"$gt": 0}})
    detail = "" if held else "no instance holds their lease"
    # a failing handler is not mended by taking the instance out of service
    return Check("timers", held, detail or (f"{failing} failing, see the log" if failing else ""))


async def _audit(db: Database) -> Check:
    # the service works as well as before: to take it away would only hide what was found
    return Check("audit", ok=True, detail=" ".join(await found_wrong(db.read)))


async def _held(db: Database, lease: str) -> bool:
    row = await db.read(LEASES).get(lease)
    return row is not None and bool(row["until"] > datetime.now(UTC))
