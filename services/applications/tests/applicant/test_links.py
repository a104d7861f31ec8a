"""What an emailed link opens: as long as it is young, and until something happened to its owner."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx
import pytest

from applications.admissions.act import on
from applications.study_leave.accepting import accept
from nextstep_contracts import PersonErased
from nextstep_local.testing import emailed_link
from nextstep_messaging import Actor
from nextstep_messaging.testing import hear
from nextstep_web import OpenedBy
from nextstep_web.testing import signed_in

from ..conftest import START, Running
from ..forms import person

pytestmark = pytest.mark.stack


def minted(person_id: str, made: datetime, purpose: str = "application") -> str:
    return emailed_link("applications", person_id, "applicant", made, purpose)


@asynccontextmanager
async def opened(
    running: Running, path: str
) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.Response]]:
    """A browser that pressed the button behind a link, and the answer."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(running.app),
        base_url="http://applications.test",
        headers={"accept": "text/html"},
    ) as browser:
        answer = await browser.get(path)
        if answer.status_code == 200:
            token = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
            answer = await browser.post(path, data={"csrf_token": token})
        yield browser, answer


async def status(running: Running, path: str) -> int:
    async with opened(running, path) as (_, answer):
        return answer.status_code


async def token_on(browser: httpx.AsyncClient, path: str) -> str:
    page = await browser.get(path)
    return page.text.split('name="csrf-token" content="')[1].split('"')[0]


async def test_withdrawing_needs_a_young_link_and_reading_does_not(running: Running):
    application = await running.take(person(1, cct_date="2026-09-20"))
    path = minted(application["person_id"], START)
    running.clock.advance(timedelta(days=14))
    async with opened(running, path) as (browser, _):
        assert (await browser.get("/applications/me")).status_code == 200
        for page in ("withdraw", "decline", "accept"):
            asked = await browser.get(f"/applications/me/{page}")
            assert asked.status_code == 403
            assert "Email me a fresh link" in asked.text
        token = await token_on(browser, "/applications/me")
        sent = {"csrf_token": token, "reason": "I move abroad"}
        assert (await browser.post("/applications/me/withdraw", data=sent)).status_code == 403
        answer = await browser.post("/applications/fresh-link", data={"csrf_token": token})
        assert "an email with a fresh link is on its way" in answer.text
    held = await running.read("applications").get(application["_id"])
    assert held["state"] != "withdrawn"
    async with opened(running, minted(application["person_id"], running.clock.now())) as (young, _):
        sent["csrf_token"] = await token_on(young, "/applications/me")
        assert (await young.post("/applications/me/withdraw", data=sent)).status_code == 303
        seen = await young.get("/applications/me")
        assert (seen.status_code, "You have withdrawn." in seen.text) == (200, True)


async def test_a_link_of_the_programme_withdraws_nobody(running: Running):
    application = await running.take(person(1))
    async with opened(running, minted(application["person_id"], START, "programme")) as (
        browser,
        _,
    ):
        assert (await browser.get("/applications/me")).status_code == 200
        for page in ("withdraw", "evidence"):
            assert (await browser.get(f"/applications/me/{page}")).status_code == 403


async def test_who_withdrew_needs_a_link_from_after(running: Running):
    application = await running.take(person(1))
    before = minted(application["person_id"], START)
    running.clock.advance(timedelta(minutes=1))
    async with running.applicant(application["person_id"]) as applicant:
        await applicant.post("/applications/me/withdraw", data={"reason": "I move abroad"})
    async with opened(running, before) as (browser, answer):
        assert answer.status_code == 403
        assert "You left, so links from before open nothing any more." in answer.text
        assert "Email me a new link" in answer.text
    async with opened(running, minted(application["person_id"], running.clock.now())) as (
        browser,
        answer,
    ):
        assert answer.status_code == 303
        assert "withdrawn" in (await browser.get("/applications/me")).text.lower()


async def test_who_changed_the_address_is_reached_by_the_new_one_only(running: Running):
    given = person(1)
    application = await running.take(given)
    old = minted(application["person_id"], START)
    session = signed_in(
        running.settings,
        "applicant",
        person_id=application["person_id"],
        link=OpenedBy("application", START, START),
    )
    running.clock.advance(timedelta(minutes=1))
    changed = given | {"email": "new.address@example.org", "submission_id": "second"}
    receipt = (await running.post(changed)).json()["receipt_id"]
    await running.processed(receipt)
    assert await status(running, old) == 303, "a claim alone closes nothing"
    path = f"/applications/application/{application['_id']}"
    async with running.staff() as office:
        page = (await office.get(path)).text
        version = page.split(f"{path}/versions/")[1].split('"')[0].split("?")[0]
        sent = {"action": "apply", "reason": "She telephoned"}
        answer = await office.post(f"{path}/versions/{version}", data=sent)
        assert answer.status_code == 303, answer.text
    assert await status(running, old) == 403
    async with opened(running, minted(application["person_id"], running.clock.now())) as (
        browser,
        _,
    ):
        assert (await browser.get("/applications/me")).status_code == 200
    async with running._client(session) as earlier:
        assert (await earlier.get("/applications/me")).status_code == 303


async def test_nothing_opens_for_who_was_erased(running: Running):
    application = await running.take(person(1))
    async with running.applicant(application["person_id"]) as applicant:
        assert (await applicant.get("/applications/me")).status_code == 200
        await erased(running, application["person_id"])
        running.clock.advance(timedelta(days=1))
        assert (await applicant.get("/applications/me")).status_code == 303
    assert await status(running, minted(application["person_id"], running.clock.now())) == 403


async def erased(running: Running, person_id: str) -> None:
    await hear(running.messaging, PersonErased(person_id=person_id, erased_at=running.clock.now()))


async def test_an_old_link_of_an_applicant_opens_the_pages_of_the_fellow(running: Running):
    application = await running.take(person(1))
    path = minted(application["person_id"], START)
    here = running.app.state.here
    actor = Actor("person", application["person_id"])
    await here.perform(on(application["_id"], accept), actor)
    async with opened(running, path) as (browser, _):
        page = (await browser.get("/applications/me")).text
        assert "My programme" in page
        assert "My project" in page
