"""For tests of services: events and timers straight to their handlers."""

from functools import partial

from nextstep_contracts import Event
from nextstep_messaging.database.timer import TIMERS, from_row
from nextstep_messaging.messaging import Messaging


async def hear(messaging: Messaging, *events: Event) -> None:
    """Handle each event in a transaction of its own, as often as it is given.

    Without the bus, and without the inbox that drops duplicates. What a service does not hear, or
    does not want, is ignored.
    """
    for event in events:
        for one, declared in zip(messaging.heard, messaging.router.heard, strict=True):
            if isinstance(event, one.event) and (one.wants is None or one.wants(event)):
                handle = messaging.bound(declared.handler)
                await messaging.transact(partial(handle, event))


async def fire_due(messaging: Messaging) -> None:
    """Fire the timers that are due by the injected clock, each in a transaction of its own."""
    due = {"due": {"$lte": messaging.clock.now()}}
    for row in await messaging.db.read(TIMERS).find(due, sort=[("due", 1)]):
        fire, timer = messaging.bound(messaging.router.timers[row["kind"]]), from_row(row)
        await messaging.db.write(TIMERS).delete({"_id": timer.key, "set_id": row["set_id"]})
        await messaging.transact(partial(fire, timer))
