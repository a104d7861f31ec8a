"""What people do in a browser: read a page, fill in its form, press its button."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, ViewportSize

from nextstep_local.demo.arrivals import fresh_link, newest_link
from nextstep_local.demo.pages import Page as Seen
from nextstep_local.demo.person import Applicant, Upload
from nextstep_local.demo.world import World
from nextstep_local.testing import assert_fits

DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
ASK_FOR_A_LINK = "Email me a fresh link"


@dataclass
class Hands:
    """Everybody's browsers. A script error or a breach of the CSP on any page is a fault."""

    browser: Browser
    world: World
    faults: list[str] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)
    """Addresses that may answer 403, of which the browser's console then has an error."""

    @asynccontextmanager
    async def window(self, size: ViewportSize) -> AsyncIterator[Page]:
        """A browser of one person's own, without cookies."""
        context = await self.browser.new_context(viewport=size)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._note(page, said))
        yield page
        await context.close()

    def _note(self, page: Page, said: ConsoleMessage) -> None:
        if said.type == "error" and said.location["url"] not in self.refusing:
            self.faults.append(f"{page.url}: {said.text}")

    @asynccontextmanager
    async def applicant(self, person: Applicant) -> AsyncIterator[Page]:
        """Somebody's phone on the page of their own, by the newest link in their mail."""
        async with self.window(PHONE) as page:
            await self._arrive(page, newest_link(self.world, person))
            yield page

    async def follow_to_decide(self, page: Page, person: Applicant, link: str) -> None:
        """Follow a link to what cannot be undone: an older email's link has a fresh one sent."""
        shown = page.locator("main").get_by_text(link, exact=True)
        self.refusing.add(urljoin(page.url, await shown.get_attribute("href") or ""))
        await follow(page, link)
        asking = page.locator("main").get_by_role("button", name=ASK_FOR_A_LINK, exact=True)
        if await asking.count():
            await press(page, ASK_FOR_A_LINK)
            await self.world.rest()
            await self._arrive(page, fresh_link(self.world, person))
            await follow(page, link)

    async def _arrive(self, page: Page, link: str) -> None:
        await page.goto(link)
        await page.locator("main form button").click()
        await page.wait_for_load_state()
        if "/applications/me" not in page.url:  # a Fellow's link leads to the sessions
            await page.goto(self.world.url("applications", "/me"))

    async def sign_in(self, page: Page, name: str, service: str = "applications") -> None:
        """Sign in as somebody of the office."""
        await page.goto(self.world.url(service, "/sign-in"))
        await page.get_by_label("name", exact=False).first.fill(name)
        await page.locator("input[name=role][value=office]").check()
        await page.locator("main form button").click()


async def answer(page: Page, answers: Mapping[str, object]) -> None:
    """Fill in the fields of these names; what is folded away is unfolded first."""
    for name, value in answers.items():
        control = page.locator(f"main [name='{name}']")
        if await control.first.get_attribute("type") in ("radio", "checkbox"):
            await page.locator(f"main [name='{name}'][value='{value}']").check()
        else:
            await unfold(control)
            await control.fill(str(value))


async def unfold(control: Locator) -> None:
    """Open the details that a field is in."""
    if not await control.is_visible():
        await control.locator("xpath=ancestor::details[1]/summary").click()


async def choose_files(page: Page, uploads: Mapping[str, Upload]) -> None:
    """Choose a file for each of these fields."""
    for name, upload in uploads.items():
        chosen = {"name": upload.name, "mimeType": "application/pdf", "buffer": upload.data}
        await page.locator(f"main input[name='{name}']").set_input_files(chosen)  # type: ignore[arg-type]


async def follow(page: Page, link: str) -> None:
    """Follow the link that says so; a click alone comes back when the page begins to arrive."""
    await page.locator("main").get_by_text(link, exact=True).click()
    await page.wait_for_load_state()


async def press(page: Page, button: str) -> str:
    """Press the button that says so; what the page that follows says.

    Raises:
        AssertionError: the site found a fault in what was filled in.

    """
    await page.locator("main").get_by_role("button", name=button, exact=True).click()
    await page.wait_for_load_state()
    said = await page.inner_text("main")
    assert "There is a problem" not in said, said[:1500]
    return said


async def seen(page: Page) -> Seen:
    """The page as the demo reads pages: its forms and tables."""
    request = httpx.Request("GET", page.url)
    return Seen(httpx.Response(200, text=await page.content(), request=request))


async def links(page: Page, containing: str) -> list[tuple[str, str]]:
    """What the links of the main part whose address contains this say, and where they lead."""
    found: Iterable[Locator] = await page.locator(f"main a[href*='{containing}']").all()
    return [
        ((await one.inner_text()).strip(), urljoin(page.url, await one.get_attribute("href") or ""))
        for one in found
    ]


async def picture(page: Page, name: str) -> None:
    """Look at the page at both widths, and keep both pictures where a folder is named for them."""
    before = page.viewport_size
    await assert_fits(page, name)
    if before is not None:
        await page.set_viewport_size(before)
