"""The relay: in order, by one instance, and nothing lost for want of a queue."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.exceptions import AMQPError

from nextstep_contracts import EmailSent, OfferLapsed, PlaceOffered
from nextstep_local.testing import eventually
from nextstep_messaging.bus import envelope as wire

from ..builders import START, hearing, lapsed, offered

pytestmark = pytest.mark.stack


async def publish(messaging, *events):
    async def work(uow):
        return [uow.publish(event) for event in events]

    return await messaging.transact(work)


async def outbox_is_empty(messaging):
    return await messaging.db.read("_outbox").count({}) == 0


async def queued(amqp_url, name):
    """The messages of a queue that nobody consumes, in order."""
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(name)
        found = []
        while message := await queue.get(fail=False):
            found.append(message)
        return found


async def test_events_of_one_subject_keep_their_order(services):
    sender = await services.start("applications")
    for revision in range(1, 21):
        await publish(sender, *(lapsed(number, revision) for number in range(5)))
    await eventually(lambda: outbox_is_empty(sender))
    arrived = defaultdict(list)
    for message in await queued(services.amqp_url, "notifications.OfferLapsed"):
        event = OfferLapsed.model_validate_json(message.body)
        arrived[event.application_id].append(event.revision)
    assert arrived == {f"a{number}": list(range(1, 21)) for number in range(5)}


async def test_an_event_waits_in_the_queue_of_a_consumer_that_was_never_started(services):
    sender = await services.start("applications")
    await publish(sender, lapsed(1))
    await eventually(lambda: outbox_is_empty(sender))
    heard = []

    async def note(event):
        heard.append(event)

    await services.start("notifications", hears=[hearing(OfferLapsed, note)])
    await eventually(lambda: heard == [lapsed(1)])


def sent(number, cause):
    """An email that a service's event caused."""
    return EmailSent(
        email_id=f"m{number}",
        revision=1,
        cause_id=uuid4(),
        cause_type=f"{cause}.SomethingHappened.v1",
        cause_subject="s1",
        person_id="p1",
        template="told",
        sent_at=START,
        title="What happened",
    )


async def test_an_addressed_event_reaches_its_addressee_alone(services, metric):
    sender = await services.start("notifications")
    causes = ["applications", "awards", "applications", "scheduling", "notifications"]
    counted = {"event": "EmailSent", "addressee": "applications"}
    before = metric("nextstep_published_total", **counted)
    unroutable = metric("nextstep_unroutable_total", event="notifications.EmailSent.v1")
    await publish(sender, *(sent(number, cause) for number, cause in enumerate(causes)))
    await eventually(lambda: outbox_is_empty(sender))  # the last is for nobody, and is no fault
    for service in ("applications", "scheduling", "awards"):
        messages = await queued(services.amqp_url, f"{service}.EmailSent")
        heard = [EmailSent.model_validate_json(one.body).email_id for one in messages]
        assert heard == [f"m{n}" for n, cause in enumerate(causes) if cause == service]
        # no broker routes by it again when the message goes through a retry queue
        assert not [one for one in messages if "BCC" in one.headers]
        assert {one.routing_key for one in messages} == {"notifications.EmailSent.v1"}
    assert metric("nextstep_published_total", **counted) == before + 2
    assert metric("nextstep_unroutable_total", event="notifications.EmailSent.v1") == unroutable


async def test_an_addressed_event_is_tried_again_by_its_addressee(services):
    sender = await services.start("notifications")
    tries = []

    async def fails_at_first(event):
        tries.append(event.email_id)
        if len(tries) < 6:
            raise RuntimeError("not yet")

    await services.start(
        "awards",
        hears=[hearing(EmailSent, fails_at_first)],
        given={"retry_delays": [0.2]},
    )
    await publish(sender, sent(1, "awards"))
    await eventually(lambda: len(tries) == 6)
    assert tries == ["m1"] * 6
    assert len(await queued(services.amqp_url, "applications.EmailSent")) == 0


async def test_two_relays_of_one_service_publish_each_event_once(services, metric):
    before = metric("nextstep_published_total", event="OfferLapsed", addressee="")
    first = await services.start("applications")
    second = await services.start("applications")
    await asyncio.gather(*(publish((first, second)[n % 2], lapsed(n)) for n in range(60)))
    await eventually(lambda: outbox_is_empty(first))
    assert metric("nextstep_published_total", event="OfferLapsed", addressee="") == before + 60
    assert len(await queued(services.amqp_url, "notifications.OfferLapsed")) == 60


