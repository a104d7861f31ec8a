"""Staff sign in once, at a real provider in a real browser, and are signed in in all services."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from nextstep_local.openid_provider import OpenIdProvider
from nextstep_local.service_settings import SERVICES
from nextstep_local.site import Site
from nextstep_local.testing import assert_readable

pytestmark = [pytest.mark.stack, pytest.mark.node, pytest.mark.browser]

NAME = "Example University"
PEOPLE = (
    {
        "sub": "olive",
        "name": "Olive Office",
        "email": "Olive@example.org",
        "email_verified": True,
        "groups": ["next-step-office"],
    },
    {
        "sub": "pat",
        "name": "Pat Panel",
        "email": "pat@example.org",
        "email_verified": True,
        "groups": ["next-step-panel", "choir"],
    },
    {"sub": "rita", "name": "Rita Reader", "email": "rita@example.org", "email_verified": True},
    {"sub": "norman", "email": "norman@example.org", "email_verified": True, "groups": ["choir"]},
    {"sub": "una", "email": "olive@example.org", "groups": ["next-step-office"]},
)
FIRST_PAGES = {
    "applications": "/applications/list",
    "scheduling": "/scheduling/sessions",
    "notifications": "/notifications/",
    "awards": "/awards/projects",
}
expect.set_options(timeout=20_000)  # milliseconds; the machine may be busy with other tests


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    with OpenIdProvider(tmp_path_factory.mktemp("openid"), PEOPLE) as running:
        yield running


@pytest.fixture(scope="module")
def site(provider: OpenIdProvider, anywhere: None) -> Iterator[Site]:  # noqa: ARG001 - sets the ports
    settings = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": "next-step",
        "oidc_client_secret": "any, for this provider",
        "oidc_provider_name": NAME,
        "oidc_roles_claim": "groups",
        "oidc_roles": {"next-step-office": ["office"], "next-step-panel": ["panel"]},
        "oidc_people": {"Rita@Example.org": ["read_only"]},
        "local_sign_in": False,
    }
    both = settings | {"local_sign_in": True}
    extra = {name: both if name == "notifications" else settings for name in SERVICES}
    with Site("tests/one_sign_in", discard=True, extra=extra) as running:
        yield running


@pytest_asyncio.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context()
    yield made
    await made.close()


@pytest_asyncio.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page; afterwards, a script error or a breach of the CSP on it fails."""
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Security" in said.text else None)
    yield page
    assert faults == []


async def at_provider(page: Page, who: str) -> None:
    """Press the button of an account at the provider."""
    await expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()
    await page.get_by_role("button", name=who, exact=True).click()


async def cookies(page: Page) -> set[str]:
    return {cookie.get("name", "") for cookie in await page.context.cookies()}


async def test_one_sign_in_opens_all_four_services(page: Page, site: Site):
    wanted = site.url("awards") + "/awards/projects?q=sepsis"
    await page.goto(wanted)
    await at_provider(page, "olive")
    await expect(page).to_have_url(wanted)
    for service, path in FIRST_PAGES.items():
        answer = await page.goto(site.url(service) + path)
        assert answer is not None
        assert (answer.status, page.url) == (200, site.url(service) + path)
        await expect(page.get_by_text("Olive Office")).to_be_visible()
    assert await cookies(page) == {"nextstep-session"}


@pytest.mark.parametrize("service", SERVICES)
async def test_each_service_signs_in_by_itself(page: Page, site: Site, service: str):
    wanted = site.url(service) + FIRST_PAGES[service]
    await page.goto(
        f"{site.url(service)}/{service}/sign-in?with=account&next={FIRST_PAGES[service]}"
    )
    await at_provider(page, "olive")
    await expect(page).to_have_url(wanted)


async def test_signing_out_ends_the_session_here_and_then_at_the_provider(
    page: Page, site: Site, provider: OpenIdProvider
):
    await page.goto(site.url("scheduling") + "/scheduling/")
    await at_provider(page, "olive")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="End Session")).to_be_visible()
    assert page.url.startswith(f"{provider.issuer}/oauth2/end_session")
    assert parse_qs(urlsplit(page.url).query) == {
        "client_id": ["next-step"],
        "post_logout_redirect_uri": [site.url("scheduling") + "/scheduling/signed-out"],
    }
    assert "nextstep-session" not in await cookies(page)
    await page.get_by_role("button", name="End session").click()
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert page.url == site.url("scheduling") + "/scheduling/signed-out"
    await page.goto(site.url("awards") + "/awards/projects")
    await expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()


