"""The messaging library, as a service uses it: outbox and relay here, inbox and effect there."""

import asyncio
import sys
import time

import structlog
from tests.bench.deployed.facts import COLLECTIONS, say_effect, say_ready, send_as_told

from nextstep_contracts import PlaceOffered
from nextstep_messaging import (
    Collection,
    EventRouter,
    Messaging,
    MessagingSettings,
    Unit,
    UnitOfWork,
)


def _messaging(router: EventRouter, amqp_url: str, mongo_url: str) -> Messaging:
    settings = MessagingSettings(
        environment="local",
        amqp_url=amqp_url,
        mongo_url=mongo_url,
        mongo_database=f"bench_deployed_{router.service}",
    )
    made = [Collection(name) for name in COLLECTIONS]
    return Messaging(router, settings, collections=made)


async def send(amqp_url: str, mongo_url: str) -> None:
    """Commit facts; the relay publishes them."""
    messaging = _messaging(EventRouter("applications"), amqp_url, mongo_url)

    async def commit(fact: PlaceOffered) -> float:
        async def work(uow: UnitOfWork) -> None:
            await uow.collection("facts").insert({"_id": fact.application_id})
            uow.publish(fact)

        await messaging.transact(work)
        return time.perf_counter()

    await messaging.start()
    await send_as_told(commit)
    await messaging.stop()


async def receive(amqp_url: str, mongo_url: str) -> None:
    """Commit the effect of each fact, until terminated."""
    router = EventRouter("notifications")

    @router.hears(PlaceOffered)
    async def effect(fact: PlaceOffered, uow: Unit) -> None:
        await uow.collection("effects").insert({"_id": fact.application_id})
        uow.then(lambda: say_effect(fact.application_id))

    messaging = _messaging(router, amqp_url, mongo_url)
    await messaging.start()
    say_ready()
    await asyncio.Event().wait()


if __name__ == "__main__":
    # as in production, where INFO says nothing per message
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run({"send": send, "receive": receive}[sys.argv[1]](*sys.argv[2:]))
