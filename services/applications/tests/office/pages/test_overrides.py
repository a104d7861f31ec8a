"""What the office does to the ledger out of the ordinary, on the real database and its pages."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio

from applications.admissions import deciding, overriding, replying
from applications.study_leave import accepting
from nextstep_contracts import Refused
from nextstep_messaging.operating.audit import ENTRIES

from ...admitting import APPLICANT, OFFICE, admitting, submitted
from ...builders import cohort
from ...forms import person

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    """Two places: two people are offered one, three wait."""
    async with admitting(mongo_url, mongo_database, cohort(places=2)) as here:
        for number in range(5):
            await here.take(submitted(number, number))
        yield here


async def reasons(here):
    rows = await here.messaging.db.read("movements").find({}, sort=[("sequence", 1)])
    return [(row["kind"], row["reason"]) for row in rows]


async def published(here, name):
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return [row for row in rows if f".{name}." in row["type"]]


async def offer_next(here, one, reason, actor=OFFICE):
    await here.act(actor, lambda act: overriding.offer_next(act, one.id, reason))


async def test_an_extra_place_is_offered_to_the_next_in_line_with_its_reason(here):
    third = (await here.applications())[2]
    await here.act(
        OFFICE, lambda act: overriding.change_places(act, 3, "The dean pays for one more.")
    )
    ledger = await here.ledger()
    assert (ledger.places, ledger.offer_to(third.id).from_waiting_list) == (3, True)
    assert (await reasons(here))[-2:] == [
        ("places", "From 2 to 3 places: The dean pays for one more. (Ola Office)"),
        ("offered", "Next on the waiting list."),
    ]
    with pytest.raises(Refused, match="cannot go below 3"):
        await here.act(OFFICE, lambda act: overriding.change_places(act, 2, "Savings after all."))
    entries = await here.messaging.db.read(ENTRIES).find({"action": "change-places"})
    assert len(entries) == 1


async def test_another_order_is_kept_when_places_come_free(here):
    first, _, _, fourth, fifth = await here.applications()
    await here.do(OFFICE, fifth.id, overriding.move_in_line, 1, "We had lost the form.")
    await here.do(APPLICANT, first.id, replying.decline, "")
    ledger = await here.ledger()
    assert ledger.offer_to(fifth.id)
    assert ledger.position(fourth.id) == 2
    history = await here.messaging.db.read("history").find({"application_id": fifth.id})
    assert "Moved from 3 to 1 on the waiting list" in [line["what"] for line in history]


async def test_an_extended_offer_moves_its_timer_and_tells_the_applicant(here):
    first, second, *_ = await here.applications()
    with pytest.raises(Refused) as refused:
        await here.do(OFFICE, first.id, overriding.extend_offer, date(2204, 8, 12), "On call.")
    assert refused.value.fields == {
        "until": "Enter a day up to 22 July 2025, when the programme ends."
    }
    await here.do(OFFICE, first.id, overriding.extend_offer, date(2024, 8, 12), "On call.")
    here.clock.advance(timedelta(days=8))
    await here.fire_due()
    ledger = await here.ledger()
    assert ledger.offer_to(first.id).expires_at == here.cohort.moment(
        date(2024, 8, 12), ledger.offers[0].expires_at.time().replace(hour=23)
    )
    assert ledger.offer_to(second.id) is None
    (told,) = [
        row for row in await published(here, "PlaceOffered") if '"extended":true' in str(row)
    ]
    assert first.id in str(told)
    here.clock.advance(timedelta(days=4))
    await here.fire_due()
    assert (await here.ledger()).offer_to(first.id) is None


@pytest.mark.parametrize(
    "override",
    [
        lambda act, _: overriding.change_places(act, 3, "  "),
        lambda act, one: overriding.move_in_line(act, one, 1, ""),
        lambda act, one: overriding.extend_offer(act, one, date(2024, 8, 30), ""),
        lambda act, one: overriding.offer_next(act, one.id, " "),
    ],
)
async def test_no_override_goes_without_a_reason(here, override):
    last = (await here.applications())[-1]
    before = await here.ledger()
    with pytest.raises(Refused, match="reason"):
        await here.do(OFFICE, last.id, override)
    assert await here.ledger() == before


async def test_after_the_cut_off_the_office_offers_by_hand(here):
    first, _, third, *_ = await here.applications()
    await here.do(APPLICANT, first.id, accepting.accept)
    here.clock.advance(timedelta(days=70))  # 10 October: places are no longer offered
    await here.fire_due()
    await here.do(APPLICANT, first.id, replying.withdraw, "Ill.")
    assert (await here.ledger()).free == 2
    fourth = (await here.applications())[3]
    await offer_next(here, third, "A place is free.")
    for actor in (OFFICE, replace(OFFICE, who="uma@example.org", name="Uma")):  # a second press
        with pytest.raises(Refused, match=f"{third.reference}.* offered a place already"):
            await offer_next(here, third, "A place is free.", actor)
    with pytest.raises(Refused, match=f"{first.reference}.* no longer waits"):
        await offer_next(here, first, "A place is free.")
    with pytest.raises(Refused, match="no longer next in line"):
        await offer_next(here, (await here.applications())[4], "A place is free.")
    ledger = await here.ledger()
    assert (ledger.free, [o.application_id for o in ledger.offers]) == (1, [third.id])
    await offer_next(here, fourth, "Another is free.")
    assert (await here.ledger()).free == 0


async def test_a_late_application_is_accepted_by_name_and_the_ledger_says_so(here):
    late = submitted(9, minutes=60 * 24 * 45)
    here.clock.advance(timedelta(days=45))
    await here.take(late)
    application = next(a for a in await here.applications() if a.late)
    assert application.state == "referred"
    await here.do(OFFICE, application.id, deciding.decide_eligible, "The form was down.")
    row = await here.messaging.db.read("movements").find_one({"application_id": application.id})
    assert row["override"] == "late"
    assert row["reason"].endswith("Late application accepted: The form was down. (Ola Office)")
    entries = await here.messaging.db.read(ENTRIES).find({"action": "accept-late"})
    assert len(entries) == 1
    await here.ledger()


async def test_the_pages_of_the_ledger_change_it_and_say_what_is_refused(browsing):
    running, page = browsing.running, browsing.page
    await running.take(person(1))
    office = running.staff()
    places = "/applications/ledger/change/places"
    given = {"places": "1", "reason": "A smaller room."}
    assert (await office.post(places, data=given)).status_code == 303
    for number in (2, 3):
        await running.take(person(number))
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/ledger", "ledger-overrides")
    await page.click("text=Change the number of places")
    await browsing.look("override-places")
    await page.fill("#places", "0")
    await page.fill("#reason", "Savings.")
    await page.click("button:has-text('Change the number')")
    assert "There is a problem" in await browsing.text()
    await browsing.see("/applications/ledger/change/order", "override-order")
    await page.select_option("#application_id", index=1)
    await page.fill("#position", "9")
    await page.fill("#reason", "We had lost the form.")
    await page.click("button:has-text('Change the order')")
    assert "Give a position from 1 to 2." in await browsing.text()
    await browsing.look("override-order-refused")
    await page.fill("#position", "1")
    await page.click("button:has-text('Change the order')")
    assert "Person Number3 (NS24-0003): The order is changed." in await browsing.text()
    await browsing.see("/applications/ledger/change/longer", "override-longer")
    await page.fill("#until", "2024-08-20")
    await page.fill("#reason", "On call all week.")
    await page.click("button:has-text('Extend the offer')")
    assert "The offer is extended." in await browsing.text()
    await browsing.see("/applications/ledger", "ledger-overridden")
    seen = await browsing.text()
    assert "Order changed" in seen
    assert "From 70 to 1 places: A smaller room. (Ola Office)" in seen
    async with running.staff("read_only") as reader:
        assert (await reader.get(places)).status_code == 403
        sheet = await reader.get("/applications/ledger?format=csv")
        assert '"places","","","From 70 to 1 places' in sheet.text
        assert (await reader.get("/applications/ledger/change/nothing")).status_code == 403
    assert (await office.get("/applications/ledger/change/nothing")).status_code == 404
    await office.aclose()
