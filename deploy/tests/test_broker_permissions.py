"""On a real broker, every service can do what it must, and nothing in another's name."""

import importlib.util
from pathlib import Path

import aio_pika
import httpx
import pytest
from aio_pika.exceptions import AMQPError

from nextstep_contracts.catalogue import CONSUMERS, SERVICES
from nextstep_local.rabbitmq import Node
from nextstep_messaging.bus.topology import (
    EXCHANGE,
    address,
    consumer_queue,
    declare_consumer,
    declare_listeners,
    listeners,
)

pytestmark = [pytest.mark.stack, pytest.mark.node]

SCRIPT = Path(__file__).parent.parent / "rabbitmq" / "definitions.py"


def _script():
    spec = importlib.util.spec_from_file_location("broker_definitions", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


definitions = _script()
PASSWORDS = {name: f"the password of {name}" for name in (*SERVICES, definitions.OPERATOR)}


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A node of its own that has loaded the definitions, as the one in the container does."""
    node = Node(tmp_path_factory.mktemp("broker"), management=True)
    node.start()
    try:
        node.wait()
        answer = httpx.post(
            f"{node.api_url}/definitions", json=definitions.definitions(PASSWORDS), timeout=30
        )
        assert answer.status_code == 204, answer.text
        yield node
    finally:
        node.stop(discard=True)


@pytest.fixture
async def as_user(broker):
    """Connect as a user; a channel that publishes and raises when it is refused."""
    opened = []

    async def connect(name):
        connection = await aio_pika.connect(
            host="127.0.0.1", port=broker.amqp.port, login=name, password=PASSWORDS[name]
        )
        opened.append(connection)
        return await connection.channel(on_return_raises=True)

    yield connect
    for connection in opened:
        await connection.close()


def heard_by(service):
    return [event for event, consumers in CONSUMERS.items() if service in consumers]


async def declare_all(as_user):
    for service in SERVICES:
        channel = await as_user(service)
        await declare_consumer(channel, service, heard_by(service), (10, 60, 600))
        await declare_listeners(channel, listeners(service))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_declares_its_topology_and_that_of_its_listeners(as_user, service):
    channel = await as_user(service)
    await declare_consumer(channel, service, heard_by(service), (10, 60, 600))
    await declare_listeners(channel, listeners(service))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_publishes_every_event_of_its_own(as_user, service):
    await declare_all(as_user)
    channel = await as_user(service)
    exchange = await channel.get_exchange(EXCHANGE)
    for event, consumers in listeners(service).items():
        key = event.type_for(service)
        copies = [address(key, who) for who in consumers] if event.addressed else []
        message = aio_pika.Message(b"{}", headers={"BCC": copies} if copies else None)
        # an event that nobody hears yet may come to nothing, but may be published
        await exchange.publish(message, key, mandatory=bool(consumers))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_publishes_nothing_in_the_name_of_another(as_user, service):
    await declare_all(as_user)
    for other in set(SERVICES) - {service}:
        exchange = await (await as_user(service)).get_exchange(EXCHANGE)
        with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
            await exchange.publish(aio_pika.Message(b"{}"), f"{other}.PersonErased.v1")


async def test_a_service_does_not_read_what_others_tell_each_other(as_user):
    await declare_all(as_user)
    graduated = next(e for e in CONSUMERS if e.event_name == "FellowGraduated")
    channel = await as_user("applications")
    queue = await channel.get_queue(consumer_queue("scheduling", graduated), ensure=False)
    with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
        await queue.get(fail=False)


@pytest.mark.parametrize(
    "key",
    [
        "awards.ProjectScored.*",
        "notifications.EmailSent.*",
        "notifications.EmailSent.*.awards",
    ],
)
async def test_a_service_does_not_bind_its_queue_to_what_is_not_for_it(as_user, key):
    await declare_all(as_user)
    channel = await as_user("applications")
    queue = await channel.declare_queue(
        "applications.Eavesdropping", durable=True, arguments={"x-queue-type": "quorum"}
    )
    with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
        await queue.bind(EXCHANGE, routing_key=key)


async def test_a_service_does_not_touch_the_dead_letters_of_another(as_user):
    await declare_all(as_user)
    channel = await as_user("awards")
    with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
        await (await channel.get_queue("notifications.dead", ensure=False)).purge()


def test_every_queue_of_a_service_has_the_limits(broker):
    policies = httpx.get(f"{broker.api_url}/policies", timeout=10).json()
    assert [p["definition"] for p in policies] == [definitions.QUEUE_LIMITS]


def test_passwords_leave_the_environment_only_as_hashes(tmp_path, monkeypatch):
    for name in SERVICES:
        monkeypatch.setenv(f"{name.upper()}_AMQP_PASSWORD", PASSWORDS[name])
    monkeypatch.setenv("RABBITMQ_OPERATOR_PASSWORD", PASSWORDS[definitions.OPERATOR])
    definitions.main(tmp_path / "definitions.json")
    text = (tmp_path / "definitions.json").read_text()
    assert not [password for password in PASSWORDS.values() if password in text]


def test_a_missing_or_short_password_is_named(monkeypatch):
    monkeypatch.setenv("APPLICATIONS_AMQP_PASSWORD", "short")
    with pytest.raises(SystemExit, match="APPLICATIONS_AMQP_PASSWORD"):
        definitions.main(Path("/nowhere"))
