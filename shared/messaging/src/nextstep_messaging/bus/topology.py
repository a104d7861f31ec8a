"""The names and arguments of everything on the broker.

Queue arguments cannot be changed once a queue exists, so what may change (the retry delay) is in
the name, and limits belong in policies.
"""

from collections.abc import Iterable, Mapping, Sequence

from aio_pika.abc import AbstractChannel, AbstractExchange, ExchangeType

from nextstep_contracts import Event
from nextstep_contracts.catalogue import CONSUMERS

EXCHANGE = "nextstep.events"
Arguments = dict[str, str | int]


def consumer_queue(consumer: str, event: type[Event]) -> str:
    """The queue of one subscription, for example `notifications.PlaceOffered`."""
    return f"{consumer}.{event.event_name}"


def retry_queue(service: str, delay: float) -> str:
    """The queue, and the exchange of the same name, that holds messages for `delay` seconds."""
    return f"{service}.retry.{delay:g}s"


def dead_queue(service: str) -> str:
    """The queue of a service's dead letters."""
    return f"{service}.dead"


def binding(event: type[Event], consumer: str) -> str:
    """What a consumer's queue is bound by: every version, by any publisher where any may publish.

    Of an addressed event, only what is addressed to the consumer.
    """
    every = f"{event.publisher}.{event.event_name}.*"
    return f"{every}.{consumer}" if event.addressed else every


def address(event_type: str, addressee: str) -> str:
    """The routing key that brings an addressed event to its addressee, beside its type."""
    return f"{event_type}.{addressee}"


def consumer_arguments(consumer: str) -> Arguments:
    """A consumer queue: whatever the broker itself gives up on goes to the dead letters."""
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_queue(consumer),
        # at-least-once needs reject-publish: the publisher's confirm fails, the outbox keeps it
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def retry_arguments(delay: float) -> Arguments:
    """A retry queue: after its delay a message goes home by its own routing key.

    The default exchange delivers by queue name, and messages are put here with the name of their
    consumer queue as the routing key. One TTL for the queue, because a TTL per message lets a
    long one at the head hold up the short ones behind it.
    """
    return {
        "x-queue-type": "quorum",
        "x-message-ttl": int(delay * 1000),
        "x-dead-letter-exchange": "",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def listeners(service: str) -> dict[type[Event], tuple[str, ...]]:
    """Who hears the events that `service` may publish."""
    return {
        event: consumers
        for event, consumers in CONSUMERS.items()
        if event.publisher in (service, "*")
    }


async def declare_exchange(channel: AbstractChannel) -> AbstractExchange:
    """The one exchange that all events pass through."""
    return await channel.declare_exchange(EXCHANGE, ExchangeType.TOPIC, durable=True)


async def declare_listeners(
    channel: AbstractChannel, heard: Mapping[type[Event], Sequence[str]]
) -> None:
    """Declare the queues of others that hear this service's events.

    A publisher does this before its first publish, so that an event is kept for a consumer that
    has never been started.
    """
    await declare_exchange(channel)
    for consumer in sorted({name for names in heard.values() for name in names}):
        await _quorum(channel, dead_queue(consumer), {"x-queue-type": "quorum"})
    for event, consumers in heard.items():
        for consumer in consumers:
            await _subscribe(channel, consumer, event)


async def declare_consumer(
    channel: AbstractChannel,
    service: str,
    events: Iterable[type[Event]],
    delays: Sequence[float],
) -> None:
    """Declare a service's own queues: dead letters, retries, one per subscription."""
    await declare_exchange(channel)
    await _quorum(channel, dead_queue(service), {"x-queue-type": "quorum"})
    for delay in delays:
        name = retry_queue(service, delay)
        exchange = await channel.declare_exchange(name, ExchangeType.FANOUT, durable=True)
        await _quorum(channel, name, retry_arguments(delay))
        queue = await channel.get_queue(name, ensure=False)
        await queue.bind(exchange)
    for event in events:
        await _subscribe(channel, service, event)


async def _subscribe(channel: AbstractChannel, consumer: str, event: type[Event]) -> None:
    name = consumer_queue(consumer, event)
    await _quorum(channel, name, consumer_arguments(consumer))
    queue = await channel.get_queue(name, ensure=False)
    await queue.bind(EXCHANGE, routing_key=binding(event, consumer))


async def _quorum(channel: AbstractChannel, name: str, arguments: Arguments) -> None:
    await channel.declare_queue(name, durable=True, arguments=dict(arguments))
