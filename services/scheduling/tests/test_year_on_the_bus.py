"""The service on the real broker and database, from the first Fellow to the last register."""

import csv
from datetime import UTC, date, datetime

import pytest

from nextstep_contracts import (
    RequirementsMet,
    SessionAttended,
    SessionCancelled,
    SessionChanged,
    SessionMissed,
    SessionScheduled,
    SetsAllocated,
    StandingChanged,
)
from scheduling.calendar.announcing import seed_calendar
from scheduling.calendar.store import sessions_of
from scheduling.fellows.store import find_fellow
from scheduling.learning_sets.store import allocation_of

from .builders import accepted, person_id, withdrawn
from .conftest import Running, soon

pytestmark = pytest.mark.stack
MC1 = "/scheduling/sessions/2024-25:masterclass-1"


async def test_at_start_the_dated_sessions_are_announced_once(running: Running):
    async def announced() -> bool:
        assert len(running.neighbours.of(SessionScheduled)) == 10
        return True

    await soon(announced)
    await running.here.perform(seed_calendar)
    await running.quiet()
    assert len(running.neighbours.of(SessionScheduled)) == 10
    assert len(await sessions_of(running.read, "2024-25")) == 15


async def test_a_register_makes_verdicts_and_a_correction_raises_the_revision(running: Running):
    await running.joined(*(accepted(n) for n in range(1, 4)))
    running.clock.set(datetime(2024, 9, 11, 18, tzinfo=UTC))
    async with running.staff() as office:
        marks = {f"status-{person_id(1)}": "attended", "rest": "absent"}
        saved = await office.post(f"{MC1}/register", data=marks)
        assert saved.status_code == 303
        again = {f"status-{person_id(1)}": "apologies"}
        refused = await office.post(f"{MC1}/register", data=again)
        assert refused.status_code == 422
        assert "Give a reason" in refused.text
        corrected = await office.post(f"{MC1}/register", data=again | {"reason": "Mixed up"})
        assert corrected.status_code == 303

    async def heard() -> bool:
        verdicts = running.neighbours.of(SessionAttended, SessionMissed)
        last = {
            v.person_id: (type(v), v.revision) for v in sorted(verdicts, key=lambda v: v.revision)
        }
        assert last == {
            person_id(1): (SessionMissed, 2),
            person_id(2): (SessionMissed, 1),
            person_id(3): (SessionMissed, 1),
        }
        return True

    await soon(heard)


async def test_a_fellow_meets_the_requirements_and_loses_them_by_a_correction(running: Running):
    await running.joined(accepted(1))
    async with running.staff() as office:
        for session in await sessions_of(running.read, "2024-25"):
            if session.kind in {"module", "masterclass"} and session.over_at:
                running.clock.set(session.over_at)
                done = await office.post(
                    f"/scheduling/sessions/{session.session_id}/register",
                    data={f"status-{person_id(1)}": "attended"},
                )
                assert done.status_code == 303

        async def met() -> bool:
            found = running.neighbours.of(RequirementsMet)
            assert [(e.met, e.revision) for e in found] == [(True, 1)]
            return True

        await soon(met)
        await office.post(
            "/scheduling/sessions/2024-25:module-1/register",
            data={f"status-{person_id(1)}": "absent", "reason": "Was seen elsewhere"},
        )

        async def lost() -> bool:
            found = running.neighbours.of(RequirementsMet)
            assert [(e.met, e.revision) for e in found] == [(True, 1), (False, 2)]
            standings = running.neighbours.of(StandingChanged)
            assert max(standings, key=lambda e: e.revision).standing == "impossible"
            return True

        await soon(lost)
        await office.post(
            f"/scheduling/fellows/{person_id(1)}/waivers",
            data={"session_id": "2024-25:module-1", "reason": "Bereavement"},
        )

        async def waived() -> bool:
            last = max(running.neighbours.of(StandingChanged), key=lambda e: e.revision)
            assert (last.standing, last.modules_attended, last.modules_waived) == ("met", 3, 1)
            return True

        await soon(waived)


