"""On a real broker with the real definitions, a service does what it must and nothing else.

Each user tries what a service that somebody has taken over would try.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import aio_pika
import httpx
import pytest
from aio_pika.exceptions import AMQPError, PublishError

from nextstep_contracts.catalogue import SERVICES
from nextstep_local.rabbitmq import Node
from nextstep_local.testing import eventually
from nextstep_messaging.bus.topology import (
    EXCHANGE,
    RETRY_DELAYS,
    address,
    consumer_queue,
    dead_queue,
    heard_by,
    later_exchange,
    listeners,
    of_consumer,
    own_exchange,
    waiting_queue,
)

from .conftest import DELAYS, PASSWORDS, Broker, Connect, connecting, definitions, in_a_vhost

pytestmark = [pytest.mark.stack, pytest.mark.node]
REFUSED = "ACCESS_REFUSED"


@pytest.fixture(scope="module")
def broker(broker_node: Node) -> Broker:
    made = in_a_vhost(broker_node)
    made.load()
    return made


@pytest.fixture
async def as_user(broker: Broker) -> AsyncIterator[Connect]:
    async for connect in connecting(broker):
        yield connect


def others(service: str) -> list[str]:
    return [name for name in SERVICES if name != service]


def queues(service: str) -> list[str]:
    return [*of_consumer(service, heard_by(service), DELAYS).queues]


def exchanges(service: str) -> list[str]:
    return [*of_consumer(service, [], DELAYS).exchanges]


async def send(channel, exchange, key, mandatory=True, **properties):
    target = await channel.get_exchange(exchange, ensure=False) if exchange else None
    target = target or channel.default_exchange
    await target.publish(aio_pika.Message(b"{}", **properties), key, mandatory=mandatory)


# What a service must be able to do


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_publishes_every_event_of_its_own(as_user, service):
    channel = await as_user(service)
    for event, consumers in listeners(service).items():
        key = event.type_for(service)
        copies = [address(key, who) for who in consumers] if event.addressed else []
        headers = {"BCC": copies} if copies else None
        # an event that nobody hears yet may come to nothing, but may be published
        heard = bool(consumers)
        await send(channel, EXCHANGE, key, heard, user_id=service, headers=headers)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_its_own_queues_and_sends_to_itself(as_user, service):
    channel = await as_user(service)
    for event in heard_by(service):
        queue = await channel.get_queue(consumer_queue(service, event))
        await queue.purge()
        await send(channel, own_exchange(service), queue.name, user_id=service)
        assert await eventually(lambda q=queue: q.get(fail=False, no_ack=True))
    await send(channel, own_exchange(service), dead_queue(service), user_id=service)
    for delay in DELAYS:
        queue = await channel.get_queue(consumer_queue(service, heard_by(service)[0]))
        await send(channel, later_exchange(service, delay), queue.name, user_id=service)
        home = await eventually(lambda q=queue: q.get(fail=False, no_ack=True))
        assert home.user_id == service


@pytest.mark.parametrize("service", SERVICES)
async def test_what_the_broker_gives_up_on_goes_to_the_services_own_dead_letters(as_user, service):
    channel = await as_user(service)
    dead = await channel.get_queue(dead_queue(service))
    await dead.purge()
    queue = await channel.get_queue(consumer_queue(service, heard_by(service)[0]))
    await queue.purge()
    await send(channel, own_exchange(service), queue.name, user_id=service, message_id="given up")
    await (await eventually(lambda: queue.get(fail=False))).reject(requeue=False)
    letter = await eventually(lambda: dead.get(fail=False, no_ack=True))
    assert (letter.message_id, letter.user_id) == ("given up", service)


# What it must not


@pytest.mark.parametrize("service", SERVICES)
async def test_it_publishes_nothing_under_the_key_of_another(as_user, service):
    for other in others(service):
        for event in listeners(other):
            with pytest.raises(AMQPError, match=REFUSED):
                await send(await as_user(service), EXCHANGE, event.type_for(other))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("exchange", ["", "amq.direct", "amq.topic", "amq.fanout", "amq.headers"])
async def test_it_reaches_no_queue_through_an_exchange_of_the_broker(as_user, service, exchange):
    for key in ("notifications.PlaceOffered", f"{service}.dead"):
        with pytest.raises(AMQPError, match=REFUSED):
            await send(await as_user(service), exchange, key, mandatory=False)


@pytest.mark.parametrize("service", SERVICES)
async def test_it_writes_to_no_exchange_of_another(as_user, service):
    for exchange in {name for other in others(service) for name in exchanges(other)} - {EXCHANGE}:
        with pytest.raises(AMQPError, match=REFUSED):
            await send(await as_user(service), exchange, "notifications.PlaceOffered")


@pytest.mark.parametrize("service", SERVICES)
async def test_its_own_exchanges_lead_to_its_own_queues_alone(as_user, service):
    foreign = [name for other in others(service) for name in queues(other)]
    for key in (*foreign, waiting_queue(service, DELAYS[0])):
        with pytest.raises(PublishError):
            await send(await as_user(service), own_exchange(service), key, user_id=service)


async def test_what_waits_comes_home_to_its_own_queues_alone(as_user):
    """Also with RabbitMQ's own header for more routing keys, which 3.10 lets pass unchecked."""
    channel, operator = await as_user("awards"), await as_user(definitions.OPERATOR)
    theirs = await operator.get_queue("notifications.PlaceOffered")
    await theirs.purge()
    own = await channel.get_queue("awards.PlaceAccepted")
    await own.purge()
    copies = {"CC": [theirs.name], "BCC": [theirs.name]}
    for key in (theirs.name, own.name):
        exchange = later_exchange("awards", DELAYS[0])
        await send(channel, exchange, key, user_id="awards", headers=copies)
    assert await eventually(lambda: own.get(fail=False, no_ack=True))
    assert await theirs.get(fail=False, no_ack=True) is None


