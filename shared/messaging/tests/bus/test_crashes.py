"""A process killed between any two steps leaves nothing or all, and another takes it up."""

import asyncio
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient

from nextstep_contracts import OfferLapsed, PlaceOffered
from nextstep_local.testing import eventually
from nextstep_messaging import Unit

from ..builders import hearing, lapsed, offered

pytestmark = pytest.mark.stack

NOTHING_YET = [
    "before the inbox row",
    "after the inbox row",
    "after the first change",
    "after the second change",
    "before the commit",
]


async def die(services, service, step):
    """Run a process of `service` until it dies at `step`."""
    arguments = [service, services.amqp_url, services.mongo_url, services.database(service), step]
    script = Path(__file__).with_name("crashing.py")
    process = await asyncio.create_subprocess_exec(sys.executable, str(script), *arguments)
    async with asyncio.timeout(60):
        assert await process.wait() == 9
    # the server drops the transaction of a dead client by itself, but only after a minute
    with MongoClient(services.mongo_url) as client:
        client.admin.command("killAllSessions", [])


async def handle(event, uow: Unit):
    await uow.collection("seen").save({"_id": event.application_id})
    await uow.collection("seen").save({"_id": f"{event.application_id}-again"})
    uow.publish(lapsed(1, revision=2))


async def publish(services, event):
    """Put `event` on the bus from applications, with the consumer's queue there already."""
    sender = await services.start("applications")

    async def work(uow):
        return uow.publish(event)

    event_id = await sender.transact(work)
    await eventually(lambda: is_empty(sender, "_outbox"))
    await sender.stop()
    services.built.remove(sender)
    return event_id


async def is_empty(messaging, name):
    return await messaging.db.read(name).count({}) == 0


async def ids(messaging, name):
    return [row["_id"] for row in await messaging.db.read(name).find({}, sort=[("_id", 1)])]


def hear_own(handler):
    """applications hears its own PlaceOffered here, so that it may answer with OfferLapsed."""
    return [hearing(PlaceOffered, handler)]


@pytest.mark.parametrize("step", [*NOTHING_YET, "before the acknowledgement"])
async def test_a_consumer_killed_at_any_step_leaves_nothing_or_all(services, step):
    heard = []

    async def note(_event, uow: Unit):
        heard.append(uow.envelope.id)

    setup = await services.start("applications", hears=hear_own(handle))
    await setup.stop()  # its queue exists now
    services.built.remove(setup)
    event_id = await publish(services, offered(1))

    await die(services, "applications", step)

    stored = services.build("applications", hears=hear_own(handle))
    await stored.open()
    if step in NOTHING_YET:
        for name in ("seen", "_inbox", "_outbox"):
            assert await is_empty(stored, name)
    else:
        assert await ids(stored, "seen") == ["a1", "a1-again"]
        assert await ids(stored, "_inbox") == [f"applications.PlaceOffered:{event_id}"]

    await services.start("notifications", hears=[hearing(OfferLapsed, note)])
    await stored.start()
    await eventually(lambda: len(heard) == 1, timeout=60)
    await eventually(lambda: is_empty(stored, "_outbox"))
    assert await ids(stored, "seen") == ["a1", "a1-again"]
    assert await ids(stored, "_inbox") == [f"applications.PlaceOffered:{event_id}"]
    assert len(heard) == 1


async def test_a_relay_killed_before_its_mark_publishes_twice_and_is_handled_once(services, metric):
    async def note(_event, uow: Unit):
        # not in a list: what ends the dead's transactions can make this one run again
        await uow.collection("seen").insert({"_id": str(uow.envelope.id)})

    def duplicates():
        return metric(
            "nextstep_handled_total",
            consumer="notifications",
            event="OfferLapsed",
            outcome="duplicate",
        )

    before = duplicates()
    receiver = await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def heard():
        return await ids(receiver, "seen") == [str(event_id)]

    quiet = services.build("applications")
    await quiet.open()

    async def work(uow):
        return uow.publish(lapsed(1))

    event_id = await quiet.transact(work)
    await die(services, "applications", "before the outbox row is deleted")
    await eventually(heard)
    assert await ids(quiet, "_outbox") == [str(event_id)]

    await quiet.start()
    await eventually(lambda: is_empty(quiet, "_outbox"), timeout=60)
    await eventually(lambda: duplicates() == before + 1)
    assert await heard()
