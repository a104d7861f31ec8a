"""Services as they run in production, each as its own user of a broker with the definitions."""

import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import pytest
from aiormq.exceptions import ChannelAccessRefused
from pymongo import MongoClient

from nextstep_contracts import AccessEnded, Envelope, Event, OfferLapsed, Person, PersonErased
from nextstep_local.rabbitmq import Node
from nextstep_local.testing import eventually
from nextstep_messaging import (
    Collection,
    EventRouter,
    Messaging,
    MessagingSettings,
    NotEntitledError,
    Unit,
)
from nextstep_messaging import messaging as messaging_module
from nextstep_messaging.bus import relay
from nextstep_messaging.bus.envelope import to_headers
from nextstep_messaging.bus.sender import SENDER
from nextstep_messaging.bus.topology import EXCHANGE
from nextstep_web.access_ended import ENDED
from nextstep_web.access_handlers import ended_elsewhere

from .conftest import DELAYS, Broker, Connect, connecting, definitions, in_a_vhost

pytestmark = [pytest.mark.stack, pytest.mark.node]
NOW = datetime(2024, 9, 9, 12, tzinfo=UTC)
QUEUE = "notifications.OfferLapsed"


@pytest.fixture
def broker(broker_node: Node) -> Broker:
    return in_a_vhost(broker_node)


@pytest.fixture
async def as_user(broker: Broker) -> AsyncIterator[Connect]:
    async for connect in connecting(broker):
        yield connect


class Site:
    """Services of one broker and database."""

    def __init__(self, broker: Broker, mongo_url: str) -> None:
        self.broker = broker
        self.mongo_url = mongo_url
        self.run = secrets.token_hex(4)
        self.built: list[Messaging] = []

    async def start(self, service: str, *heard: Any, **given: Any) -> Messaging:
        router = EventRouter(service)
        for event, handler in heard:
            router.hears(event)(handler)
        settings = MessagingSettings(
            amqp_url=self.broker.url(service),
            mongo_url=self.mongo_url,
            mongo_database=f"test_{self.run}_{service}",
            **{"retry_delays": DELAYS, "stop_seconds": 5, **given},
        )
        messaging = Messaging(router, settings, collections=[Collection("seen")])
        self.built.append(messaging)
        await messaging.start()
        return messaging


@pytest.fixture
async def site(broker: Broker, mongo_url: str) -> AsyncIterator[Site]:
    made = Site(broker, mongo_url)
    yield made
    for messaging in made.built:
        await messaging.stop()
    with MongoClient[dict[str, Any]](mongo_url) as client:
        for messaging in made.built:
            client.drop_database(messaging.settings.mongo_database)


def lapsed(number: int = 1) -> OfferLapsed:
    return OfferLapsed(
        cohort="2024-25",
        application_id=f"a{number}",
        revision=1,
        person=Person(person_id=f"p{number}", name="Ada Fellow", email="ada@example.org"),
        reference="NS24-0001",
        lapsed_at=NOW,
    )


async def publish(messaging: Messaging, *events: Event) -> None:
    async def work(uow: Any) -> None:
        for event in events:
            uow.publish(event)

    await messaging.transact(work)


class Noting:
    """A handler that fails a given number of times and notes who said what it handled."""

    def __init__(self, fails: int = 0) -> None:
        self.fails = fails
        self.noted: list[tuple[str, str]] = []

    async def __call__(self, event: OfferLapsed, uow: Unit) -> None:
        if self.fails > 0:
            self.fails -= 1
            raise RuntimeError("not yet")
        self.noted.append((event.application_id, uow.sender))


async def is_ready(messaging: Messaging) -> bool:
    return all(check.ok for check in await messaging.readiness())


async def says(messaging: Messaging, *words: str) -> str:
    """What is wrong, once it is said in these words."""

    async def said() -> str | None:
        problems = [one.detail for one in await messaging.readiness() if not one.ok]
        return next((one for one in problems if all(word in one for word in words)), None)

    return await eventually(said)


async def the_letter(messaging: Messaging) -> Any:
    await eventually(messaging.dead_letters.count)
    (letter,) = await messaging.dead_letters.list()
    return letter


