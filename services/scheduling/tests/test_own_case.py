"""Somebody who works on the programme and is a Fellow: nobody sees or marks themselves as staff."""

import pytest

from scheduling.calendar.announcing import seed_calendar

from .builders import accepted, person_id
from .test_two_worlds import MASTERCLASS, MODULE, NEXT_DAY, still

pytestmark = pytest.mark.stack
ME, COLLEAGUE = "F1+work@Example.org", "ola@example.org"
REGISTER, MINE = f"/scheduling/sessions/{MASTERCLASS}/register", f"status-{person_id(1)}"
PAGE = f"/scheduling/fellows/{person_id(1)}"


async def test_who_is_a_fellow_as_well_is_closed_to_themselves(mongo_url, mongo_database):
    world = still(mongo_url, mongo_database)
    async with world.messaging.opened():
        await world.app.state.here.perform(seed_calendar)
        await world.hear(*(accepted(n) for n in (1, 2, 3)))
        world.clock.set(NEXT_DAY)
        for role in ("office", "facilitator"):
            async with world.browser(world.session(role, subject=ME)) as me:
                register = (await me.get(REGISTER)).text
                assert (MINE in register, f"status-{person_id(2)}" in register) == (False, True)
                answer = await me.post(REGISTER, data={MINE: "attended"})
                assert (answer.status_code, "Not on this register" in answer.text) == (422, True)
                assert (await me.post(REGISTER, data={"rest": "attended"})).status_code == 303
        async with world.browser(world.session("office", subject=ME)) as me:
            excused = await me.post(f"{PAGE}/waivers", data={"session_id": MODULE, "reason": "Ill"})
            assert (excused.status_code, (await me.get(PAGE)).status_code) == (404, 404)
            assert "Fellow 01" not in (await me.get("/scheduling/fellows?who=all&format=csv")).text
            assert (await me.post("/scheduling/sets/allocate")).status_code == 403
        async with world.browser(world.session("office", subject=COLLEAGUE)) as colleague:
            assert (await colleague.get(PAGE)).status_code == 200
            table = (await colleague.get(f"{REGISTER}?format=csv")).text
            assert f'"{person_id(1)}","Fellow 01",""' in table
            assert (await colleague.post(REGISTER, data={MINE: "attended"})).status_code == 303
