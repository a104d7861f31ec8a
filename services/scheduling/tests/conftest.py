"""The service on the real broker and database, with its neighbours and people to use it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI
from hypothesis import settings
from pymongo import MongoClient

from nextstep_contracts import EVENTS, Event
from nextstep_local.testing import eventually, serving, settings_for
from nextstep_messaging import (
    Actor,
    EventRouter,
    FixedClock,
    Messaging,
    MessagingSettings,
    UnitOfWork,
)
from nextstep_messaging.testing import hear
from nextstep_web.testing import signed_in
from scheduling.app import build
from scheduling.fellows.act import Scheduling
from scheduling.fellows.records import Read
from scheduling.fellows.store import fellows_of
from scheduling.settings import Settings

from .builders import accepted

settings.register_profile("busy", deadline=None)  # the machine may run other suites beside this
settings.load_profile("busy")

OFFICE = Actor("staff", "office@example.org")
START = datetime(2024, 8, 1, 10, 0, tzinfo=UTC)
EVENING = datetime(2024, 9, 11, 19, tzinfo=UTC)
SAID_BY_US = [event for event in EVENTS if event.publisher == "scheduling"]


PATIENCE = 90
"""Seconds a probe may take on a machine that runs several suites at once."""
soon = partial(eventually, timeout=PATIENCE)


@dataclass
class Neighbours:
    """The services that scheduling hears, and one that hears scheduling. Started when needed."""

    given: dict[str, Any]
    clock: FixedClock
    started: dict[str, Messaging] = field(default_factory=dict)
    heard: list[Event] = field(default_factory=list)

    async def say(self, *events: Event, publisher: str = "applications") -> None:
        """Publish events over the bus, in this order."""

        async def work(uow: UnitOfWork) -> None:
            for event in events:
                uow.publish(event)

        await (await self.start(publisher)).transact(work)

    def of(self, *kinds: type[Event]) -> list[Any]:
        """What was heard of these kinds, in the order of arrival."""
        return [event for event in self.heard if isinstance(event, kinds)]

    async def start(self, service: str) -> Messaging:
        """A neighbour; notifications listens to everything that scheduling says."""
        if service not in self.started:
            database = f"{self.given['mongo_database']}_{service}"
            own = MessagingSettings(
                environment="local", **{**self.given, "mongo_database": database}
            )
            router = EventRouter(service)
            for event in SAID_BY_US if service == "notifications" else ():
                router.hears(event)(self._hear)
            self.started[service] = Messaging(router, own, clock=self.clock)
            await self.started[service].start()
        return self.started[service]

    async def stop(self) -> None:
        """Stop those that were started and drop their databases."""
        for one in self.started.values():
            await one.stop()
        client: MongoClient[dict[str, Any]]
        with MongoClient(self.given["mongo_url"]) as client:
            for service in self.started:
                client.drop_database(f"{self.given['mongo_database']}_{service}")

    async def _hear(self, event: Event) -> None:
        self.heard.append(event)


@dataclass
class Running:
    """The service as tests use it: over HTTP, by its clock, and with a look into its database."""

    app: FastAPI
    messaging: Messaging
    settings: Settings
    clock: FixedClock
    neighbours: Neighbours

    @property
    def here(self) -> Scheduling:
        """What its pages work with."""
        here: Scheduling = self.app.state.here
        return here

    @property
    def read(self) -> Read:
        """Reads of its database."""
        return self.here.read

    def staff(self, *roles: str, name: str = "Ola Office") -> httpx.AsyncClient:
        """A browser of somebody who signed in."""
        subject = f"{name.split(maxsplit=1)[0].lower()}@example.org"
        return self._client(
            signed_in(self.settings, *(roles or ("office",)), name=name, subject=subject)
        )

    def fellow(self, person_id: str) -> httpx.AsyncClient:
        """A browser that opened an emailed link."""
        return self._client(signed_in(self.settings, "fellow", name="F", person_id=person_id))

    def _client(self, session: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://scheduling.test",
            cookies=session.cookies,
            headers=session.headers,
        )

    async def joined(self, *events: Event) -> None:
        """Publish acceptances and wait until the people are Fellows."""
        await self.neighbours.say(*events)

        async def all_known() -> bool:
            known = await fellows_of(self.read, self.here.cohort.id)
            active = {fellow.person_id for fellow in known if fellow.active}
            assert active >= {event.person.person_id for event in events}
            return True

        await soon(all_known)

    async def handle(self, event: Event) -> None:
        """Give an event to the handler that takes it, in a transaction of its own."""
        await hear(self.messaging, event)

    async def fellows(self, count: int) -> None:
        """So many Fellows, on the evening of the first masterclass."""
        await self.joined(*(accepted(n) for n in range(1, count + 1)))
        self.clock.set(EVENING)

    async def quiet(self) -> None:
        """Wait until everything that was published here has left."""

        async def drained() -> bool:
            assert await self.messaging.db.read("_outbox").count({}) == 0
            return True

        await soon(drained)


@pytest_asyncio.fixture
async def running(
    emptied_vhost_url: str, mongo_url: str, mongo_database: str
) -> AsyncIterator[Running]:
    """A service of the test's own, on a clock that stands still until it is moved."""
    given = {
        "amqp_url": emptied_vhost_url,
        "mongo_url": mongo_url,
        "mongo_database": mongo_database,
    }
    chosen = Settings(**settings_for("scheduling", **given))
    clock = FixedClock(START)
    neighbours = Neighbours(given, clock)
    app, messaging = build(chosen, clock)
    await neighbours.start("notifications")
    async with app.router.lifespan_context(app):
        yield Running(app, messaging, chosen, clock, neighbours)
    await neighbours.stop()


@pytest_asyncio.fixture
async def address(running: Running) -> AsyncIterator[str]:
    """Where a browser reaches the running service."""
    async with serving(running.app) as url:
        yield url
