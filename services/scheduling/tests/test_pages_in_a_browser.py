"""Every page in a real Chromium: usable, accessible, right for who looks at it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from nextstep_contracts import EmailSent
from nextstep_local.testing import assert_readable
from nextstep_web.testing import signed_in
from scheduling.calendar.store import sessions_of
from scheduling.fellows.store import fellows_of
from scheduling.office.store import EMAILS

from .builders import accepted, person_id
from .conftest import Running, soon

pytestmark = [pytest.mark.stack, pytest.mark.browser]
"""A folder to keep screenshots in, for a person to look at."""
NAMES = ["Amara Okonkwo", "Siân Llewellyn-Jones", "Krzysztof Wójcik", "Li Na", "Bob O'Brien"]


async def opened(
    browser_page: Any, running: Running, address: str, *roles: str, **who: Any
) -> None:
    session = signed_in(running.settings, *roles, **who)
    await browser_page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in session.cookies.items()]
    )


async def seen(browser_page: Any, address: str, path: str, name: str) -> None:
    """Open a page at both widths: it fits, is accessible, and can be kept as a picture."""
    answer = await browser_page.goto(address + path)
    assert answer.status == 200
    await assert_readable(browser_page, name)


def joining(count: int) -> list[Any]:
    events = [accepted(n) for n in range(1, count + 1)]
    return [
        e.model_copy(update={"person": e.person.model_copy(update={"name": name})})
        for e, name in zip(events, (NAMES * count)[:count], strict=True)
    ]


async def half_a_year(running: Running, fellows: int) -> None:
    """Fellows, sets, and the registers of the autumn, as the office would have left them."""
    await running.joined(*joining(fellows))
    running.clock.set(datetime(2024, 10, 10, 9, tzinfo=UTC))
    async with running.staff() as office:
        assert (await office.post("/scheduling/sets/allocate")).status_code == 303
        held = await sessions_of(running.read, "2024-25")
        running.clock.set(datetime(2025, 1, 12, 9, tzinfo=UTC))
        for number, session in enumerate(s for s in held if s.kind in {"module", "masterclass"}):
            if session.over_at is None or session.over_at > running.clock.now():
                continue
            missing = {f"status-{person_id(n)}": "absent" for n in range(1, 4 - number % 3)}
            sorry = {f"status-{person_id(5)}": "apologies"}
            marks = missing | sorry | {"rest": "attended"}
            done = await office.post(
                f"/scheduling/sessions/{session.session_id}/register", data=marks
            )
            assert done.status_code == 303


async def test_the_office_s_pages(browser_page: Any, running: Running, address: str):
    await half_a_year(running, 12)
    await running.neighbours.say(_invitation(), publisher="notifications")
    await soon(lambda: running.read(EMAILS).count({}))
    await opened(browser_page, running, address, "office", name="Ola Office")
    module = "/scheduling/sessions/2024-25:module-1"
    for path, name in (
        ("/scheduling/", "home"),
        ("/scheduling/sessions", "sessions"),
        ("/scheduling/sessions/new", "new-session"),
        (module, "session"),
        (f"{module}/edit", "edit-session"),
        (f"{module}/cancel", "cancel-session"),
        (f"{module}/register", "register"),
        ("/scheduling/fellows", "fellows"),
        (f"/scheduling/fellows/{person_id(1)}", "fellow"),
        ("/scheduling/sets", "sets"),
        ("/scheduling/audit", "audit"),
        ("/scheduling/dead-letters", "dead-letters"),
    ):
        await seen(browser_page, address, path, name)


async def test_a_fellow_s_own_page_and_nothing_else(
    browser_page: Any, running: Running, address: str
):
    await half_a_year(running, 14)
    await opened(browser_page, running, address, "fellow", person_id=person_id(1), name="Amara")
    await seen(browser_page, address, "/scheduling/me", "me")
    text = await browser_page.inner_text("main")
    assert "You are in set" in text
    assert (await browser_page.goto(f"{address}/scheduling/fellows")).status == 403


async def test_the_sets_page_before_the_allocation(
    browser_page: Any, running: Running, address: str
):
    await running.joined(*(accepted(n) for n in range(1, 71)))
    await opened(browser_page, running, address, "office", name="Ola Office")
    await seen(browser_page, address, "/scheduling/sets", "sets-before")
    assert "Exactly enough" in await browser_page.inner_text("main")


async def test_a_facilitator_fills_in_a_register_on_a_phone(
    browser_page: Any, running: Running, address: str
):
    await running.joined(*joining(5))
    running.clock.set(datetime(2024, 9, 11, 19, tzinfo=UTC))
    await browser_page.set_viewport_size({"width": 390, "height": 844})
    await opened(browser_page, running, address, "facilitator", name="Fay")
    await browser_page.goto(f"{address}/scheduling/sessions/2024-25:masterclass-1/register")
    await browser_page.check(f"#status-{person_id(1)}-attended")
    await browser_page.check(f"#status-{person_id(2)}-apologies")
    await browser_page.check("[name=rest]")
    await browser_page.click("text=Save the register")
    await browser_page.wait_for_selector("text=The register is saved: 5 marks.")
    statuses = {
        f.person_id: f.verdicts["2024-25:masterclass-1"].status
        for f in await fellows_of(running.read, "2024-25")
    }
    assert statuses == {
        person_id(1): "attended",
        person_id(2): "apologies",
        **{person_id(n): "absent" for n in (3, 4, 5)},
    }


def _invitation() -> EmailSent:
    return EmailSent(
        email_id="email-1",
        revision=1,
        cause_id="6b0f0f2e-0000-4000-8000-000000000001",
        cause_type="scheduling.SessionScheduled.v1",
        cause_subject="2024-25:module-1",
        person_id=person_id(1),
        template="session_scheduled",
        sent_at=datetime(2024, 8, 2, tzinfo=UTC),
        title="Invitation",
    )
