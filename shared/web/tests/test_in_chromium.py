"""The pages as people meet them: in a real browser, by keyboard, on a phone, judged by axe."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import OKPKey
from playwright.async_api import Page, ViewportSize, expect
from structlog.testing import capture_logs

from nextstep_local.testing import assert_accessible, assert_readable
from nextstep_web import LinkClaims, WebSettings, link_path, mint_link
from nextstep_web.testing import signed_in

pytestmark = pytest.mark.browser

SENT = datetime(2024, 9, 2, 12, tzinfo=UTC)
PHONE = ViewportSize(width=390, height=844)
SignIn = Callable[..., object]
expect.set_options(timeout=20_000)  # milliseconds; the machine may be busy with other tests


@pytest.fixture
def enter(browser_page: Page, settings: WebSettings, site: str) -> SignIn:
    """Signs the browser in with the roles named."""

    async def sign_in(*roles: str) -> None:
        session = signed_in(settings, *roles, name="Olive Office")
        cookies = [{"name": k, "value": v, "url": site} for k, v in session.cookies.items()]
        await browser_page.context.add_cookies(cookies)  # type: ignore[arg-type]

    return sign_in


@pytest.fixture
def old_link(link_key: OKPKey) -> str:
    claims = LinkClaims(
        "p-7",
        "Dr Amara Okafor",
        "project",
        frozenset({"fellow"}),
        "awards",
        "/awards/me",
        SENT - timedelta(days=1),
    )
    return link_path("awards", mint_link(link_key.as_dict(private=True), claims))


@pytest.fixture
def a_link(link_key: OKPKey) -> str:
    claims = LinkClaims(
        "p-1",
        "Dr Amara Okafor",
        "project",
        frozenset({"fellow"}),
        "awards",
        "/awards/me",
        SENT + timedelta(days=7),
    )
    return link_path("awards", mint_link(link_key.as_dict(private=True), claims))


async def nothing_sticks_out(page: Page) -> bool:
    """Whether the page can be read without scrolling sideways (WCAG 1.4.10)."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(
    "path",
    [
        "/awards/",
        "/awards/projects",
        "/awards/projects?q=nothing+like+this",
        "/awards/withdraw",
        "/awards/me",
        "/awards/broken",
        "/awards/sign-in",
        "/awards/link/torn",
    ],
)
async def test_every_page_is_accessible(browser_page: Page, site: str, enter: SignIn, path: str):
    await enter("office")
    with capture_logs():
        await browser_page.goto(site + path)
    await assert_accessible(browser_page)


@pytest.mark.parametrize("path", ["/awards/", "/awards/projects", "/awards/withdraw"])
async def test_every_page_fits_a_phone(browser_page: Page, site: str, enter: SignIn, path: str):
    await enter("office")
    await browser_page.set_viewport_size(PHONE)
    await browser_page.goto(site + path)
    await assert_accessible(browser_page)
    assert await nothing_sticks_out(browser_page)


async def test_nothing_is_asked_of_another_host(browser_page: Page, site: str, enter: SignIn):
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    await enter("office")
    for path in ("/awards/", "/awards/projects", "/docs"):
        await browser_page.goto(site + path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((site, "data:"))] == []


async def test_staff_sign_in_do_something_and_sign_out(browser_page: Page, site: str):
    page = browser_page
    await page.goto(site + "/awards/withdraw")
    await page.get_by_label("Your name").fill("Olive Office")
    await assert_accessible(page)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw a project")
    await page.get_by_label("Reason", exact=True).fill("The Fellow moved abroad")
    await page.get_by_label("The Fellow agrees").check()
    await page.get_by_role("button", name="Withdraw").click()
    await expect(page.get_by_role("status").first).to_have_text("The project is withdrawn.")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")


async def test_mistakes_are_summed_up_where_the_keyboard_is(
    browser_page: Page, site: str, enter: SignIn
):
    page = browser_page
    await enter("office")
    await page.goto(site + "/awards/withdraw")
    await page.get_by_label("Reason", exact=True).fill("Ill")
    await page.get_by_role("button", name="Withdraw").click()
    summary = page.locator(".nhsuk-error-summary")
    await expect(summary).to_be_focused()
    assert await page.title() == "Error: Withdraw a project \N{EN DASH} Next Step"
    await expect(page.get_by_label("Reason", exact=True)).to_have_value("Ill")
    await assert_accessible(page)
    await summary.get_by_role("link", name="Reason: use at least 5 characters").click()
    await expect(page.get_by_label("Reason", exact=True)).to_be_focused()


