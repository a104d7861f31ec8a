"""Seventy places filled in Chromium: from the first submission to the last offer, by pages alone.

`make admissions`. The forms post to the webhooks, as form products do; everything else is somebody
of the office at a desk, or an applicant with a phone, who reads pages and presses buttons.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from rich.console import Console

from nextstep_local.demo import intake, replies
from nextstep_local.demo.decisions import KEEPS_PROMISE_TO_MEND, judgement
from nextstep_local.demo.narrator import Narrator
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.run import Demo
from nextstep_local.demo.world import World, together
from nextstep_local.demo.year import AUTUMN, LAST_PROMOTION, RUSH, SUMMER, WITHDRAWAL, evening

from .hands import DESK, Hands, answer, choose_files, follow, links, picture, press, seen

pytestmark = [pytest.mark.stack, pytest.mark.browser]

PLACES = 70
PHONES = 3
"""People on the site at the same moment: each is a browser, on two cores."""
ONE = "/applications/application/"


@pytest_asyncio.fixture(loop_scope="session")
async def world(anywhere: None) -> AsyncIterator[World]:  # noqa: ARG001 - it sets the ports
    demo = Demo("tests/cohort_by_pages", discard=True)
    site = demo.site()
    await asyncio.to_thread(site.start)
    made = demo.world(site, Narrator(Console()))
    yield made
    await made.close()
    await asyncio.to_thread(site.stop)


async def test_the_office_fills_seventy_places_by_pages_alone(
    world: World, browser: Browser
) -> None:
    hands = Hands(browser, world)
    lost = world.people[0]
    async with hands.window(DESK) as desk:
        await hands.sign_in(desk, "Olive Office")
        await _post_with_a_renamed_question(world, lost)
        for day in (*SUMMER, *RUSH, *AUTUMN, LAST_PROMOTION):
            with world.narrator.stage(f"{day:%d %B}", 1):
                before = world.year.now
                await world.move_to(evening(day))
                await _send_documents(hands)
                await _work_off(hands, desk)
                await _answer_offers(hands)
                await intake.post_due(world, before)
                await world.rest()
            if day in (RUSH[3], AUTUMN[0]):
                await _look_round(world, desk, f"{day:%m-%d}")
            if day == AUTUMN[2]:
                await _step_back(hands)
        await world.move_to(evening(LAST_PROMOTION + timedelta(days=3)))
        await _answer_offers(hands)
        await world.rest()
        await _work_off(hands, desk)
        await _look_round(world, desk, "end")
        await _check_the_end(world, desk)
    assert hands.faults == []


async def _post_with_a_renamed_question(world: World, person: Applicant) -> None:
    """The first submission comes under a name that the form's map does not know."""
    submission = person.submission()
    submission["mail"] = submission.pop("email")
    posted = await world.form.post(submission, world.year.now)
    assert posted.status == 202
    world.people.remove(person)
    world.people.append(person)
    person.at = world.year.now
    await world.rest()


async def _work_off(hands: Hands, desk: Page) -> None:
    """The office goes through its list of what waits."""
    await desk.goto(hands.world.url("applications"))
    for said, address in await links(desk, "/applications/"):
        if "quarantine" in said and said[0].isdigit():
            await _mend(hands, desk, address)
        elif "to decide" in said and "referral" in said:
            await _decide(hands, desk, address)
        elif "submission" in said and "to decide on" in said:
            await _settle_versions(desk, address)


async def _mend(hands: Hands, desk: Page, address: str) -> None:
    """Type what the map did not find, beside what arrived, and try again."""
    await desk.goto(address)
    receipts = await links(desk, "/applications/receipts/")
    for _, receipt in receipts:
        await desk.goto(receipt)
        arrived = await desk.locator("main pre").inner_text()
        person = next(one for one in hands.world.people if one.name in arrived)
        await picture(desk, "quarantined")
        await follow(desk, "Correct this record")
        reason = "It arrived under a question that was renamed."
        await answer(desk, {"email": person.email, "reason": reason})
        await press(desk, "Keep the correction")
        await press(desk, "Try again")
    await hands.world.rest()


