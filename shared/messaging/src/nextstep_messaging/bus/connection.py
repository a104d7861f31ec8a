"""The connection that publishes: confirmed, persistent, mandatory, never for longer than a limit.

Consumers have a connection of their own, because RabbitMQ holds back a connection that publishes
too fast and must not hold back acknowledgements with it.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

import aio_pika
import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.connection import make_url
from aio_pika.exceptions import AMQPError, DeliveryError, PublishError
from aiormq.exceptions import ChannelAccessRefused
from pamqp.common import FieldTable
from yarl import URL

from nextstep_messaging.bus.declaring import LOAD_AGAIN, TopologyError, declare, prepare
from nextstep_messaging.bus.topology import Topology

log = structlog.get_logger()

CONNECT_SECONDS = 10.0
DECLARE_SECONDS = 20.0
"""A broker on which nothing is yet makes a hundred queues."""
PUBLISH_SECONDS = 10.0
"""Without a limit a publish can hang for ever on a connection that looks alive."""
CLOSE_SECONDS = 5.0
"""The driver itself waits 2 s for the answer to its good-bye, then drops the connection."""
HEARTBEAT_SECONDS = 20
"""A peer that vanished is noticed within twice this."""
STILL_RETURNED_SECONDS = 30.0
"""How long a message that came back speaks against us: whoever has it tries again well within."""
NOT_CONNECTED = "not connected"
Path = tuple[str, str, tuple[str, ...]]
"""The type of a message, the exchange that it goes to and the queues that it is for."""


class BusUnavailableError(OSError):
    """The broker did not take the message, or did not say that it did."""


class UnroutableError(OSError):
    """No queue is bound for the message; the broker gave it back."""


class Bus:
    """One connection and one confirming channel, made anew whenever they are lost.

    What the service needs on the broker is declared by it where it may be; see `declaring.py`.
    """

    def __init__(self, url: str, service: str, wanted: Topology, *, ours: bool) -> None:
        self._url = url
        self._user = URL(url).user or "guest"
        self._service = service
        self._wanted = wanted
        self._ours = ours
        self._lost = asyncio.Event()
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._exchanges: dict[str, AbstractExchange] = {}
        self._mending = asyncio.Lock()
        self._mended = 0
        """How often the topology was declared again."""
        self._may_declare = True
        self._returned: dict[Path, float] = {}
        self._problem = NOT_CONNECTED
        self.ready = asyncio.Event()

    @property
    def problem(self) -> str:
        """What keeps messages from where they belong, in words; empty if nothing does."""
        since = monotonic() - STILL_RETURNED_SECONDS
        self._returned = {what: at for what, at in self._returned.items() if at > since}
        return self._problem or "; ".join(map(_came_back, self._returned))

    async def run(self) -> None:
        """Connect, see that the topology is there, and stay until the connection is lost."""
        lost = self._lost = asyncio.Event()
        connection = await self._connect()
        try:
            connection.close_callbacks.add(lambda *_: lost.set())
            async with asyncio.timeout(DECLARE_SECONDS):
                await prepare(connection, self._wanted, ours=self._ours)
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            channel.close_callbacks.add(lambda *_: lost.set())
            self._connection, self._channel, self._exchanges = connection, channel, {}
            self._may_declare, self._returned, self._problem = True, {}, ""
            self.ready.set()
            await lost.wait()
        except TopologyError as error:
            self._problem = str(error)
            raise
        finally:
            self.ready.clear()
            self._problem = self._problem or NOT_CONNECTED
            self._connection = self._channel = None
            await closed(connection.close())
        raise BusUnavailableError("the publishing connection was lost")

    async def mend(self) -> bool:
        """Declare the topology once more; whether that was possible.

        A binding can only be missed by what comes back for want of it, and be made again blindly.
        """
        before = self._mended
        async with self._mending:
            if self._mended != before:  # by another who waited for the same
                return True
            if self._connection is None or not self._may_declare:
                return False
            try:
                async with asyncio.timeout(DECLARE_SECONDS):
                    await declare(self._connection, self._wanted)
            except ChannelAccessRefused:
                self._may_declare = False  # not to ask for each message that comes back
                return False
            except (AMQPError, OSError, RuntimeError) as error:
                log.warning("topology_not_declared", error=str(error))
                return False
            self._mended += 1
        log.warning("topology_declared_again")
        return True

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        message_id: str,
        message_type: str,
        headers: Mapping[str, Any],
        queues: Sequence[str],
    ) -> None:
        """Publish and wait for the broker's confirmation.

        `queues` are those that it is for. What is for any must reach one; if it reaches none, the
        topology is declared once more where it may be, and the message is published again.

        Raises:
            BusUnavailableError: there is no confirmation; the message may or may not have arrived.
            UnroutableError: it is for queues, and nothing leads to any of them.

        """
        message = Message(
            body,
            content_type="application/json",
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=message_id,
            type=message_type,
            app_id=self._service,
            user_id=self._user,
            headers=dict(headers),
        )
        path = (message_type or "a message", exchange, tuple(queues))
        try:
            await self._publish(exchange, message, routing_key, mandatory=bool(queues))
        except UnroutableError:
            await self._publish_once_mended(path, message, routing_key)
        if self._returned:
            self._returned.pop(path, None)

    async def _publish_once_mended(self, path: Path, message: Message, routing_key: str) -> None:
        _, exchange, _ = path
        if await self.mend():
            with suppress(UnroutableError):
                return await self._publish(exchange, message, routing_key, mandatory=True)
        self._returned[path] = monotonic()
        raise UnroutableError(_came_back(path))

    async def _publish(
        self, exchange: str, message: Message, routing_key: str, *, mandatory: bool
    ) -> None:
        try:
            target = await self._exchange(exchange)
            async with asyncio.timeout(PUBLISH_SECONDS):
                await target.publish(message, routing_key, mandatory=mandatory)
        except PublishError as error:
            raise UnroutableError(routing_key) from error
        except TimeoutError as error:
            # a connection that looks alive and does not answer: `run` makes a new one
            self._lost.set()
            raise BusUnavailableError("the broker did not confirm in time") from error
        except (DeliveryError, AMQPError, OSError, RuntimeError) as error:
            # RuntimeError is what aiormq raises when the channel closes under a publish
            raise BusUnavailableError(str(error) or type(error).__name__) from error

    async def _connect(self) -> AbstractConnection:
        properties: FieldTable = {"connection_name": f"{self._service}: publishing"}
        where = make_url(self._url, heartbeat=HEARTBEAT_SECONDS)
        connection = aio_pika.Connection(where, client_properties=properties)
        try:
            await connection.connect(timeout=CONNECT_SECONDS)
        except BaseException:
            # or its destructor would start to close it, when and wherever it is collected
            await closed(connection.close())
            self._problem = NOT_CONNECTED
            raise
        return connection

    async def _exchange(self, name: str) -> AbstractExchange:
        if self._channel is None:
            raise BusUnavailableError("not connected to the broker")
        if name not in self._exchanges:
            self._exchanges[name] = await self._channel.get_exchange(name, ensure=False)
        return self._exchanges[name]


def _came_back(path: Path) -> str:
    """For the person on call."""
    message_type, exchange, queues = path
    to = " or ".join(queues)
    return f"{message_type} came back: nothing leads from {exchange} to {to}; {LOAD_AGAIN}"


async def closed(closing: Awaitable[Any]) -> None:
    """Close a connection, or leave it to its own end if the broker does not answer."""
    with suppress(Exception):
        async with asyncio.timeout(CLOSE_SECONDS):
            await closing
