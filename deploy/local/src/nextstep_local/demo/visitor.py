"""A person with a browser: keeps cookies, follows links, fills in the forms that pages show."""

import csv
import io
from typing import Any

import httpx

from nextstep_local.demo.pages import Page, PageError, PageForm

TIMEOUT_SECONDS = 60  # the machine is small and everybody comes at once


class RefusedError(PageError):
    """The site did not do what was asked; the message quotes what it said."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        said = response.text
        if "html" in response.headers.get("content-type", ""):
            said = Page(response).text
        method = response.request.method
        super().__init__(f"{method} {response.request.url} gave {self.status}: {said[:1500]}")


class Visitor:
    """One person's browser. All share a pool of connections, none shares cookies."""

    def __init__(self, transport: httpx.AsyncHTTPTransport) -> None:
        self._client = httpx.AsyncClient(
            transport=transport, follow_redirects=True, timeout=TIMEOUT_SECONDS, trust_env=False
        )

    async def open(self, url: str, **query: str) -> Page:
        """Look at a page.

        Raises:
            RefusedError: anything but a page.

        """
        return Page(self._good(await self._client.get(url, params=query or None)))

    async def see(self, url: str) -> Page:
        """Look at a page, which may say no."""
        return Page(await self._client.get(url))

    async def send(self, form: PageForm, **answers: str | list[str]) -> Page:
        """Fill in a form and press its button; the page that follows.

        Raises:
            PageError: the form has no such field.
            RefusedError: the site did not accept it.

        """
        data = form.filled(**answers)
        if form.method == "get":
            response = await self._client.get(form.action, params=data)
        else:
            response = await self._client.post(form.action, data=data)
        return Page(self._good(response))

    async def send_files(
        self, form: PageForm, files: dict[str, tuple[str, bytes]], **answers: str | list[str]
    ) -> Page:
        """Choose files in a form, fill in the rest and press its button; the page that follows.

        Raises:
            RefusedError: the site did not accept it.

        """
        data = {name: value for name, value in form.filled(**answers).items() if name not in files}
        return Page(self._good(await self._client.post(form.action, data=data, files=files)))

    async def sheet(self, url: str, **query: str) -> list[dict[str, str]]:
        """A CSV export, row by row."""
        response = self._good(await self._client.get(url, params=query))
        return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))

    async def follow_emailed_link(self, url: str) -> Page:
        """Open a link from an email and press the button on the page it shows."""
        page = await self.open(url)
        return await self.send(page.form(action=httpx.URL(url).path))

    async def sign_in(self, service_url: str, service: str, name: str, role: str) -> Page:
        """Sign in on the local sign-in page."""
        page = await self.open(f"{service_url}/{service}/sign-in")
        return await self.send(page.form(field="role"), name=name, role=role)

    async def post(self, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        """Send raw bytes, as a form product does; any answer is an answer."""
        return await self._client.post(url, content=content, headers=headers)

    async def read(self, url: str) -> Any:
        """A machine's answer in JSON."""
        return self._good(await self._client.get(url)).json()

    async def text(self, url: str) -> str:
        """A machine's answer in plain text."""
        return self._good(await self._client.get(url)).text

    @staticmethod
    def _good(response: httpx.Response) -> httpx.Response:
        if not response.is_success:
            raise RefusedError(response)
        return response
