"""What is held about a person comes out on request and is gone after an erasure."""

import pytest

from nextstep_messaging.operating.audit import ENTRIES, first_break
from nextstep_messaging.operating.command import erase_person as erase_by_command
from scheduling.__main__ import SERVICE
from scheduling.data_protection import erase_person, export_person
from scheduling.learning_sets.allocating import allocate
from scheduling.learning_sets.store import allocation_of

from .builders import COHORT_ID, person_id
from .conftest import OFFICE, Running, soon

pytestmark = pytest.mark.stack
REGISTER = "/scheduling/sessions/2024-25:masterclass-1/register"


async def test_an_erased_person_is_gone_and_the_audit_trail_still_holds(running: Running):
    await running.fellows(2)
    async with running.staff() as office:
        await office.post(REGISTER, data={"rest": "attended"})
        reason = {f"status-{person_id(1)}": "absent", "reason": "Was on call"}
        await office.post(REGISTER, data=reason)
    held = await export_person(running.messaging, person_id(1))
    assert held["fellow"][0]["applications"][0]["contact"]["name"] == "Fellow 01"
    assert [e["status"] for e in held["attendance_evidence"]] == ["attended", "absent"]
    for _ in range(2):
        await running.messaging.transact(lambda uow: erase_person(uow, person_id(1)))
    gone = await export_person(running.messaging, person_id(1))
    assert "Fellow 01" not in str(gone)
    assert "on call" not in str(gone)
    assert gone["attendance_evidence"] == []
    entries = await running.read(ENTRIES).find({}, sort=[("_id", 1)])
    assert first_break(entries) is None
    async with running.staff() as office:
        table = await office.get(f"{REGISTER}?format=csv")
    assert [line.split(",")[0] for line in table.text.splitlines()[1:]] == [person_id(2)]


async def test_who_is_erased_by_the_command_leaves_their_learning_set_too(running: Running):
    await running.fellows(4)
    await running.here.perform(allocate, OFFICE)
    await erase_by_command(SERVICE, running.messaging, person_id(2))

    async def left() -> bool:
        made = await allocation_of(running.read, COHORT_ID)
        assert made is not None
        assert sorted(p for members in made.members for p in members) == [
            person_id(n) for n in (1, 3, 4)
        ]
        return True

    await soon(left)
