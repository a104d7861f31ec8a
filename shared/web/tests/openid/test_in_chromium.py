"""The pages of signing in as people meet them, judged by axe on a desk and on a phone."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Page, expect
from structlog.testing import capture_logs

from nextstep_local.testing import assert_readable, serving
from nextstep_web import WebSettings

from .hostile import Hostile

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def site(make_app: Callable[..., FastAPI], openid: WebSettings) -> AsyncIterator[str]:
    async with serving(make_app(settings=openid)) as url:
        yield url


async def test_the_page_that_leads_to_the_provider(browser_page: Page, site: str, hostile: Hostile):
    led_to: list[str] = []

    async def stay(route, request) -> None:
        led_to.append(request.url)
        await route.fulfill(status=204)

    await browser_page.route(f"{hostile.url}/**", stay)
    await browser_page.goto(f"{site}/awards/sign-in?next=/awards/projects")
    await expect(
        browser_page.get_by_text("You are being taken to Example University")
    ).to_be_visible()
    await assert_readable(browser_page, "openid-leading-on")
    assert led_to[0].startswith(f"{hostile.url}/authorize?")
    await browser_page.get_by_role("link", name="Continue").click()
    assert led_to[-1] == led_to[0]


async def test_a_sign_in_that_cannot_be_finished(browser_page: Page, site: str):
    with capture_logs():
        await browser_page.goto(f"{site}/awards/sign-in/return?code=c&state=s")
    await assert_readable(browser_page, "openid-refused")


async def test_a_provider_that_is_away(browser_page: Page, site: str, hostile: Hostile):
    hostile.document = {"issuer": "https://evil.example"}
    with capture_logs():
        await browser_page.goto(f"{site}/awards/sign-in")
    await assert_readable(browser_page, "openid-away")


async def test_signed_out_here_but_perhaps_not_there(
    browser_page: Page, site: str, hostile: Hostile
):
    hostile.document = {"end_session_endpoint": None}
    await browser_page.goto(f"{site}/awards/signed-out?account=true")
    await assert_readable(browser_page, "openid-still-open")
