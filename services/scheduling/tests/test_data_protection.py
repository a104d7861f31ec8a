"""What is held about a person comes out on request and is gone after an erasure."""

import csv

import pytest

from nextstep_contracts import PersonErased, Refused
from nextstep_messaging import NotEntitledError
from nextstep_messaging.operating.command import erase_person as erase_by_command
from nextstep_messaging.testing import audit_trail, hear
from nextstep_web.access_ended import ENDED
from scheduling.__main__ import SERVICE
from scheduling.data_protection import erase_held, export_person, heeds_erasure
from scheduling.learning_sets.allocating import allocate
from scheduling.learning_sets.store import allocation_of
from scheduling.learning_sets.swapping import swap

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
        await running.messaging.transact(lambda uow: erase_held(uow, person_id(1), uow.now))
    gone = await export_person(running.messaging, person_id(1))
    assert "Fellow 01" not in str(gone)
    assert "on call" not in str(gone)
    assert gone["attendance_evidence"] == []
    await audit_trail(running.messaging)
    async with running.staff() as office:
        table = await office.get(f"{REGISTER}?format=csv")
    assert [line[0] for line in csv.reader(table.text.splitlines()[1:])] == [person_id(2)]


@pytest.mark.parametrize("sender", ["awards", "scheduling", "notifications"])
def test_fellows_are_erased_by_applications_alone(sender: str):
    assert heeds_erasure("applications", known=True)
    assert heeds_erasure("applications", known=False)  # kept in mind
    assert not heeds_erasure(sender, known=False)
    with pytest.raises(NotEntitledError, match=f"by applications alone, not by {sender}"):
        heeds_erasure(sender, known=True)


async def test_what_awards_says_of_a_fellow_erases_nobody_before_or_after_they_are_heard_of(
    running: Running,
):
    erased = PersonErased(person_id=person_id(1), erased_at=running.clock.now())
    await hear(running.messaging, erased, sender="awards")
    await running.fellows(1)
    with pytest.raises(NotEntitledError):
        await hear(running.messaging, erased, sender="awards")
    held = await export_person(running.messaging, person_id(1))
    assert held["fellow"][0]["applications"][0]["contact"]["name"] == "Fellow 01"
    assert await running.read(ENDED).count({}) == 0


async def test_the_command_tells_where_to_ask(running: Running):
    where = f"python -m applications erase-person {person_id(1)}"
    with pytest.raises(Refused, match=where):
        await erase_by_command(SERVICE, running.messaging, person_id(1))


async def test_who_is_erased_leaves_their_learning_set_too(running: Running):
    await running.fellows(4)
    await running.here.perform(allocate, OFFICE)
    erased = PersonErased(person_id=person_id(2), erased_at=running.clock.now())
    await hear(running.messaging, erased)

    async def left() -> bool:
        made = await allocation_of(running.read, COHORT_ID)
        assert made is not None
        assert sorted(p for members in made.members for p in members) == [
            person_id(n) for n in (1, 3, 4)
        ]
        return True

    await soon(left)


async def test_why_somebody_swapped_goes_with_either_of_the_two(running: Running):
    await running.fellows(16)
    await running.here.perform(allocate, OFFICE)
    made = await allocation_of(running.read, COHORT_ID)
    assert made is not None
    first, second = made.members[0][0], made.members[1][0]
    reason = "First cannot travel since the kanarie."
    changed = {"first": first, "second": second, "reason": reason}
    await running.here.perform(lambda act: swap(act, **changed), OFFICE)

    async def everywhere() -> str:
        names = await running.messaging.db.collections()
        return str([await running.read(name).find({}) for name in names])

    assert "kanarie" in await everywhere()
    await hear(running.messaging, PersonErased(person_id=second, erased_at=running.clock.now()))

    async def left() -> bool:
        assert "kanarie" not in await everywhere()
        return True

    await soon(left)
    await audit_trail(running.messaging)