async def send(channel: Any, event: Event, *, source: str, key: str = "", **properties: Any) -> str:
    """Publish an event in the name of `source`, as somebody else may."""
    envelope = Envelope(
        id=uuid4(),
        source=source,
        type=event.type_for(source if event.publisher == "*" else None),
        time=NOW,
        subject=event.subject,
        correlation_id=uuid4(),
    )
    more = properties.pop("headers", {})
    exchange = await channel.get_exchange(EXCHANGE, ensure=False)
    message = aio_pika.Message(
        event.model_dump_json().encode(),
        headers={**to_headers(envelope), **more},
        message_id=properties.pop("message_id", str(envelope.id)),
        **properties,
    )
    await exchange.publish(message, key or envelope.type)
    return str(message.message_id)


# What a service hears


async def test_an_event_is_handled_also_after_waiting_and_proves_its_sender_each_time(
    site: Site, broker: Broker
):
    broker.load()
    handler = Noting(fails=7)  # three tries a pass: two passes through the queues that wait
    sender = await site.start("applications")
    receiver = await site.start("notifications", (OfferLapsed, handler))
    assert await is_ready(sender)
    assert await is_ready(receiver)
    await publish(sender, lapsed())
    await eventually(lambda: handler.noted == [("a1", "applications")])
    assert await receiver.dead_letters.count() == 0


async def test_a_dead_letter_that_is_replayed_proves_its_sender_still(site: Site, broker: Broker):
    broker.load()
    handler = Noting(fails=9)
    sender = await site.start("applications")
    receiver = await site.start("notifications", (OfferLapsed, handler))
    await publish(sender, lapsed())
    letter = await the_letter(receiver)
    assert (letter.sender, letter.queue) == ("applications", QUEUE)
    await receiver.dead_letters.replay(letter.key, by="office")
    await eventually(lambda: handler.noted == [("a1", "applications")])


async def test_an_event_in_anothers_name_is_buried_with_the_reason(
    site: Site, broker: Broker, as_user: Connect
):
    broker.load()
    handler = Noting()
    receiver = await site.start("notifications", (PersonErased, handler))
    erased = PersonErased(person_id="p1", erased_at=NOW)
    await send(
        await as_user("awards"),
        erased,
        source="applications",
        key="awards.PersonErased.v1",
        user_id="awards",
        headers={SENDER: "applications"},
    )
    letter = await the_letter(receiver)
    assert letter.reason == "published by awards in the name of applications"
    assert letter.sender == "awards"
    await receiver.dead_letters.replay(letter.key, by="office")

    async def came_back() -> bool:
        return (await receiver.dead_letters.show(letter.key)).deaths == 2

    await eventually(came_back)
    assert handler.noted == []


async def test_an_event_whose_publisher_the_broker_does_not_name_is_buried_until_vouched_for(
    site: Site, broker: Broker, as_user: Connect
):
    broker.load()
    handler = Noting()
    receiver = await site.start("notifications", (OfferLapsed, handler))
    await send(await as_user("applications"), lapsed(), source="applications")
    letter = await the_letter(receiver)
    assert letter.reason == (
        "applications is not proven to have sent it: published by nobody that the broker would name"
    )
    assert letter.sender is None
    await receiver.dead_letters.replay(letter.key, by="office")

    async def came_back() -> bool:
        return (await receiver.dead_letters.show(letter.key)).deaths == 2

    await eventually(came_back)
    await receiver.dead_letters.replay(letter.key, by="an operator", vouched=True)
    await eventually(lambda: handler.noted == [("a1", "applications")])
    history = (await receiver.dead_letters.show(letter.key)).history
    assert history[-1]["reason"] == "its sender was vouched for"


async def test_an_administrator_is_no_sender_either(site: Site, broker: Broker, as_user: Connect):
    broker.load()
    receiver = await site.start("notifications", (OfferLapsed, Noting()))
    operator = definitions.OPERATOR
    await send(await as_user(operator), lapsed(), source="applications", user_id=operator)
    assert (await the_letter(receiver)).reason.endswith("published by the user 'operator'")


