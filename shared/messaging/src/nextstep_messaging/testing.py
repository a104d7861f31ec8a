"""For tests of services: events and timers straight to their handlers; the audit trail."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from nextstep_contracts import ANY_PUBLISHER, Envelope, Event
from nextstep_messaging.database.timer import TIMERS, from_row
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.messaging import Messaging
from nextstep_messaging.operating.audit.examining import examined
from nextstep_messaging.operating.audit.store import ENTRIES

Handling = Callable[[Event, UnitOfWork], Awaitable[None]]


async def hear(
    messaging: Messaging,
    *events: Event,
    sender: str = "applications",
    envelope_of: Callable[[Event], Envelope] | None = None,
) -> None:
    """Handle each event in a transaction of its own, as often as it is given.

    Without the bus, and without the inbox that drops duplicates. What a service does not hear, or
    does not want, is ignored. What any service may say is said by `sender`; `envelope_of` gives
    envelopes that are the same whenever an event comes.
    """
    for event in events:
        for one, declared in zip(messaging.heard, messaging.router.heard, strict=True):
            if isinstance(event, one.event) and (one.wants is None or one.wants(event)):
                handle = messaging.bound(declared.handler)
                around = envelope_of or partial(_envelope, sender, messaging.clock.now())
                await messaging.transact(partial(_handled, handle, event, around))


async def _handled(
    handle: Handling, event: Event, around: Callable[[Event], Envelope], uow: UnitOfWork
) -> None:
    uow.envelope = around(event)
    await handle(event, uow)


def _envelope(sender: str, now: datetime, event: Event) -> Envelope:
    source = sender if event.publisher == ANY_PUBLISHER else event.publisher
    return Envelope(
        id=uuid4(),
        source=source,
        type=event.type_for(source),
        time=now,
        subject=event.subject,
        correlation_id=uuid4(),
    )


async def fire_due(messaging: Messaging) -> None:
    """Fire the timers that are due by the injected clock, each in a transaction of its own."""
    due = {"due": {"$lte": messaging.clock.now()}}
    for row in await messaging.db.read(TIMERS).find(due, sort=[("due", 1)]):
        fire, timer = messaging.bound(messaging.router.timers[row["kind"]]), from_row(row)
        await messaging.db.write(TIMERS).delete({"_id": timer.key, "set_id": row["set_id"]})
        await messaging.transact(partial(fire, timer))


async def audit_trail(messaging: Messaging) -> list[dict[str, Any]]:
    """All entries of the audit trail in their order, sealed, after a look at whether it is whole.

    Raises:
        AssertionError: it is not.

    """
    await messaging.sealer.seal_all()
    found = (await examined(messaging.db.read)).finding
    if found is not None:
        raise AssertionError(found.what)
    return await messaging.db.read(ENTRIES).find({}, sort=[("_id", 1)])
