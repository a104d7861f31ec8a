"""Two applications of one person: one counts, nothing of the other is lost, both are erased."""

import json
from dataclasses import replace

import pytest
import pytest_asyncio

from applications.admissions import kept_versions, replying
from applications.admissions.choosing_a_version import apply_version, set_aside
from applications.admissions.waiting import DoubtedTime
from applications.data_protection import erase
from applications.office.duplicates import merge
from applications.person_export import export
from applications.study_leave import accepting
from nextstep_contracts import PersonErased, Refused

from ..admitting import APPLICANT, OFFICE, admitting, submitted
from ..builders import cohort
from ..forms import person

pytestmark = pytest.mark.stack
WHY = "She rang and named both references."


@pytest_asyncio.fixture
async def one_place(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(places=1)) as here:
        yield here


async def twice(here):
    """One person under two addresses, the second of which mistyped the number."""
    await here.take(submitted(1))
    await here.take(submitted(2, 1))
    await here.take(submitted(1, 2, gmc_number="7000009", email="home@example.org"))
    return await here.applications()


def say(here, duplicate, surviving, why=WHY):
    return here.do(OFFICE, duplicate.id, merge, surviving.id, why)


async def test_the_duplicate_gives_up_its_place_and_what_comes_later_amends_the_other(one_place):
    here = one_place
    first, second, third = await twice(here)
    assert [a.state for a in (first, second, third)] == ["offered", "waitlisted", "waitlisted"]
    await say(here, first, third)
    first, second, third = await here.applications()
    assert [a.state for a in (first, second, third)] == ["withdrawn", "offered", "waitlisted"]
    assert first.duplicate_of == third.id
    assert (await here.ledger()).waiting == (third.id,)
    identities = await here.messaging.db.read("identities").find({"person_id": third.person_id})
    assert {row["_id"] for row in identities} == {
        "gmc:7000001",
        "gmc:7000009",
        "email:person1@example.org",
        "email:home@example.org",
    }
    history = await here.messaging.db.read("history").find({"application_id": first.id})
    assert "Duplicate of NS24-0003" in [line["what"] for line in history]
    assert await here.messaging.db.read("submissions").count({}) == 3


async def test_the_event_says_that_the_person_did_not_leave(one_place):
    here = one_place
    first, second, third = await twice(here)
    await say(here, first, third)
    await here.do(APPLICANT, second.id, replying.withdraw, "Moved.")
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    left = [json.loads(row["body"]) for row in rows if ".ApplicationWithdrawn." in row["type"]]
    assert [(e["reference"], e["merged_into"]) for e in left] == [
        ("NS24-0001", "NS24-0003"),
        ("NS24-0002", None),
    ]


async def test_a_merge_that_would_lose_something_is_refused(one_place):
    here = one_place
    first, second, third = await twice(here)
    for one, other, why, said in (
        (first, first, WHY, "another application"),
        (first, third, " ", "reason"),
    ):
        with pytest.raises(Refused, match=said):
            await say(here, one, other, why)
    await here.do(APPLICANT, first.id, accepting.accept)
    with pytest.raises(Refused, match="make that one the duplicate"):
        await say(here, first, third)
    await say(here, third, first)
    with pytest.raises(Refused, match="a duplicate already"):
        await say(here, second, third)


async def test_a_doubt_about_the_duplicate_alone_is_settled_with_it(one_place):
    here = one_place
    await here.take(submitted(1))
    await here.take(submitted(2, 1, gmc_number="7000001"))
    first, second = await here.applications()
    assert second.state == "referred"
    await say(here, first, second)
    _, second = await here.applications()
    assert (second.identity_concern, second.state) == (None, "offered")


