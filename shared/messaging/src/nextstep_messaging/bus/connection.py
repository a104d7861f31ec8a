"""The connection that publishes: confirmed, persistent, mandatory, never for longer than a limit.

Consumers have a connection of their own, because RabbitMQ holds back a connection that publishes
too fast and must not hold back acknowledgements with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import aio_pika
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange
from aio_pika.exceptions import AMQPError, DeliveryError, PublishError
from pamqp.common import FieldTable

CONNECT_SECONDS = 10.0
PUBLISH_SECONDS = 10.0
"""Without a limit a publish can hang for ever on a connection that looks alive."""
CLOSE_SECONDS = 5.0
"""The driver itself waits 2 s for the answer to its good-bye, then drops the connection."""
HEARTBEAT_SECONDS = 20
"""A peer that vanished is noticed within twice this."""


class BusUnavailableError(OSError):
    """The broker did not take the message, or did not say that it did."""


class UnroutableError(Exception):
    """No queue is bound for the message; the broker gave it back."""


class Bus:
    """One connection and one confirming channel, made anew whenever they are lost."""

    def __init__(self, url: str, service: str) -> None:
        self._url = url
        self._service = service
        self._lost = asyncio.Event()
        self._channel: AbstractChannel | None = None
        self._exchanges: dict[str, AbstractExchange] = {}
        self.ready = asyncio.Event()

    async def run(self, prepare: Callable[[AbstractChannel], Awaitable[None]]) -> None:
        """Connect, `prepare` the topology, and stay until the connection is lost."""
        lost = self._lost = asyncio.Event()
        properties: FieldTable = {"connection_name": f"{self._service}: publishing"}
        connection = await aio_pika.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            heartbeat=HEARTBEAT_SECONDS,
            client_properties=properties,
        )
        try:
            connection.close_callbacks.add(lambda *_: lost.set())
            async with asyncio.timeout(CONNECT_SECONDS):
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                channel.close_callbacks.add(lambda *_: lost.set())
                await prepare(channel)
            self._exchanges = {"": channel.default_exchange}
            self._channel = channel
            self.ready.set()
            await lost.wait()
        finally:
            self.ready.clear()
            self._channel = None
            await closed(connection.close())
        raise BusUnavailableError("the publishing connection was lost")

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        message_id: str,
        message_type: str,
        headers: Mapping[str, Any],
        mandatory: bool = True,
    ) -> None:
        """Publish and wait for the broker's confirmation.

        Raises:
            BusUnavailableError: there is no confirmation; the message may or may not have arrived.
            UnroutableError: `mandatory`, and no queue is bound for it.

        """
        message = Message(
            body,
            content_type="application/json",
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=message_id,
            type=message_type,
            app_id=self._service,
            headers=dict(headers),
        )
        try:
            target = await self._exchange(exchange)
            async with asyncio.timeout(PUBLISH_SECONDS):
                await target.publish(message, routing_key, mandatory=mandatory)
        except PublishError as error:
            raise UnroutableError(f"no queue is bound for {routing_key}") from error
        except TimeoutError as error:
            # a connection that looks alive and does not answer: `run` makes a new one
            self._lost.set()
            raise BusUnavailableError("the broker did not confirm in time") from error
        except (DeliveryError, AMQPError, OSError, RuntimeError) as error:
            # RuntimeError is what aiormq raises when the channel closes under a publish
            raise BusUnavailableError(str(error) or type(error).__name__) from error

    async def _exchange(self, name: str) -> AbstractExchange:
        if self._channel is None:
            raise BusUnavailableError("not connected to the broker")
        if name not in self._exchanges:
            self._exchanges[name] = await self._channel.get_exchange(name, ensure=False)
        return self._exchanges[name]


async def closed(closing: Awaitable[Any]) -> None:
    """Close a connection, or leave it to its own end if the broker does not answer."""
    with suppress(Exception):
        async with asyncio.timeout(CLOSE_SECONDS):
            await closing
