"""Standings follow a change of the calendar, also for whom that change could not see."""

from datetime import UTC, datetime

import pytest

from scheduling.fellows.store import find_fellow, save_fellow

from ..builders import COHORT_ID, person_id
from ..conftest import Running, soon

pytestmark = pytest.mark.stack


async def test_a_fellow_who_joins_while_the_calendar_changes_is_judged_by_the_new_one(
    running: Running,
):
    """The check that follows a change of the calendar looks at everybody once more."""
    await running.fellows(1)
    async with running.staff() as office:
        await office.post(
            "/scheduling/sessions/2024-25:masterclass-6/cancel", data={"reason": "Strike"}
        )
    stale = await find_fellow(running.read, COHORT_ID, person_id(1))
    assert stale is not None
    announced = stale.announced.model_copy(update={"standing": "impossible"})
    await running.messaging.transact(
        lambda uow: save_fellow(uow, stale.model_copy(update={"announced": announced}))
    )
    running.clock.set(datetime(2024, 9, 11, 19, 2, tzinfo=UTC))

    async def judged() -> bool:
        fresh = await find_fellow(running.read, COHORT_ID, person_id(1))
        assert fresh is not None
        assert fresh.announced.standing == "on_track"
        return True

    await soon(judged)
