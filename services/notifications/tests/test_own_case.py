"""Somebody who works on the programme and applied: what was sent to them is for colleagues."""

import pytest

from . import builders as b
from .test_two_worlds import heard, kept, still

pytestmark = pytest.mark.stack


async def test_who_applied_as_well_is_closed_to_themselves(mongo_url, mongo_database):
    world = still(mongo_url, mongo_database)
    async with world.messaging.opened():
        panel, reviewer = b.panellist_invited(), b.reviewer_invited()
        await heard(world, b.accepted(1), b.accepted(11), panel, reviewer)
        (mine, *_) = [one for one in await kept(world) if one.person_id == "person-1"]
        session = world.session("office", subject="APPLICANT1+a@example.org")
        async with world.browser(session) as me:
            for path in (
                f"mails/{mine.email_id}",
                f"mails/{mine.email_id}/html",
                "people/person-1",
            ):
                assert (await me.get(f"/notifications/{path}")).status_code == 404
            listed = (await me.get("/notifications/mails?format=csv")).text
            assert ("applicant1@" in listed, "applicant11@" in listed) == (False, True)
            assert (await me.get("/notifications/audit")).status_code == 403
            again = await me.post(
                f"/notifications/mails/{mine.email_id}/resend", data={"reason": "Again."}
            )
            assert again.status_code == 404
        for address in (panel.panellist.email, reviewer.reviewer.email):
            async with world.browser(world.session("office", subject=address)) as colleague:
                assert (await colleague.get("/notifications/audit")).status_code == 200
                assert (
                    "applicant1@" in (await colleague.get("/notifications/mails?format=csv")).text
                )


async def test_a_new_address_closes_as_well_and_the_old_one_goes_on_doing_so(
    mongo_url, mongo_database
):
    world = still(mongo_url, mongo_database)
    async with world.messaging.opened():
        await heard(world, b.accepted(1))
        moved = b.person(1).model_copy(update={"email": "me@trust.example"})
        await heard(world, b.amended(revision=5, who=moved))
        found = {}
        for address in ("Me+x@trust.example", "applicant1@example.org", "ola@example.org"):
            async with world.browser(world.session("office", subject=address)) as browser:
                found[address] = (await browser.get("/notifications/people/person-1")).status_code
        assert [*found.values()] == [404, 404, 200]
