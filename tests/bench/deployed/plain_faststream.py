"""FastStream as its tutorial shows it: commit, publish (confirmed, persistent), subscribe, commit.

No outbox: killed between commit and publish, the sender loses the event.
"""

import asyncio
import sys
import time

from faststream import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitMessage, RabbitQueue
from tests.bench.deployed.bare_writes import Writes
from tests.bench.deployed.facts import AT_ONCE, say_effect, say_ready, send_as_told

from nextstep_contracts import PlaceOffered

QUEUE = RabbitQueue("bench.faststream", durable=True, queue_type=QueueType.QUORUM)


async def send(amqp_url: str, mongo_url: str) -> None:
    """Commit facts and publish each once it is committed."""
    writes = Writes(mongo_url, "bench_deployed_faststream_sender")
    await writes.prepare()
    broker = RabbitBroker(amqp_url, logger=None)
    await broker.start()

    async def commit(fact: PlaceOffered) -> float:
        await writes.insert(("facts", fact.application_id))
        committed = time.perf_counter()
        await broker.publish(fact, QUEUE, persist=True, message_id=fact.application_id)
        return committed

    await send_as_told(commit)
    await broker.stop()


async def receive(amqp_url: str, mongo_url: str) -> None:
    """Commit the effect and a row against duplicates, then acknowledge."""
    writes = Writes(mongo_url, "bench_deployed_faststream_receiver")
    await writes.prepare()
    broker = RabbitBroker(amqp_url, logger=None)
    one = Channel(prefetch_count=AT_ONCE)

    @broker.subscriber(QUEUE, channel=one, ack_policy=AckPolicy.REJECT_ON_ERROR)
    async def effect(fact: PlaceOffered, message: RabbitMessage) -> None:
        await writes.insert(("handled", message.message_id), ("effects", fact.application_id))
        say_effect(fact.application_id)

    await broker.start()
    say_ready()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run({"send": send, "receive": receive}[sys.argv[1]](*sys.argv[2:]))
