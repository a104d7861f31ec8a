"""The service on a real database, and where a test asks for it on a real broker."""

from collections.abc import AsyncIterator

import pytest_asyncio

from awards.app import build
from awards.settings import Settings
from nextstep_local.testing import settings_for
from nextstep_messaging import FixedClock

from .builders import NOW
from .service import Service


def _service(amqp_url: str, mongo_url: str, mongo_database: str) -> Service:
    given = settings_for(
        "awards", amqp_url=amqp_url, mongo_url=mongo_url, mongo_database=mongo_database
    )
    settings = Settings(**given, minimum_judges=2)
    clock = FixedClock(NOW)
    app, messaging = build(settings, clock)
    return Service(app, messaging, clock, settings)


@pytest_asyncio.fixture
async def service(mongo_url: str, mongo_database: str) -> AsyncIterator[Service]:
    """The service with its database; nothing is consumed or published."""
    found = _service("amqp://127.0.0.1:1/", mongo_url, mongo_database)
    async with found.messaging.opened():
        yield found


@pytest_asyncio.fixture
async def running(
    emptied_vhost_url: str, mongo_url: str, mongo_database: str
) -> AsyncIterator[Service]:
    """The service with its database and its broker, consuming and publishing."""
    found = _service(emptied_vhost_url, mongo_url, mongo_database)
    await found.messaging.start()
    yield found
    await found.messaging.stop()


@pytest_asyncio.fixture
async def other_service(mongo_url: str, other_mongo_database: str) -> AsyncIterator[Service]:
    """A second one with a database of its own, for a test of two worlds."""
    found = _service("amqp://127.0.0.1:1/", mongo_url, other_mongo_database)
    async with found.messaging.opened():
        yield found
