"""What applicants and Fellows write, tap and read when things do not go straight; and the office.

Part of `make admissions`: a phone, the emails that they read, and somebody at a desk. One site for
all, whose year goes on from one conversation to the next.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from rich.console import Console

from nextstep_local.demo.narrator import Narrator
from nextstep_local.demo.person import Applicant
from nextstep_local.demo.run import Demo
from nextstep_local.demo.simulated_time import london
from nextstep_local.demo.world import World

from .hands import DESK, Hands, answer, follow, links, picture, press
from .reading_emails import newest, pictured

pytestmark = [pytest.mark.stack, pytest.mark.browser]

AGAIN = "We have received your form again, NS24-"
LOOKS_AT_IT = "A person in the programme office"
AFTER_LAPSE = london(date(2024, 6, 14))
AFTER_DEADLINE = london(date(2024, 9, 10))
TOUCH = 44
"""Pixels that a finger needs (WCAG 2.5.5)."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(anywhere: None) -> AsyncIterator[World]:  # noqa: ARG001 - it sets the ports
    demo = Demo("tests/conversations", applicants=60, discard=True)
    site = demo.site()
    await asyncio.to_thread(site.start)
    made = demo.world(site, Narrator(Console(quiet=True)))
    plain = [one for one in made.people if one.quirk == "plain" and "gmc_number" in one.answers]
    made.people[:] = plain
    yield made
    await made.close()
    await asyncio.to_thread(site.stop)


@pytest.fixture
def hands(world: World, browser: Browser) -> Hands:
    return Hands(browser, world)


async def test_whoever_withdrew_applies_again_and_is_taken_up(hands: Hands) -> None:
    person = hands.world.people[0]
    await send(hands, person, "first")
    async with hands.applicant(person) as phone:
        await picture(phone, "01 offered")
        await follow(phone, "Withdraw your application")
        await picture(phone, "02 withdrawing")
        await answer(phone, {"reason": "A new post abroad."})
        said = await press(phone, "Withdraw your application")
        assert "You can still apply again" in said
        await picture(phone, "03 withdrawn")
    await hands.world.rest()
    await newest(hands, person.email, "03 withdrawn")
    await send(hands, person, "second")
    again = await newest(hands, person.email, "04 again")
    assert again.title.startswith(AGAIN)
    assert "Thank you for applying again." in again.text
    async with hands.applicant(person) as phone:
        said = await phone.inner_text("main")
        assert "We received your form again on" in said
        assert "nothing more to do" not in said
        await picture(phone, "05 again")
    async with office(hands) as desk:
        await desk.goto(hands.world.url("applications"))
        assert "1 submission to decide on" in await desk.inner_text("main")
        await picture(desk, "06 office home")
        await decide(hands, desk, person, "again", "They came back.", name="07 office")
    titles = [mail.title for mail in hands.world.mail.of(person.email)][-2:]
    assert titles[0].startswith("We have taken up your application again, NS24-")
    assert titles[1].startswith("We offer you a place")
    async with hands.applicant(person) as phone:
        assert "We have offered you a place" in await phone.inner_text("main")
        await picture(phone, "08 taken up")
    assert hands.faults == []


async def test_from_another_address_nobody_learns_of_an_application(hands: Hands) -> None:
    person = hands.world.people[1]
    await send(hands, person, "first")
    before = len(hands.world.mail.of(person.email))
    other = "somebody.else@example.org"
    await send(hands, person, "second", email=other)
    came = await newest(hands, other, "11 another address")
    assert came.title == "We have received your form"
    assert "NS24-" not in came.text
    async with hands.applicant(person) as phone:
        assert "We received your form again" not in await phone.inner_text("main")
    async with office(hands) as desk:
        await decide(hands, desk, person, "aside", "Who is this?", name="12 office")
    told = await newest(hands, other, "13 not used")
    assert told.title == "We have not used your form"
    assert "NS24-" not in told.text
    assert len(hands.world.mail.of(person.email)) == before
    assert hands.faults == []


async def test_another_number_from_ones_own_address_is_told_and_looked_at(hands: Hands) -> None:
    person = hands.world.people[2]
    await send(hands, person, "first")
    before = len(hands.world.mail.of(person.email))
    await send(hands, person, "second", gmc_number="7654321")
    told = hands.world.mail.of(person.email)[before:]
    assert told
    await newest(hands, person.email, "15 another number")
    async with office(hands) as desk:
        await desk.goto(hands.world.url("applications", "/list?state=referred"))
        ((_, found),) = await links(desk, "/applications/application/")
        await desk.goto(found)
        assert person.name in await desk.inner_text("h1")
        await picture(desk, "16 office another number")
    assert hands.faults == []


