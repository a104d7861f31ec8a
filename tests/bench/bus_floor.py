"""The floor of the bus: the least that carries a fact from one service to an effect in another.

No outbox, no relay, no retry, no dead letters: a confirmed publish, a quorum queue, and the
receiver's writes in one transaction before the acknowledgement.
"""

import asyncio
import json
import time

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern
from pymongo.read_concern import ReadConcern

QUEUE = "bench.floor"
PREFETCH = 8  # the services' own default
AT_ONCE = 8  # transactions; as many as the messaging library allows itself


class Floor:
    """Sender and receiver."""

    def __init__(self, mongo_url: str) -> None:
        client: AsyncIOMotorClient = AsyncIOMotorClient(mongo_url)
        self._client = client
        self._db = client["bench_bus_floor"]
        self._effects: dict[str, asyncio.Future[float]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._connections: list[AbstractConnection] = []

    async def start(self, amqp_url: str) -> None:
        """Create the collections and the queue, and consume it."""
        for name in ("facts", "effects", "handled"):
            await self._db.create_collection(name)
        self._channel = await self._open(amqp_url)
        consuming = await self._open(amqp_url)
        await consuming.set_qos(prefetch_count=PREFETCH)
        queue = await consuming.declare_queue(
            QUEUE, durable=True, arguments={"x-queue-type": "quorum"}
        )
        await queue.consume(self._take)

    async def _open(self, amqp_url: str) -> AbstractChannel:
        connection = await aio_pika.connect(amqp_url)
        self._connections.append(connection)
        return await connection.channel(publisher_confirms=True, on_return_raises=True)

    async def stop(self) -> None:
        """Close what was opened."""
        for connection in self._connections:
            await connection.close()
        self._client.close()

    async def commit(self, fact: str) -> None:
        """Commit a fact in a transaction."""
        await self._transact(("facts", {"_id": fact}))

    async def effect_of(self, fact: str, body: str) -> float:
        """Publish a fact; when its effect is committed, on the performance counter."""
        effect = self._effects[fact] = asyncio.get_running_loop().create_future()
        message = aio_pika.Message(
            body.encode(), message_id=fact, delivery_mode=aio_pika.DeliveryMode.PERSISTENT
        )
        await self._channel.default_exchange.publish(message, QUEUE, mandatory=True)
        return await effect

    async def _take(self, message: AbstractIncomingMessage) -> None:
        fact = json.loads(message.body)["application_id"]
        await self._transact(("handled", {"_id": message.message_id}), ("effects", {"_id": fact}))
        self._effects.pop(fact).set_result(time.perf_counter())
        await message.ack()

    async def _transact(self, *writes: tuple[str, dict[str, str | None]]) -> None:
        async with self._slots, await self._client.start_session() as session:
            session.start_transaction(ReadConcern("majority"), WriteConcern(w="majority", j=True))
            for name, document in writes:
                await self._db[name].insert_one(document, session=session)
            await session.commit_transaction()
