from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest_asyncio
from fastapi import FastAPI

from nextstep_contracts import StaffSignedIn
from nextstep_local.testing import eventually
from nextstep_messaging import EventRouter, FixedClock, Messaging, MessagingSettings
from nextstep_web import WebSettings, hear_access, staff_sessions
from nextstep_web.session_check import ACCESS_COLLECTIONS

from .conftest import NOW, browser_of, enter, nobody_known, who_is_in
from .test_sign_in import sign_in


def token_of(page: httpx.Response) -> str:
    return page.text.split('name="csrf-token" content="')[1].split('"')[0]


async def test_the_office_sees_who_is_signed_in_and_ends_it(
    running: httpx.AsyncClient,
    make_app: Callable[..., FastAPI],
    messaging: Messaging,
    settings: WebSettings,
):
    async with browser_of(make_app(messaging)) as other:
        await sign_in(other, name="Pat Panel", role="panel")
        assert (await other.get("/awards/me")).status_code == 403
        await sign_in(running, name="Olive Office", role="office")
        page = await running.get("/awards/sign-ins")
        assert "Pat Panel" in page.text
        assert "(this one)" in page.text
        (pat,) = who_is_in(other, settings)
        sent = {"csrf_token": token_of(page), "session_id": pat.session_id}
        answer = await running.post("/awards/sign-ins/end", data=sent)
        assert answer.status_code == 303
        assert (
            "Pat Panel"
            not in (await running.get("/awards/sign-ins")).text.split("<h1")[1].split("<h2", 1)[1]
        )
        assert (await other.get("/awards/sign-ins")).status_code == 303
        told = await other.get("/awards/sign-in")
        assert "The programme office ended this session." in told.text
        again = await running.post("/awards/sign-ins/end", data=sent)
        assert (again.status_code, again.headers["location"]) == (303, "/awards/sign-ins")
        assert "That session is over already." in (await running.get("/awards/sign-ins")).text


async def test_what_is_said_again_of_a_session_does_not_take_it_from_the_list(
    messaging: Messaging,
):
    now = datetime.now(UTC)
    first = StaffSignedIn(
        session_id="s-1",
        address="pat@example.org",
        name="Pat Panel",
        roles=["panel"],
        began=now,
        ends=now + timedelta(hours=1),
    )
    again = first.model_copy(update={"address": "x@example.org", "ends": now - timedelta(hours=1)})
    for said in (first, again, first):
        await messaging.transact(lambda uow, said=said: staff_sessions.hear(uow, said))
    (found,) = await staff_sessions.open_sessions(messaging.db.read)
    assert (found.session_id, found.address) == ("s-1", "pat@example.org")


async def test_others_see_and_end_their_own_only(
    running: httpx.AsyncClient,
    make_app: Callable[..., FastAPI],
    messaging: Messaging,
    settings: WebSettings,
):
    async with browser_of(make_app(messaging)) as other:
        await sign_in(other, name="Pat Panel", role="panel")
        await sign_in(running, name="Olive Office", role="office")
        page = await other.get("/awards/sign-ins")
        assert "Olive Office" not in page.text
        (olive,) = who_is_in(running, settings)
        sent = {"csrf_token": token_of(page), "session_id": olive.session_id}
        assert (await other.post("/awards/sign-ins/end", data=sent)).status_code == 404
        all_of = {"csrf_token": token_of(page), "address": olive.subject}
        assert (await other.post("/awards/sign-ins/end-all", data=all_of)).status_code == 403
        assert (await running.get("/awards/")).status_code == 200


async def test_all_sessions_of_somebody_end_at_once(
    running: httpx.AsyncClient, make_app: Callable[..., FastAPI], messaging: Messaging
):
    async with browser_of(make_app(messaging)) as one, browser_of(make_app(messaging)) as two:
        for browser in (one, two):
            await sign_in(browser, name="Pat Panel", role="panel")
        await sign_in(running, name="Olive Office", role="office")
        page = await running.get("/awards/sign-ins")
        sent = {"csrf_token": token_of(page), "address": "PAT.panel@local.invalid"}
        await running.post("/awards/sign-ins/end-all", data=sent)
        for browser in (one, two):
            assert (await browser.get("/awards/sign-ins")).status_code == 303


@pytest_asyncio.fixture
async def scheduling(
    emptied_vhost_url: str, mongo_url: str, mongo_database: str
) -> AsyncIterator[Messaging]:
    """Another service on the same bus, with a database of its own."""
    there = MessagingSettings(
        amqp_url=emptied_vhost_url,  # type: ignore[arg-type]
        mongo_url=mongo_url,  # type: ignore[arg-type]
        mongo_database=f"{mongo_database}_two",
        environment="local",
    )
    router = EventRouter("scheduling")
    hear_access(router, nobody_known)
    made = Messaging(router, there, clock=FixedClock(NOW))
    made.add_collections(ACCESS_COLLECTIONS)
    await made.start()
    yield made
    await made.stop()


async def test_signing_out_ends_the_session_in_every_service(
    running: httpx.AsyncClient,
    make_app: Callable[..., FastAPI],
    scheduling: Messaging,
):
    """A copied cookie opens nothing, wherever its owner signed out."""
    async with browser_of(make_app(scheduling)) as elsewhere:
        await sign_in(running, name="Olive Office", role="office")
        elsewhere.cookies.update(running.cookies)

        async def listed() -> bool:
            return "Olive Office" in (await elsewhere.get("/scheduling/sign-ins")).text

        await eventually(listed)
        page = await running.get("/awards/")
        await running.post("/awards/sign-out", data={"csrf_token": token_of(page)})

        async def shut_out() -> bool:
            return (await elsewhere.get("/scheduling/sign-ins")).status_code == 303

        await eventually(shut_out)


async def test_a_session_that_nobody_recorded_works(
    running: httpx.AsyncClient, settings: WebSettings
):
    """The event of a sign-in elsewhere may be under way."""
    enter(running, settings, "office")
    assert (await running.get("/awards/")).status_code == 200


async def test_a_page_that_does_not_exist_believes_no_ended_session(client: httpx.AsyncClient):
    await sign_in(client, name="Olive Office", role="office")
    copied = dict(client.cookies)
    page = await client.get("/awards/")
    await client.post("/awards/sign-out", data={"csrf_token": token_of(page)})
    client.cookies.clear()
    client.cookies.update(copied)
    answer = await client.get("/awards/no-such-page")
    assert (answer.status_code, "Olive Office" in answer.text) == (404, False)
