"""Pages in a real browser: what people see and can do, on a desk and on a phone, with axe."""

from datetime import timedelta

import pytest

from .forms import PDF, file, person

pytestmark = [pytest.mark.stack, pytest.mark.browser]


async def test_the_office_sees_what_waits_and_settles_a_referral(browsing):
    running = browsing.running
    await running.take(person(1))
    referred = await running.take(person(2, discipline="acupuncture", cct_date="2026-09-20"))
    await running.take(person(3, documents={"cv": file(b"MZ nothing", "../cv.exe")}))
    unreadable = await running.post(b"not json")
    await running.processed(unreadable.json()["receipt_id"])
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/", "home")
    seen = await browsing.text()
    assert "1 referral to decide" in seen
    assert "1 submission in quarantine" in seen
    assert "1 application waiting for documents" in seen
    await browsing.see("/applications/list?q=person+700000", "list")
    assert "3 applications found" in await browsing.text()
    await browsing.see(f"/applications/application/{referred['_id']}", "one")
    assert "acupuncture" in await browsing.text()
    page = browsing.page
    await page.click("text=Record")
    assert "There is a problem" in await browsing.text()
    await browsing.look("one-refused")
    await page.check("input[value=eligible]")
    await page.fill("#reason", "Spoke to the training programme director.")
    await page.click("text=Record")
    assert "Place offered" in await browsing.text()
    await browsing.see("/applications/ledger", "ledger")
    assert "agrees with its history" in await browsing.text()
    await browsing.see("/applications/audit", "audit")
    assert "decide-eligible" in await browsing.text()
    await browsing.see("/applications/dead-letters", "dead-letters")


async def test_the_office_looks_into_quarantine_and_tries_again(browsing):
    answer = await browsing.running.post(b'{"name": "A"}')
    receipt = answer.json()["receipt_id"]
    await browsing.running.processed(receipt)
    await browsing.become("office")
    await browsing.see("/applications/receipts?status=quarantined", "receipts")
    await browsing.see(f"/applications/receipts/{receipt}", "receipt")
    assert "There is no email" in await browsing.text()
    await browsing.page.click("button:has-text('Try again')")
    assert "processed again" in await browsing.text()
    assert (await browsing.running.processed(receipt))["status"] == "quarantined"


async def test_an_applicant_sends_what_is_missing_accepts_and_leaves(browsing, tmp_path):
    running, page = browsing.running, browsing.page
    application = await running.take(person(4, documents={"cv": file()}))
    await browsing.become("applicant", person_id=application["person_id"], name="Person")
    await browsing.see("/applications/me", "me-documents")
    paper = tmp_path / "statement.pdf"
    paper.write_bytes(PDF)
    await page.set_input_files("#statement_1", paper)
    await page.set_input_files("#statement_2", paper)
    await page.click("button:has-text('Send documents')")
    assert "We have offered you a place" in await browsing.text()
    await browsing.look("me-offered")
    assert "Module 1: The Healthcare Context" in await browsing.text()
    await page.click("button:has-text('Accept the place')")
    assert "You have accepted your place." in await page.inner_text("body")
    await browsing.look("study-leave-at-first")
    await page.click("text=Back to your application")
    assert "Something is still missing" in await browsing.text()
    assert "Tell us how study leave stands: Masterclass 1 on 11 Sep 2024" in await browsing.text()
    await browsing.look("me-accepted")
    await page.click("text=Tell us about your study leave")
    await page.click("button:has-text('Save for all dates')")
    assert "Say how study leave stands" in await browsing.text()
    await browsing.look("study-leave-refused")
    await page.check("#status-all")
    await page.click("button:has-text('Save for all dates')")
    assert "recorded for all 10 dates" in await page.inner_text("body")
    await page.check("input[name=status-module-4][value=granted]")
    await browsing.look("study-leave")
    await page.click("button:text-is('Save')")
    assert "Your study leave is recorded." in await page.inner_text("body")
    seen = await browsing.text()
    assert seen.count("Not applied for yet") == 9
    assert "Apply for leave now: the date is near: Masterclass 1 on 11 Sep 2024" in seen
    await browsing.look("me-declared")
    running.clock.advance(timedelta(days=1))
    await page.goto(f"{browsing.url}/applications/me")
    await page.click("text=Leave the programme")
    await browsing.look("withdraw")
    await page.fill("#reason", "Moving abroad.")
    await page.click("button:has-text('Leave the programme')")
    assert "You have withdrawn" in await browsing.text()


async def test_pages_are_for_those_they_are_for(running):
    application = await running.take(person(5))
    async with running.applicant(application["person_id"]) as applicant:
        assert (await applicant.get("/applications/")).status_code == 403
        own = await applicant.get("/applications/me")
        assert own.status_code == 200
    async with running.applicant("somebody-else") as other:
        assert (await other.get("/applications/me")).status_code == 404
    async with running.staff("read_only") as reader:
        path = f"/applications/application/{application['_id']}"
        assert (await reader.get(path)).status_code == 200
        given = {"action": "withdraw", "reason": "Because."}
        assert (await reader.post(f"{path}/decide", data=given)).status_code == 403
    answer = await running.http.get("/applications/list")
    assert answer.status_code == 303


async def test_documents_are_only_ever_downloaded(running):
    application = await running.take(person(6))
    async with running.staff() as office:
        path = f"/applications/application/{application['_id']}/documents"
        answer = await office.get(f"{path}/cv")
        assert answer.content == PDF
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (await office.get(f"{path}/passport")).status_code == 404


async def test_hostile_text_does_not_leave_its_place_on_a_page(running):
    nasty = "<script>alert(1)</script>\"'"
    given = person(7, name=nasty, trust="=cmd|' /C calc'!A1", discipline=nasty)
    application = await running.take(given)
    async with running.staff() as office:
        page = await office.get(f"/applications/application/{application['_id']}")
        assert "<script>alert" not in page.text
        sheet = await office.get("/applications/list?format=csv")
        assert "'=cmd" in sheet.text
    async with running.applicant(application["person_id"]) as applicant:
        assert "<script>alert" not in (await applicant.get("/applications/me")).text
