"""Dead letters as the office reads, replays and discards them."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI
from playwright.async_api import Page

from nextstep_local.testing import assert_readable, serving
from nextstep_messaging import Messaging
from nextstep_messaging.bus.dead_letters import DEAD_LETTERS
from nextstep_messaging.testing import audit_trail
from nextstep_web import WebSettings
from nextstep_web.testing import signed_in

from .conftest import enter

pytestmark = pytest.mark.stack
HOME = "/awards/dead-letters"
KEY = "awards.applications.PlaceAccepted:m-1"


async def one_dead_letter(messaging: Messaging) -> None:
    await messaging.db.write(DEAD_LETTERS).insert(
        {
            "_id": KEY,
            "queue": "awards.applications.PlaceAccepted",
            "message_id": "m-1",
            "type": "applications.PlaceAccepted.v1",
            "subject": "a1",
            "correlation_id": "c-1",
            "reason": "KeyError: 'trust'",
            "died_at": datetime(2024, 9, 2, 11, tzinfo=UTC),
            "deaths": 1,
            "status": "open",
            "body": '{"reference": "NS24-0001"}',
            "headers": {},
        }
    )


async def test_a_dead_letter_is_listed_and_read(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    enter(running, settings, "read_only")
    assert "There are none in this state." in (await running.get(HOME)).text
    await one_dead_letter(messaging)
    listed = (await running.get(HOME)).text
    assert "applications.PlaceAccepted.v1" in listed
    assert "applications.PlaceAccepted.v1" in (await running.get(f"{HOME}?status=all")).text
    assert "PlaceAccepted" not in (await running.get(f"{HOME}?status=discarded")).text
    shown = (await running.get(f"{HOME}/one", params={"key": KEY})).text
    assert "&#34;reference&#34;: &#34;NS24-0001&#34;" in shown
    assert (await running.get(f"{HOME}/one", params={"key": "none"})).status_code == 404


async def test_only_the_office_gives_one_up_and_says_why(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    await one_dead_letter(messaging)
    enter(running, settings, "read_only")
    sent = {"key": KEY, "reason": "Sent again by hand."}
    assert (await running.post(f"{HOME}/discard", data=sent)).status_code == 403
    enter(running, settings, "office")
    without = await running.post(f"{HOME}/discard", data={"key": KEY})
    assert (without.status_code, "Enter reason" in without.text) == (422, True)
    assert (await running.post(f"{HOME}/discard", data=sent)).status_code == 303
    shown = (await running.get(f"{HOME}/one", params={"key": KEY})).text
    assert "Sent again by hand." in shown
    assert "NS24-0001" not in shown
    again = await running.post(f"{HOME}/replay", data={"key": KEY})
    assert again.status_code == 409
    [entry] = await audit_trail(messaging)
    assert (entry["action"], entry["about"]) == ("discarded the dead letter", KEY)
    assert entry["details"]["reason"] == "Sent again by hand."


@pytest.mark.browser
async def test_they_can_be_read_on_a_desk_and_on_a_phone(
    browser_page: Page,
    make_app: Callable[..., FastAPI],
    messaging: Messaging,
    settings: WebSettings,
):
    await one_dead_letter(messaging)
    session = signed_in(settings, "office", name="Olive Office")
    async with serving(make_app(messaging)) as url:
        cookies = [{"name": k, "value": v, "url": url} for k, v in session.cookies.items()]
        await browser_page.context.add_cookies(cookies)  # type: ignore[arg-type]
        await browser_page.goto(url + HOME)
        await assert_readable(browser_page, "shared-dead-letters")
        await browser_page.click("text=applications.PlaceAccepted.v1")
        await browser_page.wait_for_selector("text=Discard it")
        await assert_readable(browser_page, "shared-dead-letter")
        await browser_page.fill("[name=reason]", "Sent again by hand.")
        await browser_page.click("button:has-text('Discard')")
        await browser_page.wait_for_selector("text=There are none in this state.")
