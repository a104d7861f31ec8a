"""Two applications services that hold the same but for what a test lets differ."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from applications.app import build
from applications.intake.worker import PACE, Intake
from applications.settings import Settings
from nextstep_local.testing import settings_for
from nextstep_local.two_worlds import Still, pair_of
from nextstep_messaging import FixedClock, Lease

from .forms import encoded, signed

START = datetime(2024, 8, 1, 10, 0, tzinfo=UTC)
NOT_ASKED = {
    "/metrics": "counts of the process, for operations alone",
    "/readyz": "whether the bus is there, for operations alone",
    "/asyncapi.json": "what the code declares, in an order of chance",
}


class StillApplications(Still):
    """The service, and submissions to it."""

    async def take(self, given: dict[str, Any]) -> dict[str, Any]:
        """Post a submission and process it: its application."""
        receipt = await self.arrive(given)
        assert receipt["status"] == "applied", receipt
        return await self.read("applications").get(receipt["application_id"])

    async def arrive(self, given: dict[str, Any]) -> dict[str, Any]:
        """Post a submission and process it: its receipt."""
        body = encoded(given)
        async with self.browser() as form:
            answer = await form.post(
                "/webhooks/native", content=body, headers=signed(body, self.clock.now())
            )
        lease = Lease(self.messaging.db, "intake", PACE.lease)
        state = self.app.state
        worker = Intake(state.here, state.sources, state.scanner, state.rooms)
        try:
            await worker.look(lease)
        finally:
            await lease.release()
        return await self.read("receipts").get(answer.json()["receipt_id"])


def splitting(mongo_url: str, databases: tuple[str, str], cohort: str) -> Any:
    """One service to let a shared course happen in, and the one that will be its copy."""
    return pair_of(partial(still, mongo_url, cohort), mongo_url, databases)


def still(mongo_url: str, cohort: str, database: str) -> StillApplications:
    settings = Settings(
        **settings_for(
            "applications",
            amqp_url="amqp://nowhere.invalid",
            mongo_url=mongo_url,
            mongo_database=database,
            cohort=cohort,
        )
    )
    clock = FixedClock(START)
    app, messaging = build(settings, clock)
    return StillApplications(app, messaging, settings, clock)
