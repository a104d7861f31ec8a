"""Every route of scheduling, asked as everybody: see `authorization.yaml`."""

from collections.abc import AsyncIterator, Awaitable
from functools import partial

import pytest
import pytest_asyncio

from nextstep_contracts import ConflictChanged
from nextstep_local.authorization.suite import AuthorizationSuite
from nextstep_local.authorization.table import table_of
from nextstep_local.authorization.usual import (
    UNKNOWN,
    database_of,
    staff,
    usual_people,
    usual_things,
    usual_values,
)
from nextstep_local.authorization.world import Thing, World
from nextstep_local.testing import settings_for
from nextstep_messaging import FixedClock
from nextstep_messaging.testing import hear
from scheduling.app import build
from scheduling.attendance.filling_in import fill_in_register
from scheduling.attendance.register import FilledIn
from scheduling.calendar.announcing import seed_calendar
from scheduling.completion.excusing import excuse
from scheduling.fellows.act import Act, Scheduling
from scheduling.learning_sets.allocating import allocate
from scheduling.learning_sets.store import allocation_of
from scheduling.settings import Settings

from .builders import COHORT_ID, accepted, person_id
from .conftest import EVENING, OFFICE

pytestmark = pytest.mark.stack
HELD, TO_COME = f"{COHORT_ID}:masterclass-1", f"{COHORT_ID}:module-1"
FELLOWS = 12
CLOSED = ("f5@example.org", "Fellow 05")
CONFLICT = ConflictChanged(
    viewer="con@example.org",
    person_id=person_id(5),
    revision=1,
    closed=True,
    since=EVENING,
    reason="personal",
)


@pytest_asyncio.fixture(scope="module")
async def world(shared_by_module: dict[str, str]) -> AsyncIterator[World]:
    """Two learning sets of Fellows after their first masterclass, of which one was absent."""
    settings = Settings(**settings_for("scheduling", **shared_by_module))
    app, messaging = build(settings, FixedClock(EVENING))
    async with messaging.opened(broker=True):
        here: Scheduling = app.state.here
        await here.perform(seed_calendar)
        await hear(messaging, *(accepted(n) for n in range(1, FELLOWS + 1)), CONFLICT)
        absent = FilledIn(marks={person_id(1): "absent"}, rest="attended")
        for work in (
            lambda act: fill_in_register(act, HELD, absent),
            *(partial(_excuse, n) for n in (1, 5)),
            allocate,
        ):
            await here.perform(work, OFFICE)
        allocation = await allocation_of(here.read, COHORT_ID)
        with database_of(messaging) as database:
            _of_another_year(database)
            yield World(
                app,
                database,
                usual_people(settings, {"fellow": person_id(1)}, {"fellow": ("f2@example.org",)})
                | {
                    "office_conflicted": staff(
                        settings, "office", address="con@example.org", never=CLOSED
                    )
                },
                await usual_things(messaging, person_id(1)) | _things(),
                usual_values(messaging)
                | {
                    "first": min(allocation.members[0]),
                    "second": min(allocation.members[1]),
                    "intruded": person_id(2),
                },
            )


def _of_another_year(database) -> None:
    """What the same database would hold of another cohort."""
    session = database["sessions"].find_one({"_id": TO_COME})
    old = {"_id": f"2023-24:{TO_COME}", "session_id": f"2023-24:{TO_COME}", "cohort": "2023-24"}
    database["sessions"].insert_one(session | old)
    fellow = database["fellows"].find_one({"_id": f"{COHORT_ID}:{person_id(3)}"})
    old = {"_id": "2023-24:an-alumna", "person_id": "an-alumna", "cohort": "2023-24"}
    database["fellows"].insert_one(fellow | old)


def _excuse(number: int, act: Act) -> Awaitable[None]:
    return excuse(act, person_id(number), session_id=f"{COHORT_ID}:module-2", reason="On leave")


def _things() -> dict[str, dict[str, Thing]]:
    return {
        "session": {
            "held": Thing({"session_id": HELD}),
            "to come": Thing({"session_id": TO_COME}),
            "unknown": Thing({"session_id": UNKNOWN}),
            "other cohort": Thing({"session_id": f"2023-24:{TO_COME}"}),
        },
        "fellow": {
            "of this cohort": Thing({"person_id": person_id(1)}, ("f1@example.org", "Fellow 01")),
            "closed": Thing({"person_id": person_id(5)}, CLOSED),
            "unknown": Thing({"person_id": UNKNOWN}),
            "other cohort": Thing({"person_id": "an-alumna"}, ("Fellow 03",)),
        },
    }


class TestAuthorization(AuthorizationSuite):
    """The rows of `authorization.yaml`."""

    table = table_of("scheduling")