async def test_whoever_declined_lapsed_or_was_rejected_applies_again(hands: Hands) -> None:
    world = hands.world
    declines, lapses, rejected = world.people[3:6]
    for person in (declines, lapses):
        await send(hands, person, "first")
    await send(hands, rejected, "first", region="London", deanery="London", ntn="")
    async with hands.applicant(declines) as phone:
        await follow(phone, "Decline the place")
        await picture(phone, "21 declining")
        await press(phone, "Decline the place")
        await picture(phone, "22 declined")
    async with office(hands) as desk:
        await desk.goto(world.url("applications", "/list?state=referred&q=" + last(rejected)))
        await desk.goto((await links(desk, "/applications/application/"))[0][1])
        reason = "The programme is for trainees of the east of England."
        await answer(desk, {"action": "reject", "reason": reason})
        await press(desk, "Record")
    await world.move_to(AFTER_LAPSE)
    for number, person in enumerate((declines, lapses, rejected), start=3):
        await newest(hands, person.email, f"2{number} ended")
        async with hands.applicant(person) as phone:
            said = await phone.inner_text("main")
            assert ("You can still apply again" in said) == (person is not rejected)
            await picture(phone, f"2{number} ended")
        await send(hands, person, "second")
        again = await newest(hands, person.email)
        assert again.title.startswith(AGAIN)
        async with hands.applicant(person) as phone:
            assert "We received your form again on" in await phone.inner_text("main")
    async with office(hands) as desk:
        await decide(hands, desk, lapses, "again", "They asked.")
        await decide(hands, desk, rejected, "aside", "The region is as before.")
        await decide(hands, desk, declines, "aside", "They declined twice.")
    assert "We offer you a place" in (await newest(hands, lapses.email)).title
    told = await newest(hands, rejected.email, "27 set aside")
    assert told.title.startswith("We cannot take up your application again, NS24-")
    async with hands.applicant(rejected) as phone:
        assert "It changes nothing." in await phone.inner_text("main")
        await picture(phone, "28 set aside")
    assert hands.faults == []


async def test_a_place_is_taken_by_one_tap_and_leave_told_afterwards(hands: Hands) -> None:
    world, person = hands.world, hands.world.people[6]
    await send(hands, person, "first")
    await newest(hands, person.email, "31 offer")
    async with hands.applicant(person) as phone:
        await big_enough(phone)
        said = await press(phone, "Accept the place")
        assert "You have accepted your place" in said
        world.record.accepted.add(person.number)
        await picture(phone, "32 accepted")
        await big_enough(phone)
        await answer(phone, {"status-all": "not_applied_for"})
        said = await press(phone, "Save for all dates")
        assert "recorded for all" in said
        await picture(phone, "33 all alike")
        await answer(phone, {"status-module-2": "granted"})
        said = await press(phone, "Save")
        assert "Your study leave is recorded" in said
        await picture(phone, "34 own page")
    await world.rest()
    (welcome,) = [m for m in world.mail.of(person.email) if m.title.startswith("Welcome")]
    await pictured(hands, welcome, "34 welcome")
    await send(hands, person, "second", trust="Another trust")
    told = await newest(hands, person.email, "35 after the decision")
    assert told.title.startswith(AGAIN)
    assert "the decision stands" in " ".join(told.text.split())
    async with hands.applicant(person) as phone:
        await phone.goto(world.url("applications", "/me"))
        assert "We received your form again on" in await phone.inner_text("main")
        await picture(phone, "35 after the decision")
    await world.move_to(london(date(2024, 8, 27), time(10)))
    reminded = await newest(hands, person.email, "36 reminded")
    assert reminded.title == "Your study leave: something is still missing"
    assert hands.faults == []


