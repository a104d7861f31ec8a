"""Quarantine and reconciliation in a real browser, wide and narrow, with axe."""

import pytest

from ...exporting import native
from ...forms import encoded, person

pytestmark = [pytest.mark.stack, pytest.mark.browser]


async def waiting(running, *given):
    keys = []
    for one in given:
        answer = await running.post(one)
        keys.append(answer.json()["receipt_id"])
        await running.processed(keys[-1])
    return keys


def renamed(number):
    given = person(number)
    given["contact"] = {"mail": given.pop("email")}
    return given


async def test_the_office_mends_the_map_in_the_browser_and_tries_all_again(browsing):
    running, page = browsing.running, browsing.page
    first, _, _ = await waiting(running, renamed(1), renamed(2), encoded({"name": "x"}))
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/quarantine", "quarantine")
    await browsing.see(f"/applications/receipts/{first}", "receipt-to-mend")
    await page.click("text=Correct the map of this form")
    await browsing.look("map-edit")
    await page.select_option("#fields-email", '["contact", "mail"]')
    await page.click("button:has-text('Preview')")
    assert "2 of 3" in await browsing.text()
    await browsing.look("map-preview")
    await page.click("button:has-text('Keep this map')")
    assert "There is a problem" in await browsing.text()
    await browsing.look("map-refused")
    await page.fill("#reason", "The question was renamed on Monday.")
    await page.click("button:has-text('Keep this map')")
    assert "2 of 3 would become applications" in await browsing.text()
    await browsing.look("quarantine-dry-run")
    await page.click("button:has-text('Try all again')")
    await running.processed(first)
    await browsing.see("/applications/maps/native", "map-versions")
    assert "The question was renamed on Monday." in await browsing.text()
    await page.fill("#reason", "It was right before.")
    await page.click("button:has-text('Go back to it')")
    assert "The earlier map is in force." in await browsing.text()
    assert "(return to the file)" in await browsing.text()
    await browsing.see("/applications/audit", "audit-of-maps")


async def test_the_office_corrects_a_record_dismisses_and_erases_in_the_browser(browsing):
    running, page = browsing.running, browsing.page
    typed, spam = await waiting(running, person(1, email="nobody at x"), {"name": "Buy pills"})
    await browsing.become("office", name="Ola Office")
    await browsing.see(f"/applications/receipts/{typed}/correct", "correct")
    await page.click("button:has-text('Keep the correction')")
    assert "There is a problem" in await browsing.text()
    await page.fill("#email", "person1@example.org")
    await page.fill("#reason", "Read out over the telephone.")
    await page.click("button:has-text('Keep the correction')")
    assert "Read out over the telephone." in await browsing.text()
    await browsing.look("receipt-corrected")
    await page.click("button:has-text('Try again')")
    assert (await running.processed(typed))["status"] == "applied"
    await browsing.see(f"/applications/receipts/{spam}/dismiss", "dismiss")
    await page.fill("#reason", "Spam.")
    await page.click("button:has-text('Dismiss')")
    await browsing.look("receipt-dismissed")
    await browsing.see("/applications/quarantine/search?q=pills", "quarantine-search")
    await page.click("main a:has-text('Erase')")
    await browsing.look("receipt-erase")
    await page.fill("#reason", "Asked by letter.")
    await page.click("button:has-text('Erase')")
    assert "The content was erased." in await browsing.text()
    await browsing.look("receipt-erased")


async def test_the_office_reconciles_an_export_in_the_browser(browsing, tmp_path):
    running, page = browsing.running, browsing.page
    here, differs, only_here = person(1), person(2), person(3)
    for given in (here, differs, only_here):
        await running.take(given)
    await waiting(running, person(6, email="no", submission_id="f-6"))
    lost, twice = person(4, submission_id="f-4"), person(5)
    file = tmp_path / "All submissions.csv"
    file.write_bytes(
        native(
            here,
            differs | {"trust": "Elsewhere NHS Trust"},
            lost,
            twice,
            twice | {"name": "Another Name"},
            person(6, submission_id="f-6"),
        )
    )
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/reconciliation", "reconciliation")
    await page.click("button:has-text('Compare')")
    assert "Choose a file first" in await browsing.text()
    await browsing.look("reconciliation-refused")
    await page.select_option("#source", "native")
    await page.set_input_files("#file", file)
    await page.click("button:has-text('Compare')")
    await browsing.look("reconciled")
    assert "Elsewhere NHS Trust" in await browsing.text()
    await page.click("button:has-text('Take in the 1 submission')")
    assert "1 taken in." in await browsing.text()
    await browsing.look("reconciled-after")
    assert "Nothing is missing that could be taken in." in await browsing.text()


async def test_the_office_decides_on_a_version_in_the_browser(browsing):
    running, page = browsing.running, browsing.page
    application = await running.take(person(1, discipline="acupuncture"))
    await running.take(person(1, discipline="dentistry", region="London"))
    await waiting(running, person(1, email="new@example.org", trust="Another trust"))
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/", "home-with-version")
    assert "1 submission to decide on" in await browsing.text()
    await browsing.see(f"/applications/application/{application['_id']}", "versions")
    seen = await browsing.text()
    assert "which nobody has confirmed" in seen
    assert "acupuncture" in seen
    await page.click("text=Decide on it")
    await browsing.look("version")
    await page.click("button:has-text('Record')")
    assert "There is a problem" in await browsing.text()
    await browsing.look("version-refused")
    await page.check("input[value=apply]")
    await page.fill("#reason", "She rang: her new trust has given her another address.")
    await page.click("button:has-text('Record')")
    assert "Put in force by the office" in await browsing.text()
    await browsing.look("versions-decided")
