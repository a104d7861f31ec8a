"""The service on the real broker and database, with its neighbours and people to use it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI

from nextstep_contracts import EVENTS, Event
from nextstep_local.testing import eventually, settings_for
from nextstep_messaging import FixedClock, Messaging, MessagingSettings, Subscription, UnitOfWork
from nextstep_web.testing import signed_in
from scheduling import store
from scheduling.app import build
from scheduling.desk import Desk
from scheduling.settings import Settings

START = datetime(2024, 8, 1, 10, 0, tzinfo=UTC)
SAID_BY_US = [event for event in EVENTS if event.publisher == "scheduling"]


@dataclass
class Neighbours:
    """The services that scheduling hears, and one that hears scheduling."""

    publishers: dict[str, Messaging]
    heard: list[Event] = field(default_factory=list)

    async def say(self, *events: Event, publisher: str = "applications") -> None:
        """Publish events over the bus, in this order."""

        async def work(uow: UnitOfWork) -> None:
            for event in events:
                uow.publish(event)

        await self.publishers[publisher].transact(work)

    def of(self, *kinds: type[Event]) -> list[Any]:
        """What was heard of these kinds, in the order of arrival."""
        return [event for event in self.heard if isinstance(event, kinds)]


@dataclass
class Running:
    """The service as tests use it: over HTTP, by its clock, and with a look into its database."""

    app: FastAPI
    messaging: Messaging
    settings: Settings
    clock: FixedClock
    neighbours: Neighbours

    @property
    def desk(self) -> Desk:
        """What its pages work with."""
        desk: Desk = self.app.state.desk
        return desk

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

        async def all_known() -> None:
            known = await store.fellows(self.desk.read, self.desk.cohort)
            active = {fellow.person_id for fellow in known if fellow.active}
            assert active >= {event.person.person_id for event in events}

        await eventually(all_known, timeout=30)

    async def quiet(self) -> None:
        """Wait until everything that was published has been handled here."""

        async def drained() -> None:
            for publisher in (*self.neighbours.publishers.values(), self.messaging):
                assert await publisher.db.read("_outbox").count({}) == 0

        await eventually(drained, timeout=30)


@pytest_asyncio.fixture
async def running(vhost_url: str, mongo_url: str, mongo_database: str) -> AsyncIterator[Running]:
    """A service of the test's own, on a clock that stands still until it is moved."""
    given = {"amqp_url": vhost_url, "mongo_url": mongo_url, "mongo_database": mongo_database}
    settings = Settings(**settings_for("scheduling", **given))
    clock = FixedClock(START)
    neighbours = Neighbours({})

    async def hear(event: Event, _: UnitOfWork) -> None:
        neighbours.heard.append(event)

    for service in ("applications", "notifications", "awards"):
        own = MessagingSettings(
            environment="local", **{**given, "mongo_database": f"{mongo_database}_{service}"}
        )
        listening = [Subscription(event, hear) for event in SAID_BY_US]
        neighbours.publishers[service] = Messaging(
            service,
            own,
            clock=clock,
            subscriptions=listening if service == "notifications" else (),
        )
    app, messaging = build(settings, clock)
    for one in neighbours.publishers.values():
        await one.start()
    async with app.router.lifespan_context(app):
        yield Running(app, messaging, settings, clock, neighbours)
    for one in neighbours.publishers.values():
        await one.stop()
    _drop(mongo_url, [f"{mongo_database}_{service}" for service in neighbours.publishers])


def _drop(mongo_url: str, names: list[str]) -> None:
    from pymongo import MongoClient

    client: MongoClient[dict[str, Any]]
    with MongoClient(mongo_url) as client:
        for name in names:
            client.drop_database(name)
