"""Failing handlers, unreadable messages, dead letters."""

import json
from uuid import uuid4

import aio_pika
import pytest

from nextstep_contracts import OfferLapsed, PersonErased
from nextstep_local.testing import eventually
from nextstep_messaging import NoSuchDeadLetterError, Unit, forget_letters

from ..builders import START, hearing, lapsed

pytestmark = pytest.mark.stack


async def publish(messaging, *events):
    async def work(uow):
        return [uow.publish(event) for event in events]

    return await messaging.transact(work)


class Failing:
    """A handler that fails a given number of times, then works."""

    def __init__(self, times):
        self.left = times
        self.calls = 0
        self.done = []

    async def __call__(self, event, uow: Unit):
        self.calls += 1
        await uow.collection("seen").save({"_id": event.application_id})
        if self.left > 0:
            self.left -= 1
            raise RuntimeError("the mail server is down")
        self.done.append(event.application_id)


async def a_dead_letter(messaging):
    await eventually(messaging.dead_letters.count, timeout=60)
    (letter,) = await messaging.dead_letters.list()
    return letter


async def holds(messaging, name, count):
    """A handler is done a little before its transaction is."""
    return await messaging.db.read(name).count({}) == count


def hears(handler):
    return [hearing(OfferLapsed, handler)]


async def test_a_passing_fault_is_over_within_the_quick_tries(services):
    handler = Failing(times=2)
    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=hears(handler))
    await publish(sender, lapsed(1))
    await eventually(lambda: handler.done == ["a1"])
    assert handler.calls == 3
    await eventually(lambda: holds(receiver, "seen", 1))
    assert await receiver.dead_letters.count() == 0


async def test_a_longer_fault_is_waited_out_in_the_retry_queues(services):
    handler = Failing(times=7)  # three tries a pass: two passes through the retry queues
    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=hears(handler))
    await publish(sender, lapsed(1))
    await eventually(lambda: handler.done == ["a1"])
    assert handler.calls == 8
    await eventually(lambda: holds(receiver, "seen", 1))
    assert await receiver.dead_letters.count() == 0


async def test_what_the_broker_does_not_take_elsewhere_goes_back_to_its_queue(services):
    handler = Failing(times=7)  # three tries a delivery: handled at its third
    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=hears(handler))
    channel, receiver._bus._channel = receiver._bus._channel, None  # cannot publish, but consumes
    await publish(sender, lapsed(1))
    await eventually(lambda: handler.done == ["a1"])
    assert handler.calls == 8
    receiver._bus._channel = channel
    await eventually(lambda: holds(receiver, "seen", 1))
    assert await receiver.dead_letters.count() == 0


async def test_a_lasting_fault_ends_as_a_dead_letter_that_can_be_replayed(services):
    handler = Failing(times=12)
    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=hears(handler))
    (event_id,) = await publish(sender, lapsed(1))
    letter = await a_dead_letter(receiver)
    assert handler.calls == 12
    assert letter.queue == "notifications.OfferLapsed"
    assert letter.message_id == str(event_id)
    assert letter.type == "applications.OfferLapsed.v1"
    assert letter.reason == "RuntimeError: the mail server is down"
    assert letter.deaths == 1
    assert json.loads(letter.body)["application_id"] == "a1"
    assert await receiver.db.read("seen").count({}) == 0

    await receiver.dead_letters.replay(letter.key, by="office@example.org")
    await eventually(lambda: handler.done == ["a1"])
    replayed = await receiver.dead_letters.show(letter.key)
    assert replayed.status == "replayed"
    assert [note["what"] for note in replayed.history] == ["died", "replayed"]
    with pytest.raises(NoSuchDeadLetterError, match="is replayed already"):
        await receiver.dead_letters.replay(letter.key, by="office@example.org")


async def test_a_replayed_letter_that_fails_again_is_open_again(services):
    handler = Failing(times=24)
    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=hears(handler))
    await publish(sender, lapsed(1))
    letter = await a_dead_letter(receiver)
    await receiver.dead_letters.replay(letter.key, by="office@example.org")

    async def died_again():
        return (await receiver.dead_letters.show(letter.key)).deaths == 2

    await eventually(died_again, timeout=60)
    again = await receiver.dead_letters.show(letter.key)
    assert again.status == "open"
    assert [note["what"] for note in again.history] == ["died", "replayed", "died"]


async def test_a_discarded_letter_keeps_its_trace_and_loses_its_content(services):
    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=hears(Failing(times=99)))
    await publish(sender, lapsed(1))
    letter = await a_dead_letter(receiver)
    with pytest.raises(ValueError, match="say why"):
        await receiver.dead_letters.discard(letter.key, by="office@example.org", reason=" ")
    await receiver.dead_letters.discard(letter.key, by="office@example.org", reason="a test")
    assert await receiver.dead_letters.list() == []
    discarded = await receiver.dead_letters.show(letter.key)
    assert discarded.status == "discarded"
    assert discarded.body is None
    assert discarded.history[-1]["by"] == "office@example.org"
    assert discarded.history[-1]["reason"] == "a test"


