"""A notifications service against the real broker, database and mail sink."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from nextstep_contracts import Event
from nextstep_local.smtp_sink import Sink
from nextstep_local.testing import eventually, settings_for
from nextstep_messaging import FixedClock, Messaging
from nextstep_web.testing import SignedIn
from notifications.app import build
from notifications.hearing.act import Notifications
from notifications.hearing.email_record import PENDING, EmailRecord
from notifications.hearing.marks import MARKS
from notifications.hearing.store import EMAILS, emails
from notifications.settings import Settings

from .builders import NOW
from .bus import Bus


@dataclass
class Running:
    """The service under test."""

    app: FastAPI
    messaging: Messaging
    settings: Settings
    clock: FixedClock
    bus: Bus

    @property
    def here(self) -> Notifications:
        """What the process holds."""
        found: Notifications = self.app.state.here
        return found

    async def hear(self, *events: Event) -> None:
        """Publish events as the services that own them would, and wait until all is handled."""
        await self.bus.publish(*events)
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is left to handle, reconcile or send."""
        await eventually(self._quiet, timeout=30)

    async def _quiet(self) -> bool:
        handled = await self.messaging.db.read("_inbox").count({})
        marks = await self.messaging.db.read(MARKS).count({})
        pending = await self.messaging.db.read(EMAILS).count({"state": {"$in": [*PENDING]}})
        return handled >= self.bus.expected and marks == 0 and pending == 0

    async def emails(self, **matching: Any) -> list[EmailRecord]:
        """Emails in the order in which they were queued."""
        return await emails(self.messaging.db.read, matching)


Start = Callable[..., Any]
Client = Callable[[Running, SignedIn | None], httpx.AsyncClient]


@pytest.fixture
def start(
    emptied_vhost_url: str, mongo_url: str, mongo_database: str, smtp_sink: Sink
) -> Callable[..., Any]:
    """Starts a service; keyword arguments override its settings."""

    @asynccontextmanager
    async def starting(**given: Any) -> AsyncIterator[Running]:
        values = {
            "amqp_url": emptied_vhost_url,
            "mongo_url": mongo_url,
            "mongo_database": mongo_database,
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_sink.port,
            "retry_delays": (0.2, 0.4),
        }
        settings = Settings(**settings_for("notifications", **values | given))
        clock = FixedClock(NOW)
        app, messaging = build(settings, clock)
        await messaging.start()
        bus = Bus(emptied_vhost_url)
        await bus.open()
        try:
            yield Running(app, messaging, settings, clock, bus)
        finally:
            await bus.close()
            await messaging.stop()

    return starting


@pytest.fixture
async def service(start: Start) -> AsyncIterator[Running]:
    """A running service."""
    async with start() as running:
        yield running


@pytest.fixture
def client_of() -> Client:
    """An HTTP client that speaks to a service's application without a socket."""

    def client(running: Running, who: SignedIn | None) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=running.app),
            base_url="http://notifications.test",
            cookies=who.cookies if who else None,
            headers=who.headers if who else None,
        )

    return client
