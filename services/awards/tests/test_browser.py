"""The pages in a real Chromium: accessible, usable on a phone, and without a script's help."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from awards.judging.filling_in_sheets import unlock
from awards.panel.deciding_conflicts import decide_conflict
from nextstep_local.testing import assert_accessible, assert_readable, serving
from nextstep_web.testing import signed_in

from .builders import accepted, amended, requirements
from .service import Service

pytestmark = [pytest.mark.stack, pytest.mark.browser]


@pytest_asyncio.fixture
async def address(service: Service) -> AsyncIterator[str]:
    """The service's own web server on a free port."""
    async with serving(service.app) as url:
        yield url


async def a_busy_day(service: Service) -> tuple[dict[str, str], dict[str, str]]:
    """Seven projects in judging, a recusal, some sheets locked, one Fellow without a project."""
    await service.hear(accepted("f9"))
    made = await service.with_projects(*(f"f{n}" for n in range(7)))
    await service.hear(*(requirements(f, met=f != "f3") for f in made))
    judges = await service.with_panel("Ada", "Ben", "Cat")
    pair = (made["f5"], judges["Ada"])
    await service.act(lambda act: decide_conflict(act, pair, kind="supervisor", effective=True))
    await service.opened()
    for number, project in enumerate(made.values()):
        for judge in (judges["Ben"], judges["Cat"]):
            await service.lock(project, judge, impact=1 + number % 5, comment="Clear and honest.")
    return made, judges


async def look(page, address: str, path: str, name: str) -> None:
    """Open a page at both widths; it must be accessible and not scroll sideways."""
    answer = await page.goto(address + path)
    assert answer.status == 200, path
    await assert_readable(page, name)


async def be(page, service: Service, address: str, *roles: str, **who: str) -> None:
    """Sign the browser in."""
    session = signed_in(service.settings, *roles, **who)
    await page.context.clear_cookies()
    await page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in session.cookies.items()]
    )


async def test_the_offices_pages_are_accessible_on_a_desk_and_on_a_phone(
    service, address, browser_page
):
    made, judges = await a_busy_day(service)
    await service.lock_all((await service.judging()).outstanding)
    await service.act(lambda act: unlock(act, (made["f1"], judges["Ben"]), "Typing slip"))
    await service.lock(made["f1"], judges["Ben"], impact=5)
    await be(browser_page, service, address, "office", subject="office@example.org")
    for name, path in {
        "home": "/awards/",
        "projects": "/awards/projects",
        "missing": "/awards/projects/missing",
        "new": "/awards/projects/new",
        "project": f"/awards/projects/{made['f5']}",
        "panellists": "/awards/panellists",
        "panellist": f"/awards/panellists/{judges['Ada']}",
        "conflicts": "/awards/conflicts",
        "scoring": "/awards/scoring",
        "sheet": f"/awards/sheets/{made['f1']}/{judges['Ben']}",
        "result": "/awards/result",
        "graduation": "/awards/graduation",
        "audit": "/awards/audit",
        "dead-letters": "/awards/dead-letters",
    }.items():
        await look(browser_page, address, path, f"office-{name}")
    await service.decided()
    await look(browser_page, address, "/awards/result", "office-result-decided")


async def test_before_scoring_the_office_sees_conflicts_to_answer_and_what_is_missing(
    service, address, browser_page
):
    await service.with_projects("f1", "f2", trust="Shared Trust")
    await service.with_panel("Ada", trust="Shared Trust")
    await service.hear(amended("f2", "ada@panel.example"))  # who can only be kept from their own
    await be(browser_page, service, address, "office")
    for name, path in {"conflicts": "/awards/conflicts", "scoring": "/awards/scoring"}.items():
        await look(browser_page, address, path, f"office-before-{name}")
    await browser_page.goto(f"{address}/awards/conflicts")
    await browser_page.get_by_role("button", name="Dismiss").first.click()
    assert [one.own for one in (await service.panel()).suggestions] == [True]


async def test_a_tie_across_the_last_bursary_is_settled_on_the_page(service, address, browser_page):
    made = await service.with_projects(*(f"f{n}" for n in range(6)))
    await service.with_panel("Ada", "Ben")
    await service.opened()
    await service.lock_all((await service.judging()).expected)
    await be(browser_page, service, address, "office")
    await look(browser_page, address, "/awards/result", "office-tie")
    for number, key in enumerate(reversed(made.values()), start=1):
        await browser_page.locator(f"#place-{key}").fill(str(number))
    await browser_page.get_by_label("How the panel settled it").fill("Drawn by lot, witnessed")
    await browser_page.get_by_role("button", name="Record the panel").click()
    await browser_page.get_by_role("button", name="Stage the decision").click()
    await look(browser_page, address, "/awards/result", "office-staged")
    await browser_page.get_by_role("button", name="Announce this decision").click()
    won = [one.project_id for one in (await service.result()).announced.winners]
    assert won == list(reversed(made.values()))[:5]