async def test_the_keyboard_can_skip_to_the_content(browser_page: Page, site: str, enter: SignIn):
    page = browser_page
    await enter("office")
    await page.goto(site + "/awards/projects")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#maincontent")).to_be_focused()


async def test_a_list_is_sorted_and_filtered_in_place(browser_page: Page, site: str, enter: SignIn):
    page = browser_page
    await enter("office")
    await page.goto(site + "/awards/projects")
    await page.evaluate("window.stillTheSamePage = true")
    await page.get_by_role("columnheader", name="Project").get_by_role("link").click()
    await expect(page.get_by_role("columnheader", name="Project")).to_have_attribute(
        "aria-sort", "ascending"
    )
    await expect(page).to_have_url(site + "/awards/projects?sort=title")
    await page.get_by_label("State").select_option("Scored")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_role("status")).to_have_text("23 found")
    await expect(page.get_by_role("button", name="Show")).to_be_focused()
    await assert_accessible(page)
    assert await page.evaluate("window.stillTheSamePage")
    await page.go_back()
    await expect(page.get_by_role("status")).to_have_text("70 found")


async def test_a_list_works_without_script(browser_page: Page, site: str, settings: WebSettings):
    browser = browser_page.context.browser
    assert browser
    context = await browser.new_context(java_script_enabled=False, base_url=site)
    session = signed_in(settings, "office")
    cookies = [{"name": k, "value": v, "url": site} for k, v in session.cookies.items()]
    await context.add_cookies(cookies)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto("/awards/projects")
    await page.get_by_label("State").select_option("Scored")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_text("23 found")).to_be_visible()
    await page.get_by_role("link", name="Project", exact=True).click()
    await expect(page.locator("th[aria-sort=ascending]")).to_have_text("Project")
    await context.close()


async def test_an_emailed_link_opens_with_a_button(browser_page: Page, site: str, a_link: str):
    page = browser_page
    await page.set_viewport_size(PHONE)
    await page.goto(site + a_link)
    await assert_accessible(page)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_text("Hello, Dr Amara Okafor.")).to_be_visible()
    assert page.url == site + "/awards/me"
    assert await page.evaluate("document.referrer") == ""
    assert await page.get_by_role("navigation").get_by_role("link").all_inner_texts() == [
        "My application",
        "My programme",
        "My project",
    ]


async def test_the_interface_is_described_under_the_same_strict_policy(
    browser_page: Page, site: str
):
    await browser_page.goto(site + "/docs")
    await expect(browser_page.get_by_role("heading", name="Next Step: Awards")).to_be_visible()
    await expect(browser_page.get_by_text("/webhooks/{source}")).to_be_visible()


async def test_the_pages_of_sessions_and_links_read_well(
    browser_page: Page, site: str, a_link: str, old_link: str
):
    """A link beside a staff session, who is signed in, an expired link, a fresh one asked for."""
    await browser_page.goto(f"{site}/awards/sign-in")
    await browser_page.get_by_label("Your name").fill("Olive Office")
    await browser_page.get_by_role("button", name="Sign in").click()
    await browser_page.goto(f"{site}/awards/sign-ins")
    await expect(browser_page.get_by_text("(this one)")).to_be_visible()
    await assert_readable(browser_page, "sessions")
    await browser_page.goto(site + a_link)
    await assert_readable(browser_page, "link-beside-staff")
    await browser_page.get_by_role("button", name="Open it beside my staff session").click()
    await expect(browser_page.get_by_text("Dr Amara Okafor").first).to_be_visible()
    await browser_page.goto(site + old_link)
    await assert_readable(browser_page, "link-expired")
    await browser_page.get_by_role("button", name="Email me a new link").click()
    await expect(browser_page.get_by_text("is on its way")).to_be_visible()
    await assert_readable(browser_page, "link-on-its-way")
    await browser_page.goto(f"{site}/awards/leave")
    await assert_readable(browser_page, "fresh-link-needed")