@pytest.mark.parametrize("user", [*SERVICES, definitions.OPERATOR, "guest", "nextstep"])
async def test_it_names_no_other_user_as_the_publisher(as_user, user):
    for service in others(user):
        key = next(iter(listeners(service))).type_for(service)
        with pytest.raises(AMQPError, match=f"authenticated user was '{service}'"):
            await send(await as_user(service), EXCHANGE, key, user_id=user)


@pytest.mark.parametrize("service", SERVICES)
async def test_it_reads_purges_and_consumes_no_queue_of_another(as_user, service):
    foreign = {name for other in others(service) for name in queues(other)}
    hidden = {waiting_queue(service, delay) for delay in DELAYS}  # nor those that only wait
    for name in foreign | hidden:
        for read in ("get", "purge", "consume"):
            queue = await (await as_user(service)).get_queue(name, ensure=False)
            arguments = {"get": {"fail": False}, "consume": {"callback": print}}.get(read, {})
            with pytest.raises(AMQPError, match=REFUSED):
                await getattr(queue, read)(**arguments)


@pytest.mark.parametrize("service", SERVICES)
async def test_it_binds_and_unbinds_nothing(as_user, service):
    own = consumer_queue(service, heard_by(service)[0])
    foreign = next(name for other in others(service) for name in queues(other))
    for name in (own, dead_queue(service), foreign):
        for source in (EXCHANGE, own_exchange(service), own_exchange(others(service)[0])):
            for change in ("bind", "unbind"):
                queue = await (await as_user(service)).get_queue(name, ensure=False)
                with pytest.raises(AMQPError, match=REFUSED):
                    await getattr(queue, change)(source, routing_key="#")
    for target in exchanges(service):
        for source in {EXCHANGE, *exchanges(service), own_exchange(others(service)[0])} - {target}:
            for change in ("bind", "unbind"):
                exchange = await (await as_user(service)).get_exchange(target, ensure=False)
                with pytest.raises(AMQPError, match=REFUSED):
                    await getattr(exchange, change)(source, routing_key="#")


