"""Every table that is a CSV file is an Excel file too, with columns to choose, where it shows."""

import html
import io
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urljoin

import httpx

from nextstep_local.authorization.asking import ask
from nextstep_local.authorization.table import Asked, Table
from nextstep_local.authorization.world import World

_FORM: Final = re.compile(r'<form[^>]*method="get"[^>]*>.*?</form>', re.DOTALL)
_ACTION: Final = re.compile(r'<form[^>]*action="([^"]*)"')
_COLUMN: Final = re.compile(r'name="column" value="([^"]*)"')
_HREF: Final = re.compile(r'href="([^"]*)"')
_FOR_PROGRAMS: Final = re.compile(r"[a-z]+(_[a-z]+)+|.*\dT\d\d:\d\d.*(Z|[+-]\d\d:\d\d)")
"""A heading, or a moment, as no person writes it."""


@dataclass(frozen=True)
class _Page:
    """A page as somebody sees it."""

    answer: httpx.Response

    @property
    def path(self) -> str:
        return self.answer.request.url.path

    def offers(self, kind: str) -> set[str]:
        """The addresses from which the page offers tables as files of this kind."""
        text = self.answer.text
        linked = {httpx.URL(urljoin(self.path, html.unescape(one))) for one in _HREF.findall(text)}
        found = {one.path for one in linked if one.params.get("format") == kind}
        if kind == "csv":
            found |= {
                one.path
                for one in linked
                if one.path.endswith(".csv") and "format" not in one.params
            }
        button = f'name="format" value="{kind}"'
        return found | {self._action(form) for form in _FORM.findall(text) if button in form}

    def columns(self, path: str) -> list[str]:
        """Those that can be chosen for the table at an address."""
        forms = [form for form in _FORM.findall(self.answer.text) if self._action(form) == path]
        return [one for form in forms for one in _COLUMN.findall(form)]

    def _action(self, form: str) -> str:
        found = _ACTION.match(form)
        return (found and html.unescape(found[1])) or self.path


async def check_downloads(world: World, table: Table) -> list[str]:
    """Fail where a table is a file for programs alone, or one that nobody is offered.

    Returns:
        the addresses of the tables that were found.

    """
    found: set[str] = set()
    hidden: dict[str, Asked] = {}
    async with world.asking() as (client, before):
        for asked in table:
            for page in await _pages(world, client, asked):
                offered = page.offers("csv")
                missing = offered - page.offers("xlsx")
                assert not missing, f"{page.path} offers {missing} as CSV and not as Excel."
                for path in offered:
                    await _check_table(client, page, path)
                found |= offered
                if _is_csv(await _get(client, page, page.path, format="csv")):
                    hidden[page.path] = asked
        world.restore(before)  # that some files were taken is on the audit trail
    unlinked = [f"{one} ({path})" for path, one in hidden.items() if path not in found]
    assert not unlinked, f"No page offers the file that there is of {', '.join(unlinked)}."
    return sorted(found)


async def _pages(world: World, client: httpx.AsyncClient, asked: Asked) -> list[_Page]:
    """The page of a row about each thing, as the first who is shown it."""
    if asked.route.method != "GET" or asked.for_machines:
        return []
    shown = []
    for thing in world.cases(asked.row.thing).values():
        for name in filter(asked.may, world.people):
            answer = await ask(world, client, asked, world.people[name], thing)
            html_page = answer.headers.get("content-type", "").startswith("text/html")
            if answer.status_code == HTTPStatus.OK and html_page:
                shown.append(_Page(answer))
                break
    return shown


async def _get(client: httpx.AsyncClient, page: _Page, path: str, **query: Any) -> httpx.Response:
    """Ask as whoever was shown the page, for what it shows."""
    shown = page.answer.request
    headers = {"cookie": shown.headers["cookie"], "accept": "text/html"}
    return await client.get(path, params={**shown.url.params, **query}, headers=headers)


def _is_csv(answer: httpx.Response) -> bool:
    return str(answer.headers.get("content-type", "")).startswith("text/csv")


async def _check_table(client: httpx.AsyncClient, page: _Page, path: str) -> None:
    from openpyxl import load_workbook  # slow to load

    said = f"The table {path}, offered by {page.path},"
    assert _is_csv(await _get(client, page, path, format="csv")), f"{said} is no CSV."
    columns = page.columns(path)
    assert columns, f"{said} has no columns to choose."
    for chosen in ((), columns[:1]):
        answer = await _get(client, page, path, format="xlsx", column=chosen)
        sheet = load_workbook(io.BytesIO(answer.content)).active
        rows = list(sheet.iter_rows())
        assert len(rows[0]) == len(chosen) or not chosen, f"{said} has other columns than chosen."
        cells = [cell for row in rows for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}, (
            f"{said} has more than text."
        )
        odd = [str(c.value) for c in cells if _FOR_PROGRAMS.fullmatch(str(c.value))]
        heads = [one for one in odd if one in {str(c.value) for c in rows[0]} or "T" in one]
        assert not heads, f"{said} says {heads}, which is for programs."
