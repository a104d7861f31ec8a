"""A running service on the real broker and database, and people to use it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from applications.app import build
from applications.settings import Settings
from nextstep_local.testing import eventually, settings_for
from nextstep_messaging import FixedClock, Messaging
from nextstep_messaging.bus.relay import Relay
from nextstep_web.testing import signed_in

from .browsing import browsing
from .forms import SECRET, encoded, signed, submission

__all__ = ["browsing"]
"""The fixture of pages that other modules hold."""

START = datetime(2024, 8, 1, 10, 0, tzinfo=UTC)


@dataclass
class Running:
    """The service as tests use it: over HTTP, by its clock, and with a look into its database."""

    app: FastAPI
    messaging: Messaging
    settings: Settings
    clock: FixedClock
    http: httpx.AsyncClient

    async def post(self, given: dict[str, Any] | bytes, **changes: str) -> httpx.Response:
        """Post a submission as the form does."""
        body = given if isinstance(given, bytes) else encoded(given)
        headers = signed(body, self.clock.now()) | changes
        return await self.http.post("/webhooks/native", content=body, headers=headers)

    async def submit(self, **changes: Any) -> dict[str, Any]:
        """Post a submission, wait until it is processed, and return its application."""
        return await self.take(submission(**changes))

    async def take(self, given: dict[str, Any]) -> dict[str, Any]:
        """The same with a whole submission."""
        answer = await self.post(given)
        assert answer.status_code in {200, 202}, answer.text
        receipt = await self.processed(answer.json()["receipt_id"])
        application = await self.read("applications").get(receipt["application_id"])
        assert application is not None
        return application

    async def processed(self, receipt_id: str) -> dict[str, Any]:
        """The receipt, once it is no longer new."""

        async def done() -> dict[str, Any]:
            receipt = await self.read("receipts").get(receipt_id)
            return receipt if receipt["status"] != "new" else {}

        return await eventually(done)

    def read(self, collection: str) -> Any:
        """Look into the database."""
        return self.messaging.db.read(collection)

    async def published(self, name: str) -> list[dict[str, Any]]:
        """Events of this name in the outbox, as data; with the fixture `relay_off`."""
        rows = await self.read("_outbox").find({}, sort=[("position", 1)])
        return [row for row in rows if f".{name}." in str(row)]

    def staff(self, *roles: str) -> httpx.AsyncClient:
        """A browser of somebody who signed in."""
        session = signed_in(self.settings, *(roles or ("office",)), name="Ola Office")
        return self._client(session)

    def applicant(self, person_id: str) -> httpx.AsyncClient:
        """A browser that opened an emailed link."""
        return self._client(
            signed_in(self.settings, "applicant", name="Applicant", person_id=person_id)
        )

    def _client(self, session: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://applications.test",
            cookies=session.cookies,
            headers=session.headers,
        )


@pytest.fixture
def form_secret(monkeypatch: pytest.MonkeyPatch) -> str:
    """The secret that the packaged source `native` is configured with."""
    monkeypatch.setenv("APPLICATIONS_WEBHOOK_SECRET", SECRET)
    return SECRET


@pytest.fixture
def relay_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves the outbox, which then holds all that was said."""

    async def nothing(_relay: Relay) -> bool:
        return False

    monkeypatch.setattr(Relay, "publish_batch", nothing)


@pytest.fixture
def cohort_setting() -> str:
    """The cohort of the running service; a test that needs another one gives its own."""
    return "2024-25"


@pytest_asyncio.fixture
async def running(
    emptied_vhost_url: str,
    mongo_url: str,
    mongo_database: str,
    form_secret: str,
    cohort_setting: str,
) -> AsyncIterator[Running]:
    """A service of the test's own, on a clock that stands still until it is moved."""
    assert form_secret
    settings = Settings(
        **settings_for(
            "applications",
            amqp_url=emptied_vhost_url,
            mongo_url=mongo_url,
            mongo_database=mongo_database,
            cohort=cohort_setting,
        )
    )
    clock = FixedClock(START)
    app, messaging = build(settings, clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://applications.test"
        ) as http,
    ):
        yield Running(app, messaging, settings, clock, http)