async def test_a_session_that_moves_is_asked_about_again(hands: Hands) -> None:
    world, person = hands.world, hands.world.people[6]
    async with hands.window(DESK) as desk:
        await hands.sign_in(desk, "Olive Office", "scheduling")
        await change(hands, desk, "module-2", on="2024-12-04")
        await desk.goto(world.url("scheduling", f"/sessions/{session('masterclass-6')}/cancel"))
        await answer(desk, {"reason": "The speaker is ill."})
        await desk.locator("main form button").last.click()
        await desk.goto(world.url("scheduling", "/sessions/new"))
        new = {"title": "Networking: winter", "on": "2025-01-23", "venue": "Bush House, London"}
        await answer(desk, new | {"starts": "18:00", "ends": "20:00"})
        await press(desk, "Save")
    await world.rest()
    for number, mail in enumerate(world.mail.of(person.email)[-3:], start=1):
        await pictured(hands, mail, f"41 calendar {number}")
    await world.move_to(next_morning(world.year.now))
    reminded = await newest(hands, person.email, "42 reminded of the new day")
    assert reminded.title == "Your study leave: something is still missing"
    assert "Networking: winter" in reminded.text
    assert "(before: Wednesday 11 December 2024)" in reminded.text
    async with hands.applicant(person) as phone:
        await phone.goto(world.url("applications", "/me"))
        said = await phone.inner_text("main")
        assert "The session is now on" in said
        assert "Module 2 on" in said
        await picture(phone, "43 moved, own page")
        await follow(phone, "Tell us about your study leave")
        said = await phone.inner_text("main")
        assert "The day changed. You told us: Granted for" in said
        assert "Networking: winter" in said
        assert "Masterclass 6" not in said
        await picture(phone, "44 moved, study leave")
        await answer(phone, {"status-module-2": "applied_for"})
        await press(phone, "Save")
        said = await phone.inner_text("main")
        assert "Wednesday 11 December 2024" in said  # the day before keeps its answer
        assert "Wednesday 4 December 2024" in said
        await picture(phone, "45 moved, answered")
    async with office(hands) as desk:
        await desk.goto(world.url("applications", "/study-leave"))
        await picture(desk, "46 office study leave")
    assert hands.faults == []


async def test_after_the_deadline_new_answers_wait_and_the_person_is_told(hands: Hands) -> None:
    world, person = hands.world, hands.world.people[7]
    await send(hands, person, "first", region="London", deanery="London", ntn="")
    await world.move_to(AFTER_DEADLINE)
    await send(hands, person, "second", region="London", deanery="London", ntn="", trust="Other")
    told = await newest(hands, person.email, "51 late")
    assert told.title.startswith(AGAIN)
    assert "The closing date had passed" in " ".join(told.text.split())
    async with hands.applicant(person) as phone:
        assert "We received your form again on" in await phone.inner_text("main")
        await picture(phone, "52 late")
    late = world.people[8]
    await send(hands, late, "first")
    await newest(hands, late.email, "53 first and late")
    async with hands.applicant(late) as phone:
        await picture(phone, "54 first and late")
    async with office(hands) as desk:
        await decide(hands, desk, person, "aside", "Too late.", name="55 office")
    told = await newest(hands, person.email, "56 late, set aside")
    assert told.title.startswith("Your application stays as it was, NS24-")
    assert hands.faults == []


@asynccontextmanager
async def office(hands: Hands) -> AsyncIterator[Page]:
    """Somebody of the office at a desk, signed in."""
    async with hands.window(DESK) as page:
        await hands.sign_in(page, "Olive Office")
        yield page


async def decide(
    hands: Hands, desk: Page, person: Applicant, action: str, reason: str, *, name: str = ""
) -> None:
    """Decide on the submission that waits, as the list and the person's page lead to it."""
    url = f"/list?flag=after_decision&q={last(person)}"
    await desk.goto(hands.world.url("applications", url))
    if name:
        await picture(desk, f"{name}, list")
    await desk.goto((await links(desk, "/applications/application/"))[0][1])
    if name:
        await picture(desk, f"{name}, application")
    waiting = [address for text, address in await links(desk, "/versions/") if "Decide" in text]
    await desk.goto(waiting[0])
    if name:
        await picture(desk, f"{name}, version")
    await answer(desk, {"action": action, "reason": reason})
    await press(desk, "Record")
    if name:
        await picture(desk, f"{name}, decided")
    await hands.world.rest()


async def send(hands: Hands, person: Applicant, times: str, **changes: str) -> None:
    """The form posts what the person filled in."""
    world = hands.world
    given = person.submission() | {"submission_id": f"{person.number}-{times}"} | changes
    posted = await world.form.post(given, world.year.now)
    assert posted.status == 202
    await world.rest()


async def change(hands: Hands, desk: Page, key: str, **fields: str) -> None:
    """Change what is told of a session."""
    path = f"/sessions/{session(key)}/edit"
    await desk.goto(hands.world.url("scheduling", path))
    await answer(desk, fields)
    await press(desk, "Save")


async def big_enough(phone: Page) -> None:
    """Every button and choice of the page is as large as a finger."""
    small = await phone.evaluate(
        """size => [...document.querySelectorAll("main button, main a.nhsuk-button, main summary")]
        .map(one => [one.innerText, one.getBoundingClientRect()])
        .filter(([_, box]) => box.height && (box.height < size || box.width < size))
        .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)""",
        TOUCH,
    )
    assert small == []


def session(key: str) -> str:
    """A session's id."""
    return f"2024-25:{key}"


def last(person: Applicant) -> str:
    """A word that finds somebody in the office's lists."""
    return person.name.split()[-1]


def next_morning(now: datetime) -> datetime:
    """When reminders have gone out."""
    return london(now.date() + timedelta(days=1), time(10))