async def test_the_office_times_a_module_and_cancels_a_masterclass(running: Running):
    await running.joined(accepted(1))
    module = {
        "title": "Module 1: The Healthcare Context",
        "on": "2024-10-08",
        "starts": "09:30",
        "ends": "16:30",
        "venue": "The Jockey Club, Newmarket",
    }
    async with running.staff() as office:
        changed = await office.post("/scheduling/sessions/2024-25:module-1/edit", data=module)
        assert changed.status_code == 303
        wrong = await office.post(
            "/scheduling/sessions/2024-25:module-1/edit", data=module | {"ends": "08:00"}
        )
        assert wrong.status_code == 422
        assert "must end after it starts" in wrong.text
        await office.post(f"{MC1}/cancel", data={"reason": "The speaker is ill."})

    async def told() -> bool:
        changes = running.neighbours.of(SessionChanged)
        assert [(e.session_id, e.revision, e.changed) for e in changes] == [
            ("2024-25:module-1", 2, ("starts", "ends"))
        ]
        off = running.neighbours.of(SessionCancelled)
        assert [(e.session_id, e.revision) for e in off] == [("2024-25:masterclass-1", 2)]
        return True

    await soon(told)


async def test_sets_are_allocated_and_follow_who_leaves_and_who_joins(running: Running):
    await running.joined(*(accepted(n) for n in range(1, 15)))
    running.clock.set(datetime(2024, 10, 10, 12, tzinfo=UTC))
    async with running.staff() as office:
        assert (await office.post("/scheduling/sets/allocate")).status_code == 303
        assert (await office.post("/scheduling/sets/allocate")).status_code == 303

    async def allocated() -> bool:
        found = running.neighbours.of(SetsAllocated)
        assert [[len(s.members) for s in event.sets] for event in found] == [[5, 5, 4]]
        meetings = [e for e in running.neighbours.of(SessionScheduled) if e.audience]
        assert len(meetings) == 12
        return True

    await soon(allocated)
    await running.neighbours.say(withdrawn(1))
    late = accepted(20, accepted_at=datetime(2024, 10, 25, 9, tzinfo=UTC))
    await running.joined(late)

    async def settled() -> bool:
        found = await allocation_of(running.read, "2024-25")
        assert found is not None
        people = sorted(p for members in found.members for p in members)
        assert people == sorted(person_id(n) for n in [*range(2, 15), 20])
        last = max(running.neighbours.of(SetsAllocated), key=lambda e: e.revision)
        assert last.revision == found.revision == 3
        told = {e.session_id: e for e in running.neighbours.of(SessionChanged)}
        assert {e.changed for e in told.values()} == {("audience",)}
        return True

    await soon(settled)
    for session in await sessions_of(running.read, "2024-25"):
        if session.set_id:
            assert person_id(1) not in (session.audience or ())


async def test_a_session_in_the_future_takes_apologies_only(running: Running):
    await running.joined(accepted(1))
    running.clock.set(datetime(2024, 9, 1, tzinfo=UTC))
    async with running.staff("facilitator") as facilitator:
        early = await facilitator.post(
            f"{MC1}/register", data={f"status-{person_id(1)}": "attended"}
        )
        assert early.status_code == 422
        sorry = await facilitator.post(
            f"{MC1}/register", data={f"status-{person_id(1)}": "apologies"}
        )
        assert sorry.status_code == 303
    known = await find_fellow(running.read, "2024-25", person_id(1))
    assert known is not None
    assert known.verdicts["2024-25:masterclass-1"].status == "apologies"


async def test_the_local_day_decides_who_is_on_a_register(running: Running):
    late = accepted(2, accepted_at=datetime(2024, 9, 11, 23, 30, tzinfo=UTC))
    await running.joined(accepted(1), late)
    async with running.staff() as office:
        table = await office.get(f"{MC1}/register?format=csv")
    assert date(2024, 9, 12) > date(2024, 9, 11)
    assert [line[0] for line in csv.reader(table.text.splitlines()[1:])] == [person_id(1)]