async def test_erasing_a_person_empties_the_dead_letters_that_tell_of_them(services):
    async def erase(event, uow: Unit):
        await forget_letters(uow, event.person_id)

    sender = await services.start("applications")
    receiver = await services.start(
        "notifications",
        hears=[*hears(Failing(times=99)), hearing(PersonErased, erase)],
    )
    await publish(sender, lapsed(1))
    letter = await a_dead_letter(receiver)
    await publish(sender, PersonErased(person_id="p1", erased_at=START))

    async def emptied():
        return (await receiver.dead_letters.show(letter.key)).body is None

    await eventually(emptied)
    assert (await receiver.dead_letters.show(letter.key)).status == "discarded"


HEADERS = {
    "ce-specversion": "1.0",
    "ce-source": "applications",
    "ce-type": "applications.OfferLapsed.v1",
    "ce-time": "2024-09-09T12:00:00+00:00",
    "ce-subject": "a1",
}

POISON = {
    "not JSON": (b"\xff\xfe", {}, "the body cannot be read"),
    "not an object": (b"[1]", {}, "the data does not fit applications.OfferLapsed.v1"),
    "a field missing": (b"{}", {}, "application_id: Field required"),
    "an unknown type": (b"{}", {"ce-type": "x.Nothing.v1"}, "'x.Nothing.v1' is not in the event"),
    "a malformed id": (b"{}", {"ce-id": "17"}, "the CloudEvents headers are malformed"),
    "a malformed time": (b"{}", {"ce-time": "soon"}, "the CloudEvents headers are malformed"),
    "no headers": (b"{}", None, "the header 'ce-id' is missing"),
}


@pytest.mark.parametrize("poison", POISON)
async def test_a_message_that_cannot_be_read_is_a_dead_letter_at_once(services, poison):
    body, given, reason = POISON[poison]
    handler = Failing(times=0)
    receiver = await services.start("notifications", hears=hears(handler))
    headers = {} if given is None else {**HEADERS, "ce-id": str(uuid4()), **given}
    message = aio_pika.Message(body, headers=headers)
    async with await aio_pika.connect(services.amqp_url) as connection:
        channel = await connection.channel()
        await channel.default_exchange.publish(message, "notifications.OfferLapsed")
    letter = await a_dead_letter(receiver)
    assert reason in letter.reason
    assert letter.queue == "notifications.OfferLapsed"
    assert handler.calls == 0


async def test_a_poisoned_message_does_not_hold_up_those_behind_it(services):
    handler = Failing(times=0)
    sender = await services.start("applications")
    receiver = await services.start(
        "notifications", hears=[hearing(OfferLapsed, handler, prefetch=1)]
    )
    async with await aio_pika.connect(services.amqp_url) as connection:
        channel = await connection.channel()
        await channel.default_exchange.publish(
            aio_pika.Message(b"poison"), "notifications.OfferLapsed"
        )
    await publish(sender, lapsed(1), lapsed(2))
    await eventually(lambda: handler.done == ["a1", "a2"])
    await a_dead_letter(receiver)


async def test_what_the_broker_gives_up_on_is_a_dead_letter_too(services):
    """A message rejected without requeue takes the queue's own dead-lettering."""
    sender = await services.start("applications")
    receiver = await services.start("notifications", hears=hears(Failing(times=0)))
    await receiver.stop()
    services.built.remove(receiver)
    await publish(sender, lapsed(1))
    async with await aio_pika.connect(services.amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("notifications.OfferLapsed", ensure=False)

        message = await eventually(lambda: queue.get(fail=False))
        await message.reject(requeue=False)
    again = await services.start("notifications", hears=hears(Failing(times=0)))
    letter = await a_dead_letter(again)
    assert letter.reason == "the broker gave up on it: rejected"
    assert letter.queue == "notifications.OfferLapsed"


async def test_an_unwanted_event_costs_no_transaction(services, metric):
    def count(outcome):
        return metric(
            "nextstep_handled_total", consumer="notifications", event="OfferLapsed", outcome=outcome
        )

    before = count("unwanted")
    handler = Failing(times=0)
    sender = await services.start("applications")
    receiver = await services.start(
        "notifications",
        hears=[hearing(OfferLapsed, handler, wants=lambda event: event.application_id != "a1")],
    )
    await publish(sender, lapsed(1), lapsed(2))
    await eventually(lambda: handler.done == ["a2"])
    await eventually(lambda: count("unwanted") == before + 1)
    await eventually(lambda: holds(receiver, "_inbox", 1))