async def test_while_a_release_is_rolled_out_proof_may_be_waived_but_not_forged(
    site: Site, broker: Broker, as_user: Connect
):
    broker.load()
    handler = Noting(fails=4)
    receiver = await site.start(
        "notifications",
        (OfferLapsed, handler),
        (PersonErased, Noting()),
        sender_proof="if_given",
    )
    await send(await as_user("applications"), lapsed(), source="applications")  # as the old one
    await eventually(lambda: handler.noted == [("a1", "applications")])
    erased = PersonErased(person_id="p1", erased_at=NOW)
    key = "awards.PersonErased.v1"
    await send(await as_user("awards"), erased, source="applications", key=key, user_id="awards")
    assert "in the name of applications" in (await the_letter(receiver)).reason


async def test_an_event_does_not_come_in_by_the_queue_of_another(
    site: Site, broker: Broker, as_user: Connect
):
    """RabbitMQ 3.10 asks of no copy whether its publisher may: it must not help him."""
    broker.load()
    handler = Noting()
    receiver = await site.start("notifications", (OfferLapsed, handler))
    erased = PersonErased(person_id="p1", erased_at=NOW)
    copies = {"CC": ["applications.OfferLapsed.v1"]}
    channel = await as_user("awards")
    try:
        await send(channel, erased, source="awards", user_id="awards", headers=copies)
    except ChannelAccessRefused:  # RabbitMQ 4 asks of each copy
        return
    letter = await the_letter(receiver)
    assert letter.reason == f"awards.PersonErased.v1 does not belong into {QUEUE}"
    assert handler.noted == []


async def test_a_forged_event_takes_no_letters_place(site: Site, broker: Broker, as_user: Connect):
    broker.load()

    async def refuse(_event: PersonErased, uow: Unit) -> None:
        raise NotEntitledError(f"{uow.sender} may not say so")

    receiver = await site.start("notifications", (PersonErased, refuse))
    erased = PersonErased(person_id="p1", erased_at=NOW)
    mine, theirs = await as_user("applications"), await as_user("awards")
    message_id = await send(mine, erased, source="applications", user_id="applications")
    letter = await the_letter(receiver)
    assert letter.reason == "applications may not say so"
    forged = erased.model_copy(update={"person_id": "p2"})
    key = "awards.PersonErased.v1"
    await send(
        theirs, forged, source="applications", key=key, user_id="awards", message_id=message_id
    )

    async def both() -> bool:
        return await receiver.dead_letters.count() == 2

    await eventually(both)
    kept = await receiver.dead_letters.show(letter.key)
    assert json.loads(kept.body or "")["person_id"] == "p1"


async def test_no_service_locks_out_whose_access_is_anothers_to_end(
    site: Site, broker: Broker, as_user: Connect
):
    broker.load()

    async def owner_of(_uow: Unit, person_id: str) -> str | None:
        return "applications" if person_id == "a-fellow" else None

    receiver = await site.start("scheduling", (AccessEnded, ended_elsewhere(owner_of)))
    users = {name: await as_user(name) for name in ("applications", "awards")}

    async def ends(who: str, reason: str, by: str) -> None:
        event = AccessEnded(who=who, before=NOW, reason=reason)  # type: ignore[arg-type]
        await send(users[by], event, source=by, user_id=by)

    for who, reason, by in (
        ("a-fellow", "erased", "applications"),
        ("anybody", "erased", "awards"),
        ("a-fellow", "left", "awards"),
        ("anybody", "withdrawn", "awards"),
        ("office@example.org", "withdrawn", "applications"),
        ("a-fellow", "withdrawn", "applications"),
        ("a-panellist", "left", "awards"),
    ):
        await ends(who, reason, by)

    async def all_came() -> bool:
        kept = await receiver.db.read(ENDED).count({})
        return (kept, await receiver.dead_letters.count()) == (2, 5)

    await eventually(all_came)
    kept = {row["_id"]: row["reason"] for row in await receiver.db.read(ENDED).find({})}
    assert kept == {"who:a-fellow": "withdrawn", "who:a-panellist": "left"}
    assert sorted(one.reason for one in await receiver.dead_letters.list()) == [
        "'left' is said of this person by applications alone, not by awards",
        "awards may not say 'withdrawn' of anybody",
        "sessions of staff do not all end by 'withdrawn'",
        "that somebody is erased is said by PersonErased alone, not by AccessEnded",
        "that somebody is erased is said by PersonErased alone, not by AccessEnded",
    ]


# What is missing on the broker