async def test_what_waited_at_the_duplicate_waits_at_the_one_that_counts(one_place):
    """No to-do goes while a version still waits, and no version waits where nobody looks."""
    here = one_place
    first, _, third = await twice(here)
    changed = submitted(1, 5, trust="Another trust")
    doubted = submitted(1, 6, email="new@example.org")
    doubted = replace(doubted, time_doubt=zero_of(doubted))
    await here.take(changed)
    await here.take(doubted)
    await say(here, first, third)
    first, _, third = await here.applications()
    assert (first.awaits_office, first.duplicate_of) == ((), third.id)
    assert [(one.kind, one.submission_id) for one in third.awaits_office] == [
        ("after_decision", changed.receipt_id),
        ("other_address", doubted.receipt_id),
        ("doubted_time", doubted.receipt_id),
    ]
    versions = await kept_versions.of_application(here.messaging.db.read, third.id)
    assert [one.id for one in versions if one.waits] == [changed.receipt_id, doubted.receipt_id]
    assert {one.person_id for one in versions} == {third.person_id}
    assert not any(
        one.waits for one in await kept_versions.of_application(here.messaging.db.read, first.id)
    )
    await here.act(OFFICE, lambda act: apply_version(act, changed.receipt_id, "She said so."))
    await here.act(OFFICE, lambda act: set_aside(act, doubted.receipt_id, "Nobody knows it."))
    third = (await here.applications())[2]
    assert [one.kind for one in third.awaits_office] == ["doubted_time"]
    assert third.answers.trust == "Another trust"


async def test_the_place_of_the_duplicate_stays_offered_to_the_one_that_what_waited_goes_to(
    one_place,
):
    here = one_place
    await here.take(submitted(1))
    await here.take(submitted(1, 2, gmc_number="7000009", email="home@example.org"))
    changed = submitted(1, 5, trust="Another trust")
    await here.take(changed)
    first, second = await here.applications()
    assert (first.state, second.state) == ("offered", "waitlisted")
    await say(here, first, second)
    first, second = await here.applications()
    assert (first.state, second.state) == ("withdrawn", "offered")
    assert [one.application_id for one in (await here.ledger()).offers] == [second.id]
    assert [one.submission_id for one in second.awaits_office] == [changed.receipt_id]
    await here.do(APPLICANT, second.id, accepting.accept)


def zero_of(submission):
    """A form whose clock had no time."""
    return DoubtedTime(
        submission_id=submission.receipt_id,
        fault="before_opening",
        as_written="1970-01-01",
        received_at=submission.received_at,
    )


async def test_erasing_or_exporting_the_one_reaches_the_other(one_place):
    here = one_place
    first, second, third = await twice(here)
    await say(here, first, third)
    held = await export(here.messaging, third.person_id)
    assert held["duplicates"][0]["applications"][0]["reference"] == "NS24-0001"
    await here.messaging.transact(lambda uow: erase(uow, first.person_id))
    erased = [a.erased for a in await here.applications()]
    assert erased == [True, False, True]
    rows = await here.messaging.db.read("_outbox").find({})
    told = [row for row in rows if ".PersonErased." in row["type"]]
    assert len(told) == 1
    assert third.person_id in str(told[0])
    await here.hear(PersonErased(person_id=third.person_id, erased_at=here.clock.now()))
    assert (await here.ledger()).waiting == ()
    assert (await here.applications())[1].id == second.id
    left = str(await export(here.messaging, third.person_id))
    assert "home@example.org" not in left


@pytest.mark.browser
async def test_the_office_says_that_two_are_one_in_the_browser(browsing):
    running, page = browsing.running, browsing.page
    first = await running.take(person(1))
    second = await running.take(person(2, name="Person Number1"))
    await browsing.become("office", name="Ola Office")
    await page.goto(f"{browsing.url}/applications/application/{second['_id']}")
    await page.click("text=This is the same person as in another application")
    await browsing.look("duplicate")
    await page.fill("#reference", "ns24-9999")
    await page.fill("#reason", WHY)
    await page.click("button:has-text('It is a duplicate')")
    assert "There is no application with this reference" in await browsing.text()
    await page.fill("#reference", first["reference"].lower())
    await page.click("button:has-text('It is a duplicate')")
    assert "Duplicate: NS24-0002" in await browsing.text()
    await browsing.become("applicant", person_id=second["person_id"], name="Person")
    await browsing.see("/applications/me", "me-duplicate")
    assert "your other application counts" in await browsing.text()
    assert "You have withdrawn" not in await browsing.text()
