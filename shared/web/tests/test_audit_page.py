"""The audit trail as the office reads it."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from playwright.async_api import Page

from nextstep_local.testing import assert_readable, serving
from nextstep_messaging import Actor, FixedClock, Messaging, UnitOfWork
from nextstep_messaging.operating.audit import ENTRIES, erase_details, record
from nextstep_messaging.operating.audit.recording import RESTORED, record_blanked
from nextstep_messaging.operating.audit.restorations import note_restored
from nextstep_messaging.testing import audit_trail
from nextstep_web import WebSettings, audit_todos
from nextstep_web.testing import signed_in

from .conftest import enter

pytestmark = pytest.mark.stack
OLIVE = Actor("staff", "olive@example.org", "Olive Office", "192.0.2.7")
AUDIT = "/awards/audit"


async def acted(messaging: Messaging, *acts: tuple[str, str, dict[str, Any]]) -> None:
    async def work(uow: UnitOfWork) -> None:
        for action, about, details in acts:
            await record(uow, OLIVE, action, about, **details)

    await messaging.transact(work)


async def test_an_entry_says_who_did_what_when_why_and_from_where(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    enter(running, settings, "office")
    assert "Nobody has changed anything yet." in (await running.get(AUDIT)).text
    await acted(messaging, ("withdraw", "1", {"reason": "Left the region."}))
    page = (await running.get(AUDIT)).text
    assert '<a href="/awards/projects/1">withdraw “1”</a>' in page
    for told in (
        "olive",
        "Left the region.",
        "192.0.2.7",
        "2 Sep 2024, 1pm",
        "Those on this page are as they were written.",
    ):
        assert told in page
    assert '<a href="/awards/projects">Projects</a>' in page


async def test_the_latest_comes_first_a_page_at_a_time_and_can_be_turned_round(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    enter(running, settings, "office")
    await acted(messaging, *((f"did-{n:02}", "1", {}) for n in range(1, 61)))
    latest, earliest = (await running.get(AUDIT)).text, (await running.get(f"{AUDIT}?page=2")).text
    assert ("did-60" in latest, "did-10" in latest) == (True, False)
    assert ("did-10" in earliest, "did-60" in earliest) == (True, False)
    turned = (await running.get(f"{AUDIT}?sort=number")).text
    assert turned.index("did-01") < turned.index("did-02") < turned.index("did-50")
    assert "did-51" not in turned


async def test_the_file_holds_every_entry_with_its_leaf(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    enter(running, settings, "read_only")
    await acted(messaging, *(("score", str(n), {"total": n}) for n in range(55, 0, -1)))
    await audit_trail(messaging)
    file = await running.get(f"{AUDIT}?format=csv")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["about"] for row in rows[:2]] == ["55", "54"]
    assert len(rows) == 55
    assert len({row["leaf"] for row in rows}) == 55
    assert rows[0]["at"] == "2024-09-02T12:00:00+00:00"
    assert rows[0]["details"] == "{'total': 55}"


async def test_a_change_in_the_database_is_named_by_its_number(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    enter(running, settings, "office")
    await acted(messaging, *((f"did-{n}", "1", {}) for n in range(1, 5)))
    await audit_trail(messaging)
    await messaging.db.write(ENTRIES).update({"number": 3}, {"$set": {"action": "did-nothing"}})
    page = (await running.get(AUDIT)).text
    assert "Entry 3 was changed after it was written." in page
    assert "Those on this page are as they were written." not in page


async def test_what_was_erased_leaves_the_trail_whole(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    enter(running, settings, "office")
    await acted(messaging, ("note", "p-1", {"why": "Ill since May."}), ("note", "p-2", {}))
    await messaging.transact(lambda uow: erase_details(uow, "p-1"))
    page = (await running.get(AUDIT)).text
    assert ("Ill since May." in page, "Those on this page are as they were written." in page) == (
        False,
        True,
    )


async def test_what_is_hidden_from_a_reader_is_told_without_what_it_is_about(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    await acted(messaging, ("reject", "2", {"why": "A family matter."}), ("reject", "3", {}))
    enter(running, settings, "read_only")
    for path in (AUDIT, f"{AUDIT}?format=csv"):
        shown = (await running.get(path)).text
        assert ("family" in shown, "projects/2" in shown, "“2”" in shown) == (False, False, False)
        assert shown.count("reject") == 2
    assert "Those on this page are as they were written." in (await running.get(AUDIT)).text
    enter(running, settings, "office")
    assert "A family matter." in (await running.get(AUDIT)).text


async def put_back(messaging: Messaging) -> None:
    """What a restore leaves on the trail."""

    async def work(uow: UnitOfWork) -> None:
        about = {"taken_at": "2024-09-01T01:00:00+00:00", "size": 4, "sealed": 0, "erased_again": 0}
        entry = await record_blanked(uow, OLIVE, RESTORED, "c0ffee", [], **about)
        await note_restored(uow, entry, 4)

    await messaging.transact(work)


async def test_a_restore_is_told_above_the_trail_and_for_a_month_as_something_to_know(
    running: httpx.AsyncClient, messaging: Messaging, settings: WebSettings
):
    enter(running, settings, "office")
    await put_back(messaging)
    told = (
        "The audit log of awards was restored on 2 September 2024, 12:00 UTC from a backup of "
        "1 September 2024, 01:00 UTC: it goes on after entry 4."
    )
    assert told in (await running.get(AUDIT)).text
    [todo] = await audit_todos(messaging)
    assert (todo["text"].startswith(told), todo["href"]) == (True, AUDIT)
    messaging.clock = FixedClock(messaging.clock.now() + timedelta(days=31))
    assert await audit_todos(messaging) == []
    assert told in (await running.get(AUDIT)).text


async def test_only_who_may_read_it_reads_it(running: httpx.AsyncClient, settings: WebSettings):
    for role, status in (("office", 200), ("read_only", 200), ("panel", 403), ("facilitator", 403)):
        enter(running, settings, role)
        assert (await running.get(AUDIT)).status_code == status, role


@pytest.mark.browser
async def test_it_can_be_read_on_a_desk_and_on_a_phone(
    browser_page: Page,
    make_app: Callable[..., FastAPI],
    messaging: Messaging,
    settings: WebSettings,
):
    why = "The panellist wrote that the sheet was locked by mistake on the way to a meeting."
    await acted(messaging, *(("unlock-sheet", f"project-{n}", {"why": why}) for n in range(60)))
    await put_back(messaging)
    session = signed_in(settings, "office", name="Olive Office")
    async with serving(make_app(messaging)) as url:
        cookies = [{"name": k, "value": v, "url": url} for k, v in session.cookies.items()]
        await browser_page.context.add_cookies(cookies)  # type: ignore[arg-type]
        await browser_page.goto(url + AUDIT)
        await assert_readable(browser_page, "shared-audit")
        await browser_page.click("text=Next page")
        await browser_page.wait_for_selector("text=Page 2 of 2")
