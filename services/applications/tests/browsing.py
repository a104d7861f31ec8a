"""A browser on the running service, for tests of pages."""

import pytest_asyncio

from nextstep_local.testing import assert_readable, serving
from nextstep_web.testing import signed_in


class Browsing:
    """A browser on the running service."""

    def __init__(self, page, running, url):
        self.page = page
        self.running = running
        self.url = url

    async def become(self, *roles, **about):
        session = signed_in(self.running.settings, *roles, **about)
        await self.page.context.clear_cookies()
        await self.page.context.add_cookies(
            [{"name": k, "value": v, "url": self.url} for k, v in session.cookies.items()]
        )

    async def see(self, path, name):
        """Open a page, check it with axe wide and narrow, and keep pictures of it."""
        answer = await self.page.goto(self.url + path)
        assert answer.status == 200, await self.page.content()
        await self.look(name)

    async def look(self, name):
        await assert_readable(self.page, name)

    async def text(self):
        return await self.page.inner_text("main")


@pytest_asyncio.fixture
async def browsing(running, browser_page):
    """The service on a port, and a browser."""
    async with serving(running.app) as url:
        yield Browsing(browser_page, running, url)