async def test_somebody_who_judges_and_works_in_the_office_sees_what_is_left_for_them(
    service, address, browser_page
):
    made, judges = await a_busy_day(service)
    await be(browser_page, service, address, "office", subject="ada@panel.example", name="Ada")
    pages = {
        "home": "/awards/",
        "projects": "/awards/projects",
        "project": f"/awards/projects/{made['f1']}",
        "oneself": f"/awards/panellists/{judges['Ada']}",
        "scoring": "/awards/scoring",
        "sealed-sheet": f"/awards/sheets/{made['f1']}/{judges['Ben']}",
        "own-sheet": f"/awards/sheets/{made['f1']}/{judges['Ada']}",
        "result": "/awards/result",
    }
    for name, path in pages.items():
        await look(browser_page, address, path, f"judge-in-office-{name}")
    for pair in (await service.judging()).outstanding:
        await service.lock(*pair)
    await look(browser_page, address, "/awards/result", "judge-in-office-averages")
    assert await browser_page.get_by_role("columnheader", name="Rank").count() == 0


async def test_a_panellist_scores_on_a_phone(service, address, browser_page):
    made, judges = await a_busy_day(service)
    await be(browser_page, service, address, "panellist", person_id=judges["Ada"])
    await look(browser_page, address, "/awards/panel", "panel-home")
    url = f"/awards/panel/projects/{made['f0']}"
    await look(browser_page, address, url, "panel-sheet")
    await browser_page.get_by_role("button", name="Lock my sheet").click()
    assert await browser_page.get_by_text("There is a problem").count() == 1
    await assert_accessible(browser_page)
    for criterion in (await service.judging()).method.keys:
        await browser_page.locator(f'[name="points-{criterion}"][value="4"]').check()
    await browser_page.get_by_label("Comment").fill("A clear aim.")
    await browser_page.get_by_role("button", name="Lock my sheet").click()
    await look(browser_page, address, url, "panel-locked")
    assert (await service.judging()).sheet((made["f0"], judges["Ada"])).state == "locked"
    await browser_page.get_by_role("link", name="Next:").click()
    assert "/awards/panel/projects/" in browser_page.url


async def test_a_fellows_own_page_is_accessible_at_every_stage(service, address, browser_page):
    await service.hear(*(accepted(f"f{number}") for number in range(1, 5)))
    await be(browser_page, service, address, "fellow", person_id="f1")
    await look(browser_page, address, "/awards/me", "fellow-new")
    await browser_page.get_by_role("button", name="Save", exact=True).click()
    assert await browser_page.get_by_text("There is a problem").count() == 1
    await assert_accessible(browser_page)
    await browser_page.get_by_label("Title").fill("Fewer falls")
    await browser_page.get_by_label("Supervisor").fill("Dr Sam")
    await browser_page.get_by_label("Employer or organisation").fill("A Trust")
    await browser_page.get_by_label("Summary").fill("What we did.")
    await browser_page.get_by_role("button", name="Save", exact=True).click()
    await look(browser_page, address, "/awards/me", "fellow-registered")
    await browser_page.get_by_text("Ask other Fellows to be authors").click()
    for asked in ("Fellow f2", "Fellow f3", "Fellow f4"):
        await browser_page.get_by_label(asked).check()
    await browser_page.get_by_role("button", name="Save", exact=True).click()
    await be(browser_page, service, address, "fellow", person_id="f2")
    await look(browser_page, address, "/awards/me", "fellow-invited")
    await browser_page.get_by_role("button", name="Yes, I am an author").click()
    await be(browser_page, service, address, "fellow", person_id="f3")
    await browser_page.goto(f"{address}/awards/me")
    await browser_page.get_by_role("button", name="No, I am not").click()
    await look(browser_page, address, "/awards/me", "fellow-said-no")
    await be(browser_page, service, address, "fellow", person_id="f1")
    await look(browser_page, address, "/awards/me", "fellow-asked")
    warning = browser_page.get_by_text("It is submitted without Fellow f4")
    assert await warning.count() == 1
    await browser_page.get_by_role("button", name="Submit the project to the panel").click()
    await look(browser_page, address, "/awards/me", "fellow-submitted")
    (project,) = (await service.panel()).projects.values()
    assert (project.state, project.authors) == ("submitted", ("f1", "f2"))
