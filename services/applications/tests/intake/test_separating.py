"""What waited at a stranger's application becomes an application of its own."""

from dataclasses import replace

import pytest
import pytest_asyncio

from applications.admissions.answers import Answers
from applications.admissions.waiting import DoubtedTime
from applications.data_protection import erase
from applications.intake.separating import make_its_own
from nextstep_contracts import Refused

from ..admitting import OFFICE, admitting, published, submitted
from ..builders import cohort
from ..forms import person

pytestmark = pytest.mark.stack
STRANGER = {"email": "stranger@example.org"}


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(places=2)) as found:
        yield found


async def owner(here, identity):
    return (await here.messaging.db.read("identities").get(identity))["person_id"]


async def test_somebody_whose_number_a_stranger_used_has_an_application_of_their_own(here):
    await here.take(submitted(1, **STRANGER))
    theirs = submitted(1, 5)
    await here.take(theirs)
    (stranger,) = await here.applications()
    assert [one.kind for one in stranger.awaits_office] == ["other_address"]
    said = "Rang from the deanery."
    await here.act(OFFICE, lambda act: make_its_own(act, theirs.receipt_id, said))
    with pytest.raises(Refused, match="does not wait"):  # the same form once more
        await here.act(OFFICE, lambda act: make_its_own(act, theirs.receipt_id, said))
    kept, new = await here.applications()
    assert (kept.id, kept.awaits_office, kept.state) == (stranger.id, (), "offered")
    assert kept.answers == stranger.answers
    assert (new.reference, new.answers, new.state) == ("NS24-0002", theirs.answers, "offered")
    assert new.person_id != kept.person_id
    assert await published(here) == [
        *("ApplicationSubmitted", "PlaceOffered"),
        "FormReceived",
        *("ApplicationSubmitted", "PlaceOffered"),
    ]
    assert await owner(here, "gmc:7000001") == await owner(here, "email:person1@example.org")
    assert await owner(here, "gmc:7000001") == new.person_id
    version = await here.messaging.db.read("submissions").get(theirs.receipt_id)
    assert (version["application_id"], version["held"], version["in_force"]) == (new.id, None, True)
    receipt = await here.messaging.db.read("receipts").get(theirs.receipt_id)
    assert (receipt["application_id"], receipt["person_id"]) == (new.id, new.person_id)
    await here.ledger()


async def test_from_then_on_each_amends_their_own_and_is_erased_alone(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(mode="reviewed")) as here:
        await here.take(submitted(1, **STRANGER))
        theirs = submitted(1, 5)
        await here.take(theirs)
        await here.act(OFFICE, lambda act: make_its_own(act, theirs.receipt_id, "She rang."))
        await here.take(submitted(1, 10, trust="Ipswich"))
        await here.take(submitted(1, 11, trust="Elsewhere", **STRANGER))
        stranger, new = await here.applications()
        assert (stranger.answers.trust, new.answers.trust) == ("Elsewhere", "Ipswich")
        assert (stranger.awaits_office, new.awaits_office) == ((), ())
        await here.messaging.transact(lambda uow: erase(uow, new.person_id))
        assert await here.messaging.db.read("submissions").find({"person_id": new.person_id}) == []
        stranger, _ = await here.applications()
        assert not stranger.erased


async def test_a_time_that_is_not_believed_is_settled_where_its_submission_is(here):
    await here.take(submitted(1, **STRANGER))
    theirs = submitted(1, 5)
    doubt = DoubtedTime(
        submission_id=theirs.receipt_id,
        fault="before_opening",
        as_written="1970",
        received_at=theirs.received_at,
    )
    await here.take(replace(theirs, time_doubt=doubt))
    await here.act(OFFICE, lambda act: make_its_own(act, theirs.receipt_id, "She rang."))
    stranger, new = await here.applications()
    assert (stranger.awaits_office, new.awaits_office) == ((), (doubt,))


async def test_what_is_plainly_the_same_person_s_stays_where_it_is(here):
    await here.take(submitted(1))
    mailbox = submitted(1, 5, gmc_number=None)
    await here.take(mailbox)
    with pytest.raises(Refused, match="nothing would tell the two apart"):
        await here.act(OFFICE, lambda act: make_its_own(act, mailbox.receipt_id, "A guess."))
    with pytest.raises(Refused, match="Give a reason"):
        await here.act(OFFICE, lambda act: make_its_own(act, mailbox.receipt_id, " "))


@pytest.mark.browser
async def test_the_office_separates_them_on_the_page_of_the_version(browsing):
    running, page = browsing.running, browsing.page
    await running.take(person(1, **STRANGER))
    answer = await running.post(person(1))
    receipt = await running.processed(answer.json()["receipt_id"])
    await browsing.become("office", name="Ola Office")
    first = f"/applications/application/{receipt['application_id']}"
    await browsing.see(f"{first}/versions/{receipt['_id']}", "version-own")
    await page.check("input[value=own]")
    await page.fill("#reason", "Rang from the deanery.")
    await page.click("button:has-text('Record')")
    assert "Person Number1 has an application of their own: NS24-0002." in await browsing.text()
    await browsing.look("version-separated")
    found = await running.read("applications").find({}, sort=[("reference", 1)])
    emails = [Answers.model_validate(one["answers"]).email for one in found]
    assert emails == ["stranger@example.org", "person1@example.org"]
