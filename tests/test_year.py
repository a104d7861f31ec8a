"""A whole programme year on a real site, and the pages of that site in a browser.

The same code as `make demo`, with fewer applicants and places: every kind of applicant is there.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from rich.console import Console

from nextstep_local.demo.applicants import invent_applicants
from nextstep_local.demo.mailbox import Mailboxes
from nextstep_local.demo.narrator import Narrator
from nextstep_local.demo.run import Demo
from nextstep_local.site import Site
from nextstep_local.testing import assert_accessible, assert_fits
from nextstep_programme import cohort_path

pytestmark = [pytest.mark.stack, pytest.mark.node]

APPLICANTS, PLACES = 40, 14
SEED = 2042
"""Of people of whom some never answer, some decline and some leave, few as they are."""
OFFICE_PAGES = [
    *("/applications/", "/applications/list", "/applications/ledger", "/applications/receipts"),
    *("/scheduling/", "/scheduling/sessions", "/scheduling/fellows", "/scheduling/sets"),
    *("/notifications/",),
    *("/awards/", "/awards/projects", "/awards/scoring", "/awards/result", "/awards/graduation"),
]


@dataclass
class Played:
    """The site after the year, and the summary of the year."""

    site: Site
    summary: dict[str, Any]

    def url(self, path: str) -> str:
        return self.site.url(path.split("/")[1]) + path


@pytest.fixture(scope="module")
def small_cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = cohort_path("2024-25").read_text("utf-8")
    assert "places: 70" in text
    file = tmp_path_factory.mktemp("cohort") / "2024-25.yaml"
    file.write_text(text.replace("places: 70", f"places: {PLACES}"), "utf-8")
    return file


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def played(small_cohort: Path, anywhere: None) -> AsyncIterator[Played]:  # noqa: ARG001 - it sets the ports
    demo = Demo("tests/year", SEED, APPLICANTS, str(small_cohort), discard=True)
    site = demo.site()
    for values in site.extra.values():
        values["log_level"] = "INFO"  # type: ignore[index] - as a service that serves for good
    with site:
        yield Played(site, await demo.run(site, Narrator(Console(quiet=True))))


async def test_every_invariant_of_the_year_holds(played: Played) -> None:
    found = {one["invariant"]: one["faults"] for one in played.summary["invariants"]}
    assert found == {invariant: [] for invariant in found}
    assert len(found) == 8
    assert played.summary["held"] is True


async def test_the_logs_of_the_year_name_nobody(played: Played) -> None:
    people = invent_applicants(SEED, APPLICANTS)
    planted = {person.name for person in people} | {person.email for person in people}
    planted |= {str(person.answers.get("gmc_number") or person.name) for person in people}
    logs = sorted((played.site.folder / "services").glob("*.log"))
    assert [log.stem for log in logs] == ["applications", "awards", "notifications", "scheduling"]
    for log in logs:
        text = log.read_text("utf-8")
        assert '"event"' in text, log  # something was logged at all
        assert [found for found in sorted(planted) if found.casefold() in text.casefold()] == []


async def test_the_year_has_everything_that_happens_in_a_year(played: Played) -> None:
    counts = played.summary["counts"]
    assert sum(counts["applications"].values()) == APPLICANTS
    assert set(counts["place movements"]) == {
        *("offered", "accepted", "declined", "lapsed", "withdrawn", "waitlisted"),
    }
    assert counts["webhook answers"].keys() == {"200", "202"}
    assert counts["registers"].keys() == {"sessions", "attended", "absent", "apologies"}
    assert counts["graduation"].keys() == {"graduated", "not_yet"}
    assert counts["judging"]["recusals"] >= 1


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(browser: Browser, played: Played) -> AsyncIterator[Page]:
    """Somebody of the office in a browser, signed in once for all four services."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(played.url("/applications/sign-in"))
    await page.get_by_label("name", exact=False).first.fill("Olive Office")
    await page.locator("input[name=role][value=office]").check()
    await page.locator("main form button").click()
    yield page
    await context.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", OFFICE_PAGES)
async def test_the_office_reads_its_pages_after_a_full_year(
    office: Page, played: Played, path: str
) -> None:
    answer = await office.goto(played.url(path))
    assert answer is not None
    assert (answer.status, office.url) == (200, played.url(path))
    # axe takes ten seconds for a table of a whole year, and each service's own tests run it
    await assert_fits(office)


@pytest.mark.browser
async def test_a_fellow_opens_the_newest_link_and_sees_the_year(
    browser_page: Page, played: Played
) -> None:
    boxes = Mailboxes(played.site.stack.mail_folder)
    link = next(link for mail in reversed(boxes.collect()) if (link := mail.link("/awards/link/")))
    await browser_page.goto(link)
    await assert_accessible(browser_page)
    await browser_page.locator("main form button").click()
    assert browser_page.url.startswith(played.url("/awards/me"))
    await assert_accessible(browser_page)
    await browser_page.goto(played.url("/scheduling/me"))
    await assert_accessible(browser_page)