async def _decide(hands: Hands, desk: Page, address: str) -> None:
    """Decide each referral on its page, on the way through the list."""
    world = hands.world
    by_name = {person.name: person for person in world.people}
    await desk.goto(address)
    for _, page in await links(desk, ONE):
        await desk.goto(page)
        person = by_name[(await desk.inner_text("h1")).splitlines()[-1]]
        if person.quirk in KEEPS_PROMISE_TO_MEND and world.year.now.date() < AUTUMN[0]:
            continue
        action, reason = judgement(world, person)
        await answer(desk, {"action": action, "reason": reason})
        await press(desk, "Record")
        if action == "reject":
            world.record.rejected.add(person.number)


async def _settle_versions(desk: Page, address: str) -> None:
    """Put into force what somebody sent after the decision."""
    await desk.goto(address)
    for page in {page for _, page in await links(desk, ONE)}:
        await desk.goto(page)
        for _, version in await links(desk, "/version"):
            await desk.goto(version)
            await picture(desk, "version")
            first = desk.locator("main input[name=action]").first
            await first.check()
            await answer(desk, {"reason": "The applicant corrected it themselves."})
            await press(desk, "Record")


async def _send_documents(hands: Hands) -> None:
    asked = [one for one in hands.world.people if intake.asked_for_documents(hands.world, one)]
    await together((_send(hands, person) for person in asked), PHONES)


async def _send(hands: Hands, person: Applicant) -> None:
    async with hands.applicant(person) as phone:
        await choose_files(phone, person.uploads)
        await press(phone, "Send documents")
    hands.world.record.sent_documents.add(person.number)


async def _answer_offers(hands: Hands) -> None:
    answering = []
    for person in hands.world.people:
        offer = replies.open_offer(hands.world, person)
        if offer is not None and person.answer != "ignore":
            hands.world.record.answered.add(offer.message_id)
            answering.append(_answer(hands, person))
    await together(answering, PHONES)


async def _answer(hands: Hands, person: Applicant) -> None:
    world = hands.world
    async with hands.applicant(person) as phone:
        if person.answer == "decline":
            await follow(phone, "Decline the place")
            await answer(phone, {"reason": "I rotate out of the region."})
            said = await press(phone, "Decline the place")
            assert "You have declined" in said, said
            world.record.declined.add(person.number)
            return
        first = not world.record.accepted
        if first:
            await picture(phone, "offered")
        await press(phone, "Accept the place")
        world.record.accepted.add(person.number)
        declared = replies.declared(world, person, await seen(phone)).fields
        leave = ("status-", "trust-", "notified-")
        await answer(phone, {k: v for k, v in declared.items() if k.startswith(leave) and v})
        said = await press(phone, "Save")
        assert "You have accepted a place" in said, said
        if first:
            await picture(phone, "accepted")


async def _step_back(hands: Hands) -> None:
    leaving = [
        person
        for person in hands.world.people
        if person.answer == "accept, then withdraw" and person.number in hands.world.record.accepted
    ]
    for person in leaving:
        async with hands.applicant(person) as phone:
            await hands.follow_to_decide(phone, person, "Leave the programme")
            await answer(phone, {"reason": WITHDRAWAL})
            assert "You have withdrawn" in await press(phone, "Leave the programme")
        hands.world.record.withdrew.add(person.number)
    assert leaving


async def _look_round(world: World, desk: Page, when: str) -> None:
    for name, path in (("home", "/"), ("list", "/list"), ("ledger", "/ledger")):
        await desk.goto(world.url("applications", path))
        await picture(desk, f"{when}-{name}")


async def _check_the_end(world: World, desk: Page) -> None:
    """What the pages say when the last place is filled."""
    await desk.goto(world.url("applications", "/ledger"))
    said = await desk.inner_text("main")
    assert "The ledger agrees with its history" in said
    here = world.record.accepted - world.record.withdrew
    assert len(here) == PLACES
    for state, number in (("accepted", PLACES), ("offered", 0)):
        await desk.goto(world.url("applications", f"/list?state={state}"))
        assert f"{number} applications found" in await desk.inner_text("main")
    await desk.goto(world.url("applications", "/ledger"))
    waiting = [row for row in (await seen(desk)).rows() if row.get("Position")]
    assert waiting
    assert "No offer is open." in said