async def test_when_one_instance_stops_the_other_publishes(services):
    first = await services.start("applications")
    second = await services.start("applications")
    await first.stop()
    services.built.remove(first)
    await publish(second, lapsed(1))
    await eventually(lambda: outbox_is_empty(second))


async def broker_says(messaging):
    (broker,) = [one for one in await messaging.readiness() if one.name == "broker"]
    return broker.detail


async def test_a_binding_that_was_lost_is_made_again_and_the_event_goes_through(services, metric):
    unroutable = metric("nextstep_unroutable_total", event="applications.PlaceOffered.v1")
    sender = await services.start("applications")
    async with await aio_pika.connect(services.amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("notifications.PlaceOffered")
        await queue.unbind("nextstep.events", "applications.PlaceOffered.*")
    await publish(sender, *(offered(number) for number in range(20)))
    await eventually(lambda: outbox_is_empty(sender))
    assert len(await queued(services.amqp_url, "notifications.PlaceOffered")) == 20
    assert await broker_says(sender) == ""
    assert metric("nextstep_unroutable_total", event="applications.PlaceOffered.v1") == unroutable


async def test_a_queue_or_exchange_that_was_deleted_is_made_again_without_a_restart(services):
    heard = []

    async def note(event):
        heard.append(event.application_id)

    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def consumed():
        async with await aio_pika.connect(services.amqp_url) as connection:
            with suppress(AMQPError):
                queue = await (await connection.channel()).get_queue("notifications.OfferLapsed")
                return queue.declaration_result.consumer_count == 1
        return False

    gone = {"queue_delete": "notifications.OfferLapsed", "exchange_delete": "nextstep.events"}
    for number, (delete, name) in enumerate(gone.items()):
        async with await aio_pika.connect(services.amqp_url) as connection:
            await getattr(await connection.channel(), delete)(name)
        await eventually(consumed)
        await publish(sender, lapsed(number))
        await eventually(lambda until=number: heard == [f"a{n}" for n in range(until + 1)])
    assert [check for check in await receiver.readiness() if not check.ok] == []


async def test_an_event_the_broker_gives_back_holds_up_no_other_subject(services, monkeypatch):
    from nextstep_messaging.bus import relay

    monkeypatch.setattr(relay, "RETURNED_SECONDS", 0.3)
    sender = await services.start("applications")
    sender._bus._may_declare = False  # as where the definitions rule
    async with await aio_pika.connect(services.amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("notifications.PlaceOffered")
        await queue.unbind("nextstep.events", "applications.PlaceOffered.*")
        await publish(sender, offered(1), lapsed(1), lapsed(2))

        async def only_the_first_subject_waits():
            rows = await sender.db.read("_outbox").find({}, sort=[("position", 1)])
            return [row["subject"] for row in rows] == ["a1", "a1"]

        await eventually(only_the_first_subject_waits)
        assert await broker_says(sender) == (
            "applications.PlaceOffered.v1 came back: nothing leads from nextstep.events to "
            "notifications.PlaceOffered; load the broker's definitions again"
        )
        await queue.bind("nextstep.events", "applications.PlaceOffered.*")
    await eventually(lambda: outbox_is_empty(sender))
    assert await broker_says(sender) == ""
    assert len(await queued(services.amqp_url, "notifications.PlaceOffered")) == 1
    assert len(await queued(services.amqp_url, "notifications.OfferLapsed")) == 2


async def test_a_message_on_the_bus_is_a_binary_cloud_event(services):
    sender = await services.start("applications")
    (event_id,) = await publish(sender, offered(1))
    await eventually(lambda: outbox_is_empty(sender))
    (message,) = await queued(services.amqp_url, "notifications.PlaceOffered")
    assert message.message_id == str(event_id)
    assert message.type == "applications.PlaceOffered.v1"
    assert message.routing_key == "applications.PlaceOffered.v1"
    assert message.content_type == "application/json"
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert PlaceOffered.model_validate_json(message.body) == offered(1)
    assert set(wire.own(message.headers)) == {
        "ce-specversion",
        "ce-id",
        "ce-source",
        "ce-type",
        "ce-time",
        "ce-subject",
        "correlationid",
    }
    assert message.headers["ce-id"] == str(event_id)
    assert message.headers["ce-subject"] == "a1"
