"""Putting a topology on the broker, or seeing that somebody else has."""

import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import (
    ChannelAccessRefused,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
)

from nextstep_messaging.bus.topology import Queue, Topology

log = structlog.get_logger()

LOAD_AGAIN = "load the broker's definitions again"
"""What an operator does where no service may declare anything; see deploy/README.md."""


class TopologyError(OSError):
    """Something that the service needs is not on the broker, and it may not put it there."""


async def prepare(connection: AbstractConnection, wanted: Topology, *, ours: bool) -> None:
    """See that all that is `wanted` is there, and declare it where it is not.

    Args:
        connection: to the broker.
        wanted: what the service needs.
        ours: declare it in any case. Nobody can ask for a binding, only make it once more.

    Raises:
        TopologyError: something is missing and the service may not declare it.

    """
    if not ours and not await missing(connection, wanted):
        return
    try:
        await declare(connection, wanted)
    except ChannelAccessRefused as refused:
        if gone := await missing(connection, wanted):
            raise TopologyError(f"not on the broker: {', '.join(gone)}; {LOAD_AGAIN}") from refused


async def missing(connection: AbstractConnection, wanted: Topology) -> list[str]:
    """The exchanges and queues that are not there."""
    found = []
    channel = await connection.channel()
    for kind, names in (("exchange", wanted.exchanges), ("queue", wanted.queues)):
        for name in names:
            look = channel.get_exchange if kind == "exchange" else channel.get_queue
            try:
                await look(name)
            except ChannelNotFoundEntity:  # the broker closes the channel with it
                found.append(f"{kind} {name}")
                channel = await connection.channel()
    await channel.close()
    return found


async def declare(connection: AbstractConnection, wanted: Topology) -> None:
    """Declare exchanges, queues and bindings; what is there already stays as it is.

    Raises:
        ChannelAccessRefused: this user may not.

    """
    channel = await connection.channel()
    for name, kind in wanted.exchanges.items():
        await channel.declare_exchange(name, kind, durable=True)
    for queue in wanted.queues.values():
        channel = await _declared(connection, channel, queue)
        bound = await channel.get_queue(queue.name, ensure=False)
        for exchange, key in queue.bindings:
            await bound.bind(exchange, routing_key=key)
    await channel.close()


async def _declared(
    connection: AbstractConnection, channel: AbstractChannel, queue: Queue
) -> AbstractChannel:
    """Declare a queue; the channel to go on with."""
    try:
        await channel.declare_queue(queue.name, durable=True, arguments={**queue.arguments})
    except ChannelPreconditionFailed as error:
        # by an earlier release, or with policies instead of arguments
        log.info("queue_stays_as_it_is", queue=queue.name, why=str(error))
        return await connection.channel()
    return channel
