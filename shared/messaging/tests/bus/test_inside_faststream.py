"""What is private of FastStream is as it was read, in the release that is installed."""

import asyncio

import pytest
from faststream import ContextRepo
from faststream.__about__ import __version__
from faststream.rabbit import RabbitBroker, RabbitQueue

from nextstep_contracts import OfferLapsed
from nextstep_local.testing import eventually
from nextstep_messaging.bus import inside_faststream as inside

from ..builders import hearing


def test_it_was_read_in_the_release_that_is_installed():
    assert __version__ == inside.READ_IN, (
        f"read inside_faststream.py beside FastStream {__version__}, run the tests of the bus, and "
        "then write that release into READ_IN"
    )


@pytest.fixture
async def broker(vhost_url):
    made = RabbitBroker(vhost_url, logger=None, graceful_timeout=0)
    yield made
    await made.stop()


@pytest.mark.stack
async def test_what_is_delivered_before_a_subscriber_runs_is_not_dropped(broker):
    taken = []
    subscriber = broker.subscriber("early")

    @subscriber
    async def take(body: str) -> None:
        taken.append(body)

    await broker.connect()
    await broker.declare_queue(RabbitQueue("early"))
    for number in range(50):
        await broker.publish(f"{number}", "early")
    await inside.start(subscriber)
    await eventually(lambda: len(taken) == 50)
    assert await inside.problem(subscriber) == ""


@pytest.mark.stack
async def test_a_cancelled_consumer_takes_no_more_and_keeps_what_it_has_in_hand(broker):
    begun, go, done = [], asyncio.Event(), []
    subscriber = broker.subscriber("slow")

    @subscriber
    async def take(body: str) -> None:
        begun.append(body)
        await go.wait()
        done.append(body)

    await broker.connect()
    await inside.start(subscriber)
    await broker.publish("one", "slow")
    await eventually(lambda: begun == ["one"])
    await inside.cancel(subscriber)
    await broker.publish("two", "slow")
    go.set()
    await eventually(lambda: done == ["one"])
    queue = await broker.declare_queue(RabbitQueue("slow", declare=False))

    async def left():
        return (await queue.declare()).message_count == 1

    await eventually(left)
    assert begun == ["one"]


@pytest.mark.stack
async def test_whoever_watches_is_told_when_the_broker_cancels_a_consumer(broker):
    told = []
    subscriber = broker.subscriber("gone")
    subscriber(lambda _: None)
    await broker.connect()
    await inside.start(subscriber)
    await inside.watch(subscriber, told.append)
    await (await broker.declare_queue(RabbitQueue("gone"))).delete(if_unused=False)
    await eventually(lambda: told == ["the broker cancelled it"])
    assert await inside.problem(subscriber) == "the broker cancelled it"


@pytest.mark.stack
async def test_a_queue_that_is_there_without_its_consumer_is_seen(services):
    """FastStream issue 2758: after a node has gone, queues can come back so."""

    async def note(event: OfferLapsed) -> None: ...

    receiver = await services.start("notifications", hears=[hearing(OfferLapsed, note)])
    (subscriber, *_) = receiver._consumers._subscribers
    tag = subscriber._consumer_tag
    await inside.cancel(subscriber)
    subscriber._consumer_tag = tag  # as if nobody had said so to us
    channel = await subscriber._queue_obj.channel.get_underlay_channel()
    channel.consumers[tag] = None
    assert await inside.problem(subscriber) == "the broker knows no consumer of its queue"


async def test_the_queue_in_hand_is_known_while_a_message_is_processed():
    context = ContextRepo()
    broker = RabbitBroker("amqp://nowhere", logger=None, context=context)
    subscriber = broker.subscriber("here")
    with context.scope("handler_", subscriber):
        assert inside.queue_in_hand(context) == "here"