async def test_a_service_without_its_topology_names_it_and_begins_once_it_is_loaded(
    site: Site, broker: Broker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(messaging_module, "START_SECONDS", 1.0)
    broker.load()
    for kind, name in (("queues", QUEUE), ("exchanges", "notifications.own")):
        delete(broker, kind, name)
    handler = Noting()
    receiver = await site.start("notifications", (OfferLapsed, handler))
    await says(
        receiver,
        "not on the broker: exchange notifications.own, queue notifications.OfferLapsed",
        "load the broker's definitions again",
    )
    broker.load()
    await eventually(lambda: is_ready(receiver))
    await publish(await site.start("applications"), lapsed())
    await eventually(lambda: handler.noted == [("a1", "applications")])


async def test_an_event_that_comes_back_is_named_and_goes_through_once_definitions_are_loaded(
    site: Site, broker: Broker, as_user: Connect, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(relay, "RETURNED_SECONDS", 0.3)
    broker.load()
    handler = Noting()
    sender = await site.start("applications")
    await site.start("notifications", (OfferLapsed, handler))
    operator = await as_user(definitions.OPERATOR)
    queue = await operator.get_queue(QUEUE)
    await queue.unbind(EXCHANGE, "applications.OfferLapsed.*")
    await publish(sender, lapsed())
    await says(
        sender,
        f"applications.OfferLapsed.v1 came back: nothing leads from {EXCHANGE} to {QUEUE}",
        "load the broker's definitions again",
    )
    broker.load()
    await eventually(lambda: handler.noted == [("a1", "applications")])
    await eventually(lambda: is_ready(sender))


async def test_a_failing_message_whose_way_is_lost_stays_and_goes_on_once_it_is_there(
    site: Site, broker: Broker, as_user: Connect
):
    broker.load()
    handler = Noting(fails=4)
    sender = await site.start("applications")
    receiver = await site.start("notifications", (OfferLapsed, handler))
    queue = await (await as_user(definitions.OPERATOR)).get_queue("notifications.waiting.0.2s")
    await queue.unbind("notifications.later.0.2s", "")
    handler.fails = 10_000
    await publish(sender, lapsed())
    await says(
        receiver, "nothing leads from notifications.later.0.2s to notifications.waiting.0.2s"
    )
    handler.fails = 0
    broker.load()
    await eventually(lambda: handler.noted == [("a1", "applications")])
    assert await receiver.dead_letters.count() == 0


async def test_a_queue_that_is_deleted_is_named_and_consumed_again_once_it_is_back(
    site: Site, broker: Broker
):
    broker.load()
    handler = Noting()
    sender = await site.start("applications")
    receiver = await site.start("notifications", (OfferLapsed, handler))
    delete(broker, "queues", QUEUE)
    await says(receiver, f"the queue {QUEUE} is not on the broker")
    broker.load()
    await eventually(lambda: is_ready(receiver))
    await publish(sender, lapsed())
    await eventually(lambda: handler.noted == [("a1", "applications")])


def delete(broker: Broker, kind: str, name: str) -> None:
    address = f"{broker.node.api_url}/{kind}/{broker.vhost}/{name}"
    httpx.delete(address, timeout=10).raise_for_status()


OF_AN_EARLIER_RELEASE = {
    "x-queue-type": "quorum",
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "notifications.dead",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


async def test_a_queue_of_an_earlier_release_stays_with_what_is_in_it(site: Site, broker: Broker):
    url = broker.node.vhost_url(broker.vhost)
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(EXCHANGE, "topic", durable=True)
        old = await channel.declare_queue(QUEUE, durable=True, arguments=OF_AN_EARLIER_RELEASE)
        await old.bind(exchange, "applications.OfferLapsed.*")
        await send(channel, lapsed(1), source="applications")
    broker.load()
    handler = Noting(fails=4)
    sender = await site.start("applications")
    receiver = await site.start("notifications", (OfferLapsed, handler), sender_proof="if_given")
    await publish(sender, lapsed(2))
    await eventually(lambda: {who for who, _ in handler.noted} == {"a1", "a2"})
    assert await is_ready(receiver)
    (held,) = [one for one in broker.api("queues") if one["name"] == QUEUE]
    assert held["arguments"] == OF_AN_EARLIER_RELEASE
