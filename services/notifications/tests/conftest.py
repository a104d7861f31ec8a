"""A notifications service against the real broker, database and mail sink."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI

from nextstep_contracts import Event
from nextstep_local.smtp_sink import Sink
from nextstep_local.testing import eventually, settings_for
from nextstep_messaging import FixedClock, Messaging
from notifications.app import build
from notifications.emails import PENDING
from notifications.settings import Settings
from notifications.store import CALENDAR_WORK, EMAILS

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

    async def hear(self, *events: Event) -> None:
        """Publish events as the services that own them would, and wait until all is handled."""
        await self.bus.publish(*events)
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is left to handle, reconcile or send."""
        await eventually(self._quiet, timeout=30)

    async def _quiet(self) -> bool:
        handled = await self.messaging.db.read("_inbox").count({})
        marks = await self.messaging.db.read(CALENDAR_WORK).count({})
        pending = await self.messaging.db.read(EMAILS).count({"state": {"$in": [*PENDING]}})
        return handled >= self.bus.expected and marks == 0 and pending == 0

    async def emails(self, **matching: Any) -> list[dict[str, Any]]:
        """Rows of mails, in the order in which they were queued."""
        return await self.messaging.db.read(EMAILS).find(matching, sort=[("order", 1)])


Start = Callable[..., Any]


@pytest.fixture
def start(
    vhost_url: str, mongo_url: str, mongo_database: str, smtp_sink: Sink
) -> Callable[..., Any]:
    """Starts a service; keyword arguments override its settings."""

    @asynccontextmanager
    async def starting(**given: Any) -> AsyncIterator[Running]:
        values = {
            "amqp_url": vhost_url,
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
        bus = Bus(vhost_url)
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
