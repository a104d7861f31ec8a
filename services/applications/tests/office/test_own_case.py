"""Somebody of the office who applied: as staff they neither see nor decide their own case."""

import pytest

from ..forms import person
from ..reviewed_cohort import reviewed_cohort
from ..worlds import still

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("form_secret")]
ME, COLLEAGUE = "PERSON1+work@example.org", "ola@example.org"
ABOUT_ALL = ("ledger", "audit", "quarantine", "dead-letters", "study-leave", "requests")
REVIEW = "/applications/selection"


@pytest.mark.parametrize("mode", ["by arrival", "reviewed"])
async def test_who_applied_as_well_neither_sees_nor_decides_their_own(
    mongo_url, mongo_database, tmp_path, mode
):
    cohort = reviewed_cohort(tmp_path, 70) if mode == "reviewed" else "2024-25"
    world = still(mongo_url, cohort, mongo_database)
    async with world.messaging.opened():
        mine, theirs = [(await world.take(person(n)))["_id"] for n in (1, 2)]
        own = f"/applications/application/{mine}"
        deeds = {"decide": {"action": "withdraw", "reason": "Mine"}, "notes": {"text": "Mine"}}
        async with world.browser(world.session("office", subject=ME)) as me:
            for path in (own, f"{own}/documents/cv"):
                assert (await me.get(path)).status_code == 404
            for deed, data in deeds.items():
                assert (await me.post(f"{own}/{deed}", data=data)).status_code == 404
            listed = (await me.get("/applications/list?format=csv")).text
            assert (mine in listed, theirs in listed) == (False, True)
            for path in ABOUT_ALL:
                assert (await me.get(f"/applications/{path}")).status_code == 403, path
        async with world.browser(world.session("read_only", subject=ME)) as me:
            assert (await me.get(own)).status_code == 404
            if mode == "reviewed":
                assert (await me.get(f"{REVIEW}/application/{mine}")).status_code == 404
                assert (await me.get(f"{REVIEW}/application/{theirs}")).status_code == 200
                coverage = (await me.get(REVIEW)).text
                assert (mine in coverage, theirs in coverage) == (False, True)
                assert (await me.get(f"{REVIEW}/ranking")).status_code == 403
        async with world.browser(world.session("office", subject=COLLEAGUE)) as colleague:
            for path in (own, *(f"/applications/{one}" for one in ABOUT_ALL)):
                assert (await colleague.get(path)).status_code == 200, path


async def test_who_applied_in_an_earlier_cohort_answers_no_request_about_themselves(
    mongo_url, mongo_database
):
    world = still(mongo_url, "2024-25", mongo_database)
    async with world.messaging.opened():
        mine = await world.take(person(1))
        earlier = {"$set": {"cohort": "2023-24"}}
        await world.messaging.db.write("applications").update({"_id": mine["_id"]}, earlier)
        for who, status in ((ME, 403), (COLLEAGUE, 200)):
            async with world.browser(world.session("office", subject=who)) as browser:
                for path in ("requests", "requests/new"):
                    assert (await browser.get(f"/applications/{path}")).status_code == status


@pytest.mark.parametrize("cohort", ["2024-25", "2023-24"])
async def test_who_applied_under_this_address_stays_who_they_were_when_they_give_another(
    mongo_url, mongo_database, cohort
):
    world = still(mongo_url, "2024-25", mongo_database)
    async with world.messaging.opened():
        mine = await world.take(person(1))
        now = {"cohort": cohort, "answers.email": "home@elsewhere.org", "in_common": []}
        changed = {"$set": now}
        await world.messaging.db.write("applications").update({"_id": mine["_id"]}, changed)
        for who, status in ((ME, 403), (COLLEAGUE, 200)):
            async with world.browser(world.session("office", subject=who)) as browser:
                answer = await browser.get("/applications/requests")
            assert answer.status_code == status
