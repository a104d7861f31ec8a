"""Publishes events as other services would, straight to the exchange."""

import aio_pika
from aio_pika.abc import AbstractRobustConnection

from nextstep_contracts import Envelope, Event
from nextstep_messaging.envelope import to_headers
from nextstep_messaging.topology import EXCHANGE
from notifications.policy import BY_EVENT

from .builders import envelope_of


class Bus:
    """A publisher that is no service. It knows how much the service under test must handle."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AbstractRobustConnection | None = None
        self._ids: set[str] = set()

    @property
    def expected(self) -> int:
        """How many different messages leave a row in the service's inbox."""
        return len(self._ids)

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
                rule = BY_EVENT.get(type(event))
                if rule is None or rule.wants is None or rule.wants(event):
                    self._ids.add(str(around.id))