@pytest.mark.parametrize("service", SERVICES)
async def test_it_declares_nothing_neither_its_own_nor_new(as_user, service):
    for name in (consumer_queue(service, heard_by(service)[0]), f"{service}.Listening"):
        channel = await as_user(service)
        with pytest.raises(AMQPError, match=REFUSED):
            await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
    channel = await as_user(service)
    with pytest.raises(AMQPError, match=REFUSED):
        await channel.declare_queue(exclusive=True)  # of a name that the broker chooses
    for name in (EXCHANGE, own_exchange(service), f"{service}.new"):
        channel = await as_user(service)
        with pytest.raises(AMQPError, match=REFUSED):
            await channel.declare_exchange(name, "topic", durable=True)


@pytest.mark.parametrize("service", SERVICES)
async def test_it_deletes_nothing_not_even_its_own(as_user, service):
    mine = consumer_queue(service, heard_by(service)[0])
    theirs = consumer_queue(others(service)[0], heard_by(others(service)[0])[0])
    for name in (mine, dead_queue(service), theirs, dead_queue(others(service)[0])):
        channel = await as_user(service)
        with pytest.raises(AMQPError, match=REFUSED):
            await channel.queue_delete(name)
    for name in (EXCHANGE, own_exchange(service), own_exchange(others(service)[0])):
        channel = await as_user(service)
        with pytest.raises(AMQPError, match=REFUSED):
            await channel.exchange_delete(name)


def test_no_service_may_use_the_management_api(broker):
    for service in SERVICES:
        address_ = f"http://127.0.0.1:{broker.node.http.port}/api/queues"
        answer = httpx.get(address_, auth=(service, PASSWORDS[service]), timeout=10)
        assert answer.status_code == 401


# What the file says


def test_no_exchange_has_the_name_of_a_queue():
    """The right to read a queue would be one to bind an exchange of that name to another."""
    for service in SERVICES:
        assert not {*exchanges(service)} & {*queues(service)}


def test_every_queue_has_the_policy_that_its_service_would_declare(broker):
    held = {one["name"]: one for one in broker.api("queues")}
    policies = {one["name"]: one["definition"] for one in broker.api("policies")}
    wanted = {}
    for service in SERVICES:
        wanted |= of_consumer(service, heard_by(service), DELAYS).queues
    assert held.keys() == wanted.keys()
    for name, queue in wanted.items():
        assert policies[held[name]["policy"]] == queue.policy
        assert held[name]["arguments"] == {"x-queue-type": "quorum"}


def test_the_usual_delays_are_those_of_the_settings():
    made = definitions.definitions(PASSWORDS)
    names = {one["name"] for one in made["queues"]}
    assert {waiting_queue(service, d) for service in SERVICES for d in RETRY_DELAYS} <= names


def test_loading_the_definitions_again_changes_nothing_and_brings_back_what_is_missing(broker):
    def bindings():
        return {
            (one["source"], one["destination"], one["routing_key"])
            for one in broker.api("bindings")
        }

    before = bindings()
    broker.load()
    assert bindings() == before
    lost = f"{broker.node.api_url}/exchanges/{broker.vhost}/{own_exchange('awards')}"
    httpx.delete(lost, timeout=10).raise_for_status()
    assert bindings() < before
    broker.load()
    assert bindings() == before


def test_passwords_leave_the_environment_only_as_hashes(tmp_path, monkeypatch):
    for name in SERVICES:
        monkeypatch.setenv(f"{name.upper()}_AMQP_PASSWORD", PASSWORDS[name])
    monkeypatch.setenv("RABBITMQ_OPERATOR_PASSWORD", PASSWORDS[definitions.OPERATOR])
    monkeypatch.setenv("AWARDS_RETRY_DELAYS", "[5]")
    definitions.main(tmp_path / "definitions.json")
    text = (tmp_path / "definitions.json").read_text()
    assert not [password for password in PASSWORDS.values() if password in text]
    assert waiting_queue("awards", 5) in text
    assert waiting_queue("awards", RETRY_DELAYS[0]) not in text


def test_a_missing_or_short_password_is_named(monkeypatch):
    monkeypatch.setenv("APPLICATIONS_AMQP_PASSWORD", "short")
    with pytest.raises(SystemExit, match="APPLICATIONS_AMQP_PASSWORD"):
        definitions.main(Path("/nowhere"))
