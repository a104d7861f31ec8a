"""The pages in a real Chromium: accessible, and usable on a desktop and on a phone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from nextstep_local.testing import assert_accessible, assert_readable, serving
from nextstep_web.testing import signed_in
from notifications.emails.all_emails import EMAILS
from notifications.emails.email import SAMPLE_NAME
from notifications.emails.writing import Frame, Writer

from .. import builders as b
from ..conftest import Running

pytestmark = [pytest.mark.stack, pytest.mark.browser]
"""A folder for pictures of every page, to be looked at by a person."""


@pytest.fixture
async def address(service: Running) -> AsyncIterator[str]:
    """Where a browser reaches the service."""
    async with serving(service.app) as url:
        yield url


async def a_busy_week(service: Running) -> None:
    """Emails of most kinds and states, sessions dated, changed and cancelled."""
    bad = b.person(7).model_copy(update={"email": "nowhere"})
    await service.hear(
        *(b.scheduled(n, on=b.date(2024, 10, 7 + n), starts=None) for n in (1, 2)),
        *(b.accepted(n) for n in range(1, 6)),
        b.submitted(6),
        b.submitted(7, who=bad),
        b.offered(6),
        b.missed(1),
        b.standing(2, now="no_slack"),
        b.missed(40),
        b.panellist_invited(),
    )
    await service.hear(b.changed(1), b.cancelled(2), b.withdrawn(5))


async def look(page: Any, url: str, name: str) -> None:
    """Open a page at both widths; it must be accessible and not scroll sideways."""
    answer = await page.goto(url)
    assert answer.status == 200
    await assert_readable(page, name)


async def test_every_page_is_accessible_and_fits_a_phone(
    service: Running, address: str, browser_page: Any
):
    await a_busy_week(service)
    who = signed_in(service.settings, "office", name="Pat Office")
    await browser_page.context.add_cookies(
        [{"name": k, "value": v, "url": address} for k, v in who.cookies.items()]
    )
    [failed] = await service.emails(state="failed")
    changed = (await service.emails(template="invitation_changed"))[0]
    paths = {
        "home": "",
        "mails": "mails",
        "mail-failed": f"mails/{failed.email_id}",
        "mail-invitation": f"mails/{changed.email_id}",
        "person": "people/person-1",
        "calendar": "calendar",
        "session": "calendar/session-1",
        "templates": "templates",
        "template": "templates/place_offered",
        "audit": "audit",
    }
    for name, path in paths.items():
        await look(browser_page, f"{address}/notifications/{path}", name)


async def test_a_persons_own_page_is_accessible(service: Running, address: str, browser_page: Any):
    await a_busy_week(service)
    who = signed_in(service.settings, "fellow", person_id="person-1", name="Dr Applicant 1")
    await browser_page.context.add_cookies(
        [{"name": k, "value": v, "url": address} for k, v in who.cookies.items()]
    )
    await look(browser_page, f"{address}/notifications/me", "me")


async def test_the_email_is_really_shown_inside_its_frame(
    service: Running, address: str, browser_page: Any
):
    await service.hear(b.offered())
    [row] = await service.emails()
    who = signed_in(service.settings, "office")
    await browser_page.context.add_cookies(
        [{"name": k, "value": v, "url": address} for k, v in who.cookies.items()]
    )
    await browser_page.goto(f"{address}/notifications/mails/{row.email_id}")
    heading = browser_page.frame_locator("iframe").get_by_role("heading", level=1)
    assert await heading.inner_text() == "We offer you a place"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_email_is_accessible_and_fits_a_phone(browser: Any, scheme: str):
    urls = {s: f"https://{s}.example.org" for s in ("applications", "scheduling", "awards")}
    writer = Writer(Frame("Next Step 2024-25", "office@nextstep.example.org", urls))
    page = await browser.new_page(color_scheme=scheme, viewport={"width": 360, "height": 700})
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    for email in EMAILS.values():
        await page.set_content(writer.write(email, SAMPLE_NAME, email.sample, b.NOW).html)
        if scheme == "dark":  # only the colours differ
            await assert_accessible(page, only=["color-contrast"])
        else:  # laid out with tables and without landmarks: that is how email programs want it
            await assert_accessible(page, ignore=["region", "landmark-one-main"])
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert requested == []
    await page.close()
