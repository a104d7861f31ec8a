"""Consuming with FastStream: one connection, one channel with its own prefetch per queue."""

import asyncio
from collections.abc import Callable, Iterable

import structlog
from aiormq.exceptions import ChannelNotFoundEntity
from faststream import ContextRepo
from faststream.rabbit import RabbitBroker, RabbitRouter
from faststream.rabbit.prometheus import RabbitPrometheusMiddleware
from faststream.rabbit.subscriber import RabbitSubscriber
from prometheus_client import REGISTRY
from yarl import URL

from nextstep_messaging.bus import inside_faststream as inside
from nextstep_messaging.bus.connection import CONNECT_SECONDS, HEARTBEAT_SECONDS, closed
from nextstep_messaging.bus.declaring import LOAD_AGAIN

log = structlog.get_logger()

START_SECONDS = 30.0
"""How long connecting and starting all consumers may take."""
CHECK_SECONDS = 5.0
"""Between looks at what no event tells of; whatever the broker closes is noticed at once."""
METRICS_PREFIX = "nextstep_bus"
"""Of what FastStream counts: messages received, in process, their size, duration and failures."""
NEVER = 86_400.0
"""Seconds between aio-pika's own reconnections: we make everything anew instead, which is the
same path as the first start and leaves no half-restored channel."""
Lose = Callable[[str], None]
"""Says why a connection, or a consumer on it, is lost."""


def new_broker(
    url: str, service: str, *, router: RabbitRouter, context: ContextRepo, lose: Lose
) -> RabbitBroker:
    """A broker of FastStream that lives for one connection."""
    return RabbitBroker(
        str(URL(url).update_query(name=f"{service}: consuming")),
        routers=[router],
        context=context,
        # before the router's own, which calls the rest once for each attempt
        middlewares=[
            RabbitPrometheusMiddleware(
                registry=REGISTRY, app_name=service, metrics_prefix=METRICS_PREFIX
            )
        ],
        # what matters of a message we log ourselves; FastStream would tell of every
        # acknowledgement that an outage has cut off, each with a traceback
        logger=None,
        graceful_timeout=0,
        reconnect_interval=NEVER,
        timeout=CONNECT_SECONDS,
        client_properties={"heartbeat": HEARTBEAT_SECONDS},
        on_close=[lambda *_: lose("the connection was lost")],
    )


class ConsumersLostError(OSError):
    """The consuming connection, or one of its consumers, is gone."""


class NoQueueError(OSError):
    """A queue that is to be consumed is not there."""


class Consumers:
    """The consumers of one service; `run` lasts as long as one connection."""

    def __init__(self, new_broker: Callable[[Lose], RabbitBroker], queues: Iterable[str]) -> None:
        self._new_broker = new_broker
        self._subscribers: list[RabbitSubscriber] = []
        self._stopping = False
        self._gone: dict[str, str] = {}
        self.states: dict[str, str] = dict.fromkeys(queues, "not connected")
        """What is wrong with each queue's consumer; empty when it consumes."""

    async def run(self) -> None:
        """Connect, consume, and stay until something is lost."""
        lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def lose(why: str) -> None:
            if not lost.done():
                lost.set_result(why)

        broker = self._new_broker(lose)
        self._subscribers = inside.subscribers(broker)
        self._gone = {}
        connection = await broker.connect()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._start(lose)
            while not lost.done():
                await self._check()
                await asyncio.wait({lost}, timeout=CHECK_SECONDS)
        finally:
            self.states = dict.fromkeys(self.states, "not connected") | self._gone
            self._subscribers = []
            # first, because a broker that is stuck would not answer what FastStream says to it
            await closed(connection.close())
            await closed(broker.stop())
        raise ConsumersLostError(lost.result())

    async def cancel(self) -> None:
        """Take no more messages; what is in hand keeps its connection until `run` is cancelled."""
        self._stopping = True
        for subscriber in self._subscribers:
            await inside.cancel(subscriber)

    async def _start(self, lose: Lose) -> None:
        await asyncio.gather(*(self._start_one(one, lose) for one in self._subscribers))

    async def _start_one(self, subscriber: RabbitSubscriber, lose: Lose) -> None:
        if self._stopping:
            return
        name = subscriber.queue.name
        try:
            await inside.start(subscriber)
        except ChannelNotFoundEntity as gone:
            self._gone[name] = f"the queue {name} is not on the broker; {LOAD_AGAIN}"
            raise NoQueueError(self._gone[name]) from gone
        await inside.watch(subscriber, lambda why: lose(f"{name}: {why}"))

    async def _check(self) -> None:
        """See that each consumer really consumes: a connection that answers proves nothing."""
        for subscriber in self._subscribers:
            name = subscriber.queue.name
            problem = await inside.problem(subscriber)
            if self._stopping:
                return
            self.states[name] = problem
            if problem:
                raise ConsumersLostError(f"{name}: {problem}")
