"""Somebody who works on the programme and is a Fellow: nobody sees or marks themselves as staff."""

from datetime import timedelta

import pytest

from nextstep_contracts import AccessEnded, PersonErased
from nextstep_local.testing import emailed_link
from scheduling.calendar.announcing import seed_calendar

from .builders import accepted, amended, person_id
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
            # a session that was held is not moved to where it could be called off
            session = f"/scheduling/sessions/{MODULE}"
            later = {"title": "Module 1", "venue": "Newmarket", "on": "2024-12-12"}
            for deed, given in (("edit", later), ("cancel", {"reason": "Nobody came"})):
                answer = await me.post(f"{session}/{deed}", data=given)
                assert (answer.status_code, "ask a colleague" in answer.text) == (422, True)
            as_it_was = later | {"on": "2024-10-08", "title": "Module 1, in words"}
            assert (await me.post(f"{session}/edit", data=as_it_was)).status_code == 303
        async with world.browser(world.session("office", subject=COLLEAGUE)) as colleague:
            assert (await colleague.get(PAGE)).status_code == 200
            table = (await colleague.get(f"{REGISTER}?format=csv")).text
            assert f'"{person_id(1)}","Fellow 01",""' in table
            assert (await colleague.post(REGISTER, data={MINE: "attended"})).status_code == 303


async def status_of(world, address, path=PAGE):
    async with world.browser(world.session("office", subject=address)) as browser:
        return (await browser.get(path)).status_code


async def test_a_new_address_closes_as_well_and_the_old_one_goes_on_doing_so(
    mongo_url, mongo_database
):
    """Whichever is heard first; and nothing is kept of an applicant who is no Fellow."""
    world = still(mongo_url, mongo_database)
    async with world.messaging.opened():
        await world.app.state.here.perform(seed_calendar)
        await world.hear(*(accepted(n) for n in (1, 2)))
        work, later = "Me+x@Trust.example", "me@home.example"
        assert [await status_of(world, one) for one in (work, ME)] == [200, 404]
        await world.hear(amended(1, later, revision=7), amended(1, "me@trust.example"))
        assert [await status_of(world, one) for one in (work, later, ME)] == [404, 404, 404]
        colleague = world.session("office", subject=COLLEAGUE)
        async with world.browser(colleague) as browser:
            table = (await browser.get("/scheduling/fellows?format=csv")).text
            assert (later in table, "f1@example.org" in table) == (True, False)
        mine = {"session_id": MODULE, "reason": "Ill"}
        async with world.browser(world.session("office", subject=work)) as me:
            assert (await me.post(f"{PAGE}/waivers", data=mine)).status_code == 404
        await world.hear(amended(4, COLLEAGUE, of_a_fellow=False))
        await world.hear(amended(2, COLLEAGUE, cohort="2025-26"))
        assert await status_of(world, COLLEAGUE) == 200
        assert await world.read("fellows").count({}) == 2
        erased = PersonErased(person_id=person_id(1), erased_at=world.clock.now())
        await world.hear(erased, amended(1, COLLEAGUE, revision=9))
        assert COLLEAGUE not in str(await world.read("fellows").find({}))
        assert await status_of(world, COLLEAGUE, f"/scheduling/fellows/{person_id(2)}") == 200


async def test_a_link_from_before_another_address_opens_nothing(mongo_url, mongo_database):
    world = still(mongo_url, mongo_database)
    async with world.messaging.opened():
        await world.hear(accepted(1), accepted(2))
        before = world.clock.now()
        links = [emailed_link("scheduling", person_id(n), "fellow", before) for n in (1, 2)]
        world.clock.advance(timedelta(minutes=1))
        now = world.clock.now()
        links.append(emailed_link("scheduling", person_id(1), "fellow", now))
        async with world.browser() as browser:
            assert [(await browser.get(one)).status_code for one in links] == [200, 200, 200]
            over = AccessEnded(who=person_id(1), before=now, reason="address_changed")
            await world.hear(amended(1), over)
            assert [(await browser.get(one)).status_code for one in links] == [403, 200, 200]
