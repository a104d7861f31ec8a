"""Publishes events as other services would, straight to the exchange."""

import json
from collections.abc import Callable
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustConnection

from nextstep_contracts import Envelope, Event
from nextstep_messaging.bus.envelope import to_headers
from nextstep_messaging.bus.topology import EXCHANGE
from notifications.emails.all_emails import EMAIL_OF

from .builders import envelope_of, offered


class Bus:
    """A publisher that is no service. It knows how much the service under test must handle."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AbstractRobustConnection | None = None
        self._ids: set[str] = set()
        self._others = 0

    @property
    def expected(self) -> int:
        """How many different messages leave a row in the service's inbox."""
        return len(self._ids) + self._others

    async def open(self) -> None:
        self._connection = await aio_pika.connect_robust(self._url)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def publish(self, *events: Event, envelope: Envelope | None = None) -> None:
        """Publish events, confirmed and one after another."""
        assert self._connection is not None
        async with self._connection.channel() as channel:
            exchange = await channel.get_exchange(EXCHANGE, ensure=False)
            for event in events:
                around = envelope or envelope_of(event)
                message = aio_pika.Message(
                    event.model_dump_json().encode(),
                    message_id=str(around.id),
                    type=around.type,
                    headers=to_headers(around),
                    content_type="application/json",
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                )
                await exchange.publish(message, routing_key=around.type, mandatory=True)
                email = EMAIL_OF.get(type(event))
                if email is None or email.wants is None or email.wants(event):
                    self._ids.add(str(around.id))

    def expect(self, count: int) -> None:
        """Wait for `count` messages that somebody else published."""
        self._others = count

    def forget(self) -> None:
        """Count anew."""
        self._ids.clear()
        self._others = 0

    async def publish_raw(self, routing_key: str, body: bytes) -> None:
        """Publish what no service of ours would."""
        assert self._connection is not None
        async with self._connection.channel() as channel:
            exchange = await channel.get_exchange(EXCHANGE, ensure=False)
            headers = to_headers(envelope_of(offered())) | {"ce-type": routing_key}
            await exchange.publish(aio_pika.Message(body, headers=headers), routing_key)

    async def listen(self, routing_key: str) -> Callable[[], list[dict[str, Any]]]:
        """Collect what the service publishes under a routing key, from now on."""
        assert self._connection is not None
        heard: list[dict[str, Any]] = []
        channel = await self._connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        exchange = await channel.get_exchange(EXCHANGE, ensure=False)
        await queue.bind(exchange, routing_key)

        async def hear(message: AbstractIncomingMessage) -> None:
            heard.append(json.loads(message.body))
            await message.ack()

        await queue.consume(hear)
        return lambda: heard
