"""A register is saved whole or not at all, and two people may fill it in at once."""

import asyncio

import pytest

from nextstep_messaging import UnitOfWork
from nextstep_messaging.database.outbox import OUTBOX
from nextstep_messaging.operating.audit import ENTRIES
from scheduling.attendance.filling_in import fill_in_register
from scheduling.attendance.register import FilledIn
from scheduling.attendance.store import evidence_on_session, register_of
from scheduling.fellows.act import Act
from scheduling.fellows.store import fellows_of

from ..builders import COHORT_ID, person_id
from ..conftest import OFFICE, Running

pytestmark = pytest.mark.stack
MC1 = "2024-25:masterclass-1"
REGISTER = f"/scheduling/sessions/{MC1}/register"


class CrashedError(Exception):
    """Stands for the process dying at this point."""


async def test_a_crash_before_the_commit_leaves_nothing_of_a_register(running: Running):
    await running.fellows(3)
    await running.quiet()
    before = await fellows_of(running.read, COHORT_ID)

    async def dies(uow: UnitOfWork) -> None:
        filled = FilledIn(marks={person_id(1): "attended"}, rest="absent")
        act = Act(uow, running.here, OFFICE)
        await fill_in_register(act, MC1, filled)
        await act.flush()
        assert len(uow.published) == 4
        raise CrashedError

    with pytest.raises(CrashedError):
        await running.messaging.transact(dies)
    assert await fellows_of(running.read, COHORT_ID) == before
    assert await evidence_on_session(running.read, MC1) == []
    assert (await register_of(running.read, MC1)).savings == 0
    assert await running.read(OUTBOX).count({}) == 0
    assert await running.read(ENTRIES).count({}) == 0


async def test_two_people_saving_one_register_lose_no_mark_and_hide_no_disagreement(
    running: Running,
):
    await running.fellows(6)
    field = "status-{}".format
    async with running.staff(name="Ada A") as ada, running.staff(name="Ben B") as ben:
        answers = await asyncio.gather(
            ada.post(
                REGISTER,
                data={
                    "seen": "0",
                    field(person_id(1)): "attended",
                    field(person_id(2)): "attended",
                    field(person_id(3)): "attended",
                },
            ),
            ben.post(
                REGISTER,
                data={
                    "seen": "0",
                    field(person_id(3)): "absent",
                    field(person_id(4)): "absent",
                    field(person_id(5)): "absent",
                },
            ),
        )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "marked these Fellows differently" in refused.text
    known = {f.person_id: f.verdicts for f in await fellows_of(running.read, COHORT_ID)}
    marked = {p: v[MC1].status for p, v in known.items() if v}
    third = marked.pop(person_id(3))
    assert marked == {
        person_id(1): "attended",
        person_id(2): "attended",
        person_id(4): "absent",
        person_id(5): "absent",
    }
    assert third in {"attended", "absent"}
    assert known[person_id(3)][MC1].revision == 1
    assert (await register_of(running.read, MC1)).savings == 2
    assert len(await evidence_on_session(running.read, MC1)) == 5
