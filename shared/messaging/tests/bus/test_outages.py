"""The broker or the database goes away and comes back; nothing is lost and nobody restarts us."""

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator
from time import monotonic

import pytest
import pytest_asyncio

from nextstep_contracts import OfferLapsed
from nextstep_local.database import Database
from nextstep_local.rabbitmq import Node, make_vhost
from nextstep_local.testing import eventually
from nextstep_messaging import Unit
from nextstep_messaging.bus import connection, consumers, inside_faststream

from ..builders import hearing, lapsed
from ..conftest import Services

pytestmark = [pytest.mark.stack, pytest.mark.node]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(tmp_path_factory) -> AsyncIterator[Node]:
    """A broker of these tests' own, that they may kill."""
    running = Node(tmp_path_factory.mktemp("rabbitmq"), management=True)
    running.start()
    await asyncio.to_thread(running.wait)
    yield running
    await asyncio.to_thread(running.stop, discard=True)


@pytest_asyncio.fixture
async def database(tmp_path) -> AsyncIterator[Database]:
    """A database of the test's own, that it may kill."""
    running = Database(tmp_path / "mongo")
    running.start()
    await asyncio.to_thread(running.wait)
    yield running
    await asyncio.to_thread(running.stop, discard=True)


@pytest.fixture
def broker_url(node) -> str:
    """A virtual host of the test's own there."""
    name = secrets.token_hex(4)
    make_vhost(node.api_url, name)
    return node.vhost_url(name)


@pytest_asyncio.fixture
async def services(broker_url, mongo_url) -> AsyncIterator[Services]:
    made = Services(broker_url, mongo_url)
    yield made
    await made.close()


async def publish(messaging, numbers):
    async def work(uow):
        for number in numbers:
            uow.publish(lapsed(number))

    await messaging.transact(work)


async def is_ready(messaging):
    return all(check.ok for check in await messaging.readiness())


async def is_ready_for_reading(messaging):
    return "database" not in await problems(messaging)


async def problems(messaging):
    return {check.name for check in await messaging.readiness() if not check.ok}


async def all_handled(messaging, numbers):
    """Every event has left its row; else say which have not, and what became of the deliveries."""
    seen = {row["_id"] for row in await messaging.db.read("seen").find({})}
    inbox = await messaging.db.read("_inbox").count({})
    missing = sorted({f"a{number}" for number in numbers} - seen)
    assert not missing, (missing, len(seen), inbox, await problems(messaging))
    return True


async def test_a_broker_killed_in_mid_run_loses_and_doubles_nothing(services, node):
    handled = []

    async def note(event, uow: Unit):
        await uow.collection("seen").save({"_id": event.application_id})
        handled.append(event.application_id)

    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=[hearing(OfferLapsed, note)])
    assert await is_ready(receiver)
    # a quorum queue younger than this can lose its leader for good when its node is killed
    old_enough = monotonic() + 3
    await eventually(lambda: monotonic() > old_enough)
    await publish(sender, range(150))
    await eventually(lambda: len(handled) > 20, timeout=60)

    await asyncio.to_thread(node.kill)
    await publish(sender, range(150, 200))  # facts do not wait for the broker

    async def says_so():
        return {"broker", "consumer notifications.OfferLapsed"} <= await problems(receiver)

    await eventually(says_so)
    await asyncio.to_thread(node.resume)
    await eventually(lambda: is_ready(receiver), timeout=150)
    await eventually(lambda: is_ready(sender), timeout=150)
    await eventually(lambda: all_handled(receiver, range(200)), timeout=150)
    assert await receiver.dead_letters.count() == 0

    async def outbox_is_empty():
        return await sender.db.read("_outbox").count({}) == 0

    await eventually(outbox_is_empty)


async def test_a_service_started_without_its_broker_recovers_when_it_comes(
    services, node, monkeypatch
):
    from nextstep_messaging import messaging as module

    monkeypatch.setattr(module, "START_SECONDS", 1.0)
    handled = []

    async def note(event):
        handled.append(event.application_id)

    await asyncio.to_thread(node.kill)
    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=[hearing(OfferLapsed, note)])
    await publish(sender, [1])
    assert "broker" in await problems(sender)
    assert "broker" in await problems(receiver)
    await asyncio.to_thread(node.resume)
    await eventually(lambda: is_ready(receiver), timeout=150)
    await eventually(lambda: handled == ["a1"], timeout=60)


async def test_a_database_killed_in_mid_run_loses_and_doubles_nothing(broker_url, database):
    services = Services(broker_url, database.url)
    tries = []

    async def note(event, uow: Unit):
        tries.append(event.application_id)
        await uow.collection("seen").insert({"_id": event.application_id})

    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=[hearing(OfferLapsed, note)])
    await publish(sender, range(100))
    await eventually(lambda: len(tries) > 20, timeout=60)

    await asyncio.to_thread(database.kill)
    assert "database" in await problems(receiver)
    await asyncio.to_thread(database.resume)

    await eventually(lambda: is_ready(receiver), timeout=150)
    await eventually(lambda: all_handled(receiver, range(100)), timeout=150)
    assert await receiver.db.read("_inbox").count({}) == 100
    assert await receiver.dead_letters.count() == 0  # an outage is nobody's fault
    await services.close()


async def test_what_was_committed_before_the_database_was_killed_is_there(broker_url, database):
    services = Services(broker_url, database.url)
    messaging = services.build("applications")
    await messaging.open()
    for number in range(20):
        await publish(messaging, [number])
    await asyncio.to_thread(database.kill)
    await asyncio.to_thread(database.resume)
    await eventually(lambda: is_ready_for_reading(messaging), timeout=60)
    assert await messaging.db.read("_outbox").count({}) == 20
    await services.close()


async def test_a_broker_that_hangs_is_noticed_and_left_for_a_new_connection(
    services, node, monkeypatch
):
    """A stopped process keeps its connections open: they look alive and nothing answers."""
    monkeypatch.setattr(connection, "PUBLISH_SECONDS", 1.0)
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.5)
    monkeypatch.setattr(inside_faststream, "ANSWER_SECONDS", 1.0)
    handled = []

    async def note(event, uow: Unit):
        await uow.collection("seen").insert({"_id": event.application_id})
        handled.append(event.application_id)

    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=[hearing(OfferLapsed, note)])
    await publish(sender, [1])
    await eventually(lambda: handled == ["a1"])

    frozen = node.programs[-1].identity
    frozen.signal(signal.SIGSTOP)
    try:
        await publish(sender, [2])
        await eventually(lambda: says(sender, "broker"), timeout=60)
        await eventually(lambda: says(receiver, "consumer notifications.OfferLapsed"), timeout=60)
    finally:
        frozen.signal(signal.SIGCONT)
    await eventually(lambda: is_ready(receiver), timeout=150)
    await eventually(lambda: all_handled(receiver, [1, 2]), timeout=150)


async def says(messaging, problem):
    return problem in await problems(messaging)
