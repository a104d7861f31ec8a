"""All that is private of FastStream and of the drivers under it, read in the release named here.

The public ways are not enough for a service that must lose nothing and be back within seconds:

- a subscriber drops, unacknowledged, what is delivered before it is marked as running, and it is
  marked only after the broker began to deliver: `start`;
- it waits for what is in hand before it cancels its consumer, and drops what is delivered
  meanwhile: `cancel` first;
- `RabbitBroker.start` declares the queue for replies, which our users of the broker may not:
  each subscriber is started by itself;
- nobody is told when the broker cancels a consumer or closes its channel: `watch`;
- queues can come back without their consumers (FastStream issue 2758): `problem` asks.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from aiormq.abc import AbstractChannel
from faststream import ContextRepo
from faststream.rabbit import RabbitBroker
from faststream.rabbit.subscriber import RabbitSubscriber

READ_IN = "0.7.8"
ANSWER_SECONDS = 5.0
"""How long the broker may take to say that a queue is there and consumed."""


def queue_in_hand(context: ContextRepo) -> str:
    """The queue whose message is being processed."""
    subscriber: RabbitSubscriber = context.get_local("handler_")
    return subscriber.queue.name


def subscribers(broker: RabbitBroker) -> list[RabbitSubscriber]:
    """All subscribers of a broker and its routers."""
    return cast("list[RabbitSubscriber]", broker.subscribers)


async def start(subscriber: RabbitSubscriber) -> None:
    """Consume, and lose nothing of what is delivered first."""
    subscriber.running = True
    await subscriber.start()


async def watch(subscriber: RabbitSubscriber, lost: Callable[[str], None]) -> None:
    """Tell `lost` why, once the broker has cancelled the consumer or closed its channel."""
    channel = await _channel(subscriber)
    channel.on_consumer_cancel_callbacks.add(lambda _: lost("the broker cancelled it"))
    channel.closing.add_done_callback(lambda _: lost("its channel was closed"))


async def cancel(subscriber: RabbitSubscriber) -> None:
    """Take no more messages; those in hand keep their channel."""
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001
    if queue is not None and tag is not None and not queue.channel.is_closed:
        subscriber._consumer_tag = None  # noqa: SLF001 - so that stop() does not do it again
        await queue.cancel(tag, timeout=ANSWER_SECONDS)


async def problem(subscriber: RabbitSubscriber) -> str:
    """What is wrong with a consumer; empty when it consumes. A live connection proves nothing."""
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001
    if queue is None or tag is None or queue.channel.is_closed:
        return "its channel is closed"
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            channel = await _channel(subscriber)
            if tag not in cast("Any", channel).consumers:
                return "the broker cancelled it"
            answer = await channel.queue_declare(queue.name, passive=True)
    except TimeoutError:
        return "the broker does not answer for its queue"
    except Exception as error:  # noqa: BLE001 - whatever it is, this consumer is not well
        return str(error) or type(error).__name__
    return "" if answer.consumer_count else "the broker knows no consumer of its queue"


async def _channel(subscriber: RabbitSubscriber) -> AbstractChannel:
    """The driver's channel under FastStream's and aio-pika's."""
    queue = subscriber._queue_obj  # noqa: SLF001
    if queue is None:
        raise RuntimeError(f"{subscriber.queue.name} is not started")
    return await queue.channel.get_underlay_channel()
