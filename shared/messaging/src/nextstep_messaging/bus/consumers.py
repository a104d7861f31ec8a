"""Consuming with FastStream: one connection, one channel with its own prefetch per queue."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aio_pika.abc import AbstractIncomingMessage
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue
from yarl import URL

from nextstep_messaging.bus.connection import CONNECT_SECONDS, HEARTBEAT_SECONDS, closed

log = structlog.get_logger()

START_SECONDS = 30.0
"""How long connecting and starting all consumers may take."""
CHECK_SECONDS = 5.0
"""Between looks at what no event tells of; a lost connection is noticed at once."""
ANSWER_SECONDS = 5.0
"""How long the broker may take to say that a queue is there and consumed."""
NEVER = 86_400.0
"""Seconds between aio-pika's own reconnections: we make everything anew instead, which is the
same path as the first start and leaves no half-restored channel."""

Take = Callable[[AbstractIncomingMessage], Awaitable[None]]


@dataclass(frozen=True)
class Source:
    """A queue and what takes its messages."""

    queue: str
    prefetch: int
    take: Take


class ConsumersLostError(OSError):
    """The consuming connection, or one of its consumers, is gone."""


async def _raw(message: RabbitMessage) -> RabbitMessage:
    return message


class Consumers:
    """The consumers of one service; `run` lasts as long as one connection."""

    def __init__(self, url: str, service: str, sources: Sequence[Source]) -> None:
        self._url = url
        self._service = service
        self._sources = sources
        self._subscribers: list[Any] = []
        self._stopping = False
        self.states: dict[str, str] = {source.queue: "not connected" for source in sources}
        """What is wrong with each queue's consumer; empty when it consumes."""

    async def run(self) -> None:
        """Connect, consume, and stay until something is lost."""
        lost = asyncio.Event()
        url = URL(self._url).update_query(name=f"{self._service}: consuming")
        broker = RabbitBroker(
            str(url),
            logger=None,
            apply_types=False,
            graceful_timeout=0,
            reconnect_interval=NEVER,
            timeout=CONNECT_SECONDS,
            client_properties={"heartbeat": HEARTBEAT_SECONDS},
            on_close=[lambda *_: lost.set()],
        )
        self._subscribers = [self._subscribe(broker, source) for source in self._sources]
        connection = await broker.connect()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._start()
            while not lost.is_set():
                await self._check()
                try:
                    async with asyncio.timeout(CHECK_SECONDS):
                        await lost.wait()
                except TimeoutError:
                    continue
        finally:
            self.states = dict.fromkeys(self.states, "not connected")
            self._subscribers = []
            # first, because a broker that is stuck would not answer what FastStream says to it
            await closed(connection.close())
            await closed(broker.stop())
        raise ConsumersLostError("the consuming connection was lost")

    async def _start(self) -> None:
        for subscriber in self._subscribers:
            # FastStream drops, unacknowledged, what is delivered before it is marked as running,
            # and it marks it only after the broker began to deliver
            subscriber.running = True
            if not self._stopping:
                await subscriber.start()

    async def cancel(self) -> None:
        """Take no more messages; what is in hand keeps its connection until `run` is cancelled."""
        self._stopping = True
        for subscriber in self._subscribers:
            queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001
            if queue is not None and tag is not None and not queue.channel.is_closed:
                subscriber._consumer_tag = None  # noqa: SLF001 - so that stop() does not do it again
                await queue.cancel(tag, timeout=ANSWER_SECONDS)

    def _subscribe(self, broker: RabbitBroker, source: Source) -> Any:
        subscriber = broker.subscriber(
            RabbitQueue(source.queue, declare=False),
            channel=Channel(prefetch_count=source.prefetch),
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            decoder=_raw,
        )

        async def take(message: RabbitMessage) -> None:
            await source.take(message.raw_message)

        subscriber(take)
        return subscriber

    async def _check(self) -> None:
        """See that each consumer really consumes: a connection that answers proves nothing."""
        for subscriber in self._subscribers:
            name = subscriber.queue.name
            problem = await _problem(subscriber)
            if self._stopping:
                return
            self.states[name] = problem
            if problem:
                raise ConsumersLostError(f"{name}: {problem}")


async def _problem(subscriber: Any) -> str:
    queue, tag = subscriber._queue_obj, subscriber._consumer_tag  # noqa: SLF001
    if queue is None or tag is None or queue.channel.is_closed:
        return "its channel is closed"
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            channel = await queue.channel.get_underlay_channel()
            if tag not in channel.consumers:
                return "the broker cancelled it"
            answer = await channel.queue_declare(queue.name, passive=True)
    except TimeoutError:
        return "the broker does not answer for its queue"
    except Exception as error:  # noqa: BLE001 - whatever it is, this consumer is not well
        return str(error) or type(error).__name__
    return "" if answer.consumer_count else "the broker knows no consumer of its queue"
