"""From a committed fact to its committed effect on the real bus beside its floor, in turns."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from tests.bench.bus_floor import Floor
from tests.bench.results import Comparison, Measured, Round

from nextstep_contracts import Person, PlaceOffered
from nextstep_local.stack import Stack
from nextstep_messaging import (
    Collection,
    EventRouter,
    Messaging,
    MessagingSettings,
    Unit,
    UnitOfWork,
)

MOMENT = datetime(2024, 8, 1, 9, tzinfo=UTC)
ROUNDS = 4
IN_FLIGHT = 16
PER_ROUND = 240
ALONE_PER_ROUND = 40
LONGEST_ROUND = 90.0
"""Seconds after which a round is given up: a benchmark must end."""

ABOUT = f"""\
A piece of work is: commit a fact, and wait until another service has committed its effect;
{IN_FLIGHT} are under way at once. The latency counts from the one commit to the other. Ours is the
messaging library as the services use it: fact and outbox row in one transaction, relay with
confirms, quorum queue, inbox row and effect in one transaction, acknowledgement. The floor commits
the same fact by one transaction, publishes it with aio-pika (confirmed, persistent, mandatory) to a
quorum queue, consumes it with the same prefetch, and commits the effect and a row against
duplicates in one transaction. It promises less: killed between commit and publish, it loses the
event. Both sides run in one Python process each time, sender and receiver together."""

Piece = Callable[[], Awaitable[float]]
"""Does one piece of work; its latency in seconds."""


class Watched(Messaging):
    """Tells when the effect of an event is committed."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.effects: dict[UUID, asyncio.Future[float]] = {}

    def effect_of(self, event_id: UUID) -> asyncio.Future[float]:
        """When the effect of this event is committed, on the performance counter."""
        return self.effects.setdefault(event_id, asyncio.get_running_loop().create_future())

    def _committed(self, unit: UnitOfWork) -> None:
        super()._committed(unit)
        if unit.envelope is not None:
            self.effect_of(unit.envelope.id).set_result(time.perf_counter())


def event() -> PlaceOffered:
    """An event of ordinary size."""
    return PlaceOffered(
        cohort="2024-25",
        application_id=str(uuid4()),
        revision=1,
        person=Person(person_id=str(uuid4()), name="Ada Fellow", email="ada@example.org"),
        reference="NS24-0042",
        offered_at=MOMENT,
        expires_at=MOMENT,
    )


def measure(stack: Stack) -> list[Comparison]:
    """The bus under load, and one piece at a time."""
    # as in production, where INFO says nothing per message
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(20))
    return asyncio.run(_measure(stack.amqp_url, stack.mongo_url))


async def _measure(amqp_url: str, mongo_url: str) -> list[Comparison]:
    async with _services(amqp_url, mongo_url) as ours, _floor(amqp_url, mongo_url) as floor:
        crowded = await _compare(ours, floor, IN_FLIGHT, PER_ROUND)
        alone = await _compare(ours, floor, 1, ALONE_PER_ROUND)
    return [
        Comparison(
            f"Committed fact to committed effect, {IN_FLIGHT} under way",
            "facts",
            *crowded,
            target=0.7,
            about=ABOUT,
        ),
        Comparison(
            "Committed fact to committed effect, one at a time",
            "facts",
            *alone,
            target=None,
            about="The same with nothing else going on: how long a person waits for the email.",
        ),
    ]


async def _compare(
    ours: Piece, floor: Piece, at_once: int, count: int
) -> tuple[Measured, Measured]:
    measured = Measured("messaging library"), Measured("bare aio-pika")
    # The first round warms both up and is not kept.
    for number in range(ROUNDS + 1):
        for piece, into in zip((ours, floor), measured, strict=True):
            found = await _round(piece, at_once, count)
            if number:
                into.rounds.append(found)
    return measured


async def _round(piece: Piece, at_once: int, count: int) -> Round:
    left, latencies = iter(range(count)), list[float]()

    async def work() -> None:
        for _ in left:
            latencies.append(await piece())

    began = time.perf_counter()
    async with asyncio.timeout(LONGEST_ROUND):
        await asyncio.gather(*(work() for _ in range(at_once)))
    return Round(time.perf_counter() - began, latencies)


@asynccontextmanager
async def _services(amqp_url: str, mongo_url: str) -> AsyncIterator[Piece]:
    hears = EventRouter("notifications")

    @hears.hears(PlaceOffered)
    async def effect(fact: PlaceOffered, uow: Unit) -> None:
        await uow.collection("effects").insert({"_id": fact.application_id})

    def build(router: EventRouter) -> Watched:
        settings = MessagingSettings(
            environment="local",
            amqp_url=amqp_url,
            mongo_url=mongo_url,
            mongo_database=f"bench_bus_{router.service}",
        )
        made = [Collection("facts"), Collection("effects")]
        return Watched(router, settings, collections=made)

    sender, receiver = build(EventRouter("applications")), build(hears)
    await sender.start()
    await receiver.start()

    async def piece() -> float:
        fact = event()

        async def commit(uow: UnitOfWork) -> UUID:
            await uow.collection("facts").insert({"_id": fact.application_id})
            return uow.publish(fact)

        event_id = await sender.transact(commit)
        committed = time.perf_counter()
        return await receiver.effect_of(event_id) - committed

    try:
        yield piece
    finally:
        await sender.stop()
        await receiver.stop()


@asynccontextmanager
async def _floor(amqp_url: str, mongo_url: str) -> AsyncIterator[Piece]:
    floor = Floor(mongo_url)
    await floor.start(amqp_url)

    async def piece() -> float:
        fact = event()
        await floor.commit(fact.application_id)
        committed = time.perf_counter()
        return await floor.effect_of(fact.application_id, fact.model_dump_json()) - committed

    try:
        yield piece
    finally:
        await floor.stop()
