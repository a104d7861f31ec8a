"""The applicant's own page: what it says, what it never says, and replacing a document in time."""

from datetime import timedelta

import pytest

from ..forms import PDF, file, person

pytestmark = pytest.mark.stack


async def replace_cv(applicant, name="New CV.pdf"):
    return await applicant.post("/applications/me/documents", files={"cv": (name, PDF)})


async def test_a_document_is_replaced_until_the_deadline_and_not_after(running):
    application = await running.take(person(1, cct_date="2026-09-20"))
    async with running.applicant(application["person_id"]) as applicant:
        assert "Replace a document" in (await applicant.get("/applications/me")).text
        assert (await replace_cv(applicant)).status_code == 303
        held = await running.read("applications").get(application["_id"])
        assert held["documents"]["cv"]["name"] == "New CV.pdf"
        running.clock.advance(timedelta(days=60))
        assert "Replace a document" not in (await applicant.get("/applications/me")).text
        late = await replace_cv(applicant, "Newer CV.pdf")
        assert late.status_code == 409
        assert "The deadline has passed" in late.text


async def test_a_document_is_not_replaced_once_it_was_decided(running):
    application = await running.take(person(1))
    async with running.applicant(application["person_id"]) as applicant:
        assert "Replace a document" not in (await applicant.get("/applications/me")).text
        assert (await replace_cv(applicant)).status_code == 409


async def test_the_applicants_page_shows_nothing_that_the_office_wrote(running):
    application = await running.take(person(1, cct_date="2026-09-20"))
    path = f"/applications/application/{application['_id']}"
    async with running.staff() as office:
        await office.post(f"{path}/notes", data={"text": "Seems overconfident."})
        decision = {"action": "eligible", "reason": "The dean insisted."}
        await office.post(f"{path}/decide", data=decision)
    async with running.applicant(application["person_id"]) as applicant:
        page = (await applicant.get("/applications/me")).text
    assert "We offered you a place" in page
    for private in ("overconfident", "dean insisted", "Ola Office", "Decided"):
        assert private not in page


async def test_an_applicant_with_something_to_send_is_never_told_that_there_is_nothing_to_do(
    running,
):
    one = await running.take(person(1, cct_date="2026-09-20", documents={"cv": file()}))
    other = await running.take(person(2, cct_date="2026-09-20"))
    async with running.applicant(one["person_id"]) as applicant:
        page = (await applicant.get("/applications/me")).text
        assert "please send the documents below" in page
        assert "nothing you need to do" not in page
    async with running.applicant(other["person_id"]) as applicant:
        assert "nothing you need to do" in (await applicant.get("/applications/me")).text