async def test_two_tabs_sign_in_at_once_and_each_reaches_its_page(
    context: BrowserContext, site: Site
):
    first, second = await context.new_page(), await context.new_page()
    wanted = [site.url("awards") + f"/awards/projects?q={one}" for one in ("first", "second")]
    await first.goto(wanted[0])
    await second.goto(wanted[1])
    await at_provider(second, "olive")
    await at_provider(first, "olive")
    await expect(second).to_have_url(wanted[1])
    await expect(first).to_have_url(wanted[0])
    assert await cookies(first) == {"nextstep-session"}


@pytest.mark.parametrize("script", [True, False])
async def test_a_form_sent_after_the_session_ended_leads_to_the_provider_and_back(
    browser: Browser, site: Site, script: bool
):
    context = await browser.new_context(java_script_enabled=script)
    page = await context.new_page()
    await page.goto(site.url("awards") + "/awards/projects")
    await at_provider(page, "olive")
    await expect(page).to_have_url(site.url("awards") + "/awards/projects")
    await context.clear_cookies()
    await page.locator("main form button").first.click()
    await at_provider(page, "olive")
    await expect(page.get_by_text("Olive Office")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"/awards/projects\?"))
    await context.close()


async def test_the_role_is_that_of_the_group(page: Page, site: Site):
    await page.goto(site.url("awards") + "/awards/")
    await at_provider(page, "pat")
    await expect(page.get_by_text("Pat Panel")).to_be_visible()
    answer = await page.goto(site.url("applications") + "/applications/list")
    assert answer is not None
    assert answer.status == 403
    await expect(page.get_by_text("Executive panel")).to_be_visible()


async def test_the_role_is_that_of_the_list_of_people(page: Page, site: Site):
    await page.goto(site.url("applications") + "/applications/list")
    await at_provider(page, "rita")
    await expect(page.get_by_text("Rita Reader")).to_be_visible()


async def test_somebody_without_a_role_may_use_another_account(page: Page, site: Site):
    wanted = site.url("awards") + "/awards/projects"
    await page.goto(wanted)
    await at_provider(page, "norman")
    await expect(page.get_by_role("heading", name="You have no role on this site")).to_be_visible()
    await expect(page.get_by_text("You signed in as norman@example.org")).to_be_visible()
    await assert_readable(page, "openid-no-role")
    assert await cookies(page) == set()
    await page.get_by_role("link", name="Use another account").click()
    await expect(page).to_have_url(re.compile("prompt=login"))
    await at_provider(page, "olive")
    await expect(page).to_have_url(wanted)


async def test_an_address_that_is_not_confirmed_opens_nothing(page: Page, site: Site):
    await page.goto(site.url("awards") + "/awards/projects")
    await at_provider(page, "una")
    await expect(
        page.get_by_role("heading", name="Your email address is not confirmed")
    ).to_be_visible()
    assert await cookies(page) == set()


async def test_somebody_who_declines_is_told_and_may_start_again(page: Page, site: Site):
    await page.goto(site.url("awards") + "/awards/projects")
    await page.get_by_role("button", name="Deny").click()
    await expect(page.get_by_role("heading", name="You were not signed in")).to_be_visible()
    await page.get_by_role("link", name="Start again").click()
    await at_provider(page, "olive")
    # this provider leaves `state` out when it says no, and with it goes the page asked for
    await expect(page).to_have_url(site.url("awards") + "/awards/")


async def test_the_way_back_in_the_browser_signs_nobody_in_again(page: Page, site: Site):
    await page.goto(site.url("awards") + "/awards/projects")
    async with page.expect_request(lambda asked: "/sign-in/return?" in asked.url) as came_back:
        await at_provider(page, "olive")
    address = (await came_back.value).url
    await page.context.clear_cookies()
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 400
    await expect(page.get_by_text("It was begun in another browser")).to_be_visible()
    assert await cookies(page) == set()


async def test_both_ways_are_offered_side_by_side(page: Page, site: Site):
    wanted = site.url("notifications") + "/notifications/"
    await page.goto(wanted)
    await assert_readable(page, "openid-both-ways")
    await page.get_by_role("link", name=f"Sign in with {NAME}").click()
    await at_provider(page, "olive")
    await expect(page).to_have_url(wanted)
    await page.context.clear_cookies()
    await page.goto(wanted)
    await page.get_by_label("Your name").fill("Lou Local")
    await page.locator("main form button").click()
    await expect(page.get_by_text("Lou Local")).to_be_visible()


def test_the_provider_is_a_process_of_its_own(provider: OpenIdProvider):
    assert provider.issuer.startswith("http://127.0.0.1:")
    assert Path(provider.folder / "openid.log").exists()
