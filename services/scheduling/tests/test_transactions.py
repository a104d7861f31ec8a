"""All or nothing, and what happens when two people do the same thing at once."""

import asyncio
from datetime import UTC, datetime

import pytest

from nextstep_messaging import UnitOfWork
from nextstep_messaging.bus.outbox import OUTBOX
from nextstep_messaging.operating.audit import ENTRIES, Actor, first_break
from scheduling import store
from scheduling.commands import registers
from scheduling.subject_access import erase_person, export_person

from .builders import COHORT_ID, accepted, person_id
from .conftest import Running, soon

pytestmark = pytest.mark.stack
MC1 = "2024-25:masterclass-1"
REGISTER = f"/scheduling/sessions/{MC1}/register"
EVENING = datetime(2024, 9, 11, 19, tzinfo=UTC)


class CrashedError(Exception):
    """Stands for the process dying at this point."""


async def fellows(running: Running, count: int) -> None:
    await running.joined(*(accepted(n) for n in range(1, count + 1)))
    running.clock.set(EVENING)


async def test_a_crash_before_the_commit_leaves_nothing_of_a_register(running: Running):
    await fellows(running, 3)
    await running.quiet()
    before = await store.fellows(running.desk.read, COHORT_ID)

    async def dies(uow: UnitOfWork) -> None:
        marks = {person_id(1): "attended"}
        await registers.save(
            uow,
            running.desk.programme,
            Actor("staff", "office"),
            MC1,
            marks,  # type: ignore[arg-type]
            rest="absent",
        )
        assert len(uow.published) == 4
        raise CrashedError

    with pytest.raises(CrashedError):
        await running.desk.transact(dies)
    assert await store.fellows(running.desk.read, COHORT_ID) == before
    assert await store.evidence(running.desk.read, session_id=MC1) == []
    assert (await store.register(running.desk.read, MC1)).savings == 0
    assert await running.desk.read(OUTBOX).count({}) == 0
    assert await running.desk.read(ENTRIES).count({}) == 0


async def test_two_people_saving_one_register_lose_no_mark_and_hide_no_disagreement(
    running: Running,
):
    await fellows(running, 6)
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
    known = {f.person_id: f.verdicts for f in await store.fellows(running.desk.read, COHORT_ID)}
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
    assert (await store.register(running.desk.read, MC1)).savings == 2
    assert len(await store.evidence(running.desk.read, session_id=MC1)) == 5


async def test_two_offices_allocating_at_once_make_one_allocation(running: Running):
    await fellows(running, 8)
    async with running.staff() as one, running.staff(name="Ben B") as other:
        answers = await asyncio.gather(
            one.post("/scheduling/sets/allocate"), other.post("/scheduling/sets/allocate")
        )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    made = await store.allocation(running.desk.read, COHORT_ID)
    assert made is not None
    assert made.revision == 1
    assert sorted(len(members) for members in made.members) == [4, 4]


async def test_every_change_by_a_person_is_in_the_audit_trail(running: Running):
    await fellows(running, 2)
    async with running.staff() as office:
        await office.post(REGISTER, data={"rest": "absent"})
        correction = {f"status-{person_id(1)}": "attended", "reason": "Came late"}
        await office.post(REGISTER, data=correction)
        waiver = {"session_id": "2024-25:module-1", "reason": "Bereavement"}
        await office.post(f"/scheduling/fellows/{person_id(2)}/waivers", data=waiver)
        await office.post(
            "/scheduling/sessions/2024-25:masterclass-6/cancel", data={"reason": "Strike"}
        )
    entries = await running.desk.read(ENTRIES).find({}, sort=[("_id", 1)])
    assert [(e["who"], e["action"], e["about"]) for e in entries] == [
        ("ola@example.org", "filled in register", MC1),
        ("ola@example.org", "filled in register", MC1),
        ("ola@example.org", "corrected attendance", person_id(1)),
        ("ola@example.org", "excused from module", person_id(2)),
        ("ola@example.org", "cancelled session", "2024-25:masterclass-6"),
    ]
    assert first_break(entries) is None


async def test_an_erased_person_is_gone_and_the_audit_trail_still_holds(
    running: Running, monkeypatch: pytest.MonkeyPatch
):
    await fellows(running, 2)
    async with running.staff() as office:
        await office.post(REGISTER, data={"rest": "attended"})
        reason = {f"status-{person_id(1)}": "absent", "reason": "Was on call"}
        await office.post(REGISTER, data=reason)
    held = await export_person(running.messaging, person_id(1))
    assert held["fellow"][0]["applications"][0]["contact"]["name"] == "Fellow 01"
    assert [e["status"] for e in held["attendance_evidence"]] == ["attended", "absent"]
    for name in ("amqp_url", "mongo_url"):
        secret = getattr(running.settings, name).get_secret_value()
        monkeypatch.setenv(f"SCHEDULING_{name.upper()}", secret)
    secret = running.settings.session_secret.get_secret_value()
    monkeypatch.setenv("SCHEDULING_SESSION_SECRET", secret)
    monkeypatch.setenv("SCHEDULING_LINK_PUBLIC_KEY", running.settings.link_public_key)
    for _ in range(2):
        await running.desk.transact(lambda uow: erase_person(uow, person_id(1)))
    gone = await export_person(running.messaging, person_id(1))
    assert "Fellow 01" not in str(gone)
    assert "on call" not in str(gone)
    assert gone["attendance_evidence"] == []
    entries = await running.desk.read(ENTRIES).find({}, sort=[("_id", 1)])
    assert first_break(entries) is None
    async with running.staff() as office:
        table = await office.get(f"{REGISTER}?format=csv")
    assert [line.split(",")[0] for line in table.text.splitlines()[1:]] == [person_id(2)]


async def test_a_fellow_who_joins_while_the_calendar_changes_is_judged_by_the_new_one(
    running: Running,
):
    """The check that follows a change of the calendar looks at everybody once more."""
    await fellows(running, 1)
    async with running.staff() as office:
        await office.post(
            "/scheduling/sessions/2024-25:masterclass-6/cancel", data={"reason": "Strike"}
        )
    stale = await store.fellow(running.desk.read, COHORT_ID, person_id(1))
    assert stale is not None
    announced = stale.announced.model_copy(update={"standing": "impossible"})
    await running.desk.transact(
        lambda uow: store.save_fellow(uow, stale.model_copy(update={"announced": announced}))
    )
    running.clock.set(datetime(2024, 9, 11, 19, 2, tzinfo=UTC))

    async def judged() -> None:
        fresh = await store.fellow(running.desk.read, COHORT_ID, person_id(1))
        assert fresh is not None
        assert fresh.announced.standing == "on_track"

    await soon(judged)
