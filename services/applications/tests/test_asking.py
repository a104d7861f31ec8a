"""Asking again for documents; the timeline in public words; replacing a document in time."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from applications.admissions.deciding import ask_for_documents
from applications.admissions.public_history import public_steps
from applications.admissions.store import history_from_document
from nextstep_contracts import Refused

from .admitting import OFFICE, admitting, submitted
from .builders import cohort
from .forms import PDF, file, person
from .test_commands import published

pytestmark = pytest.mark.stack
AT = datetime(2024, 8, 1, 22, 15, tzinfo=UTC)


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort()) as found:
        yield found


async def test_the_applicant_is_told_again_what_is_missing(here):
    await here.take(submitted(1, papers=("cv",), unusable=("statement_1",)))
    (application,) = await here.applications()
    await here.do(OFFICE, application.id, ask_for_documents, "Two weeks have passed.")
    assert await published(here) == ["ApplicationSubmitted", "DocumentsRequested"]
    (line,) = await here.messaging.db.read("history").find({"what": "Documents asked for again"})
    assert (line["who"], line["why"]) == ("Ola Office", "Two weeks have passed.")
    (entry,) = await here.messaging.db.read("_audit").find({})
    assert entry["action"] == "ask-for-documents"


async def test_nobody_is_asked_for_what_is_there(here):
    await here.take(submitted(1))
    (application,) = await here.applications()
    with pytest.raises(Refused, match="does not wait for documents"):
        await here.do(OFFICE, application.id, ask_for_documents, "Why not.")
    assert await published(here) == ["ApplicationSubmitted", "PlaceOffered"]


def line(what, hours=0):
    said = {"at": AT + timedelta(hours=hours), "what": what, "why": "Private.", "who": "Ola"}
    return history_from_document(said | {"_id": what, "application_id": "one", "step": 0})


def test_the_timeline_says_what_happened_and_never_what_the_office_wrote():
    history = [
        line("Submitted, late"),
        line("Referred"),
        line("Looked at by the office"),
        line("Decided: eligible", 1),
        line("Waiting list, position 3", 1),
        line("Amended", 1),
        line("Amended", 2),
    ]
    assert [step.text for step in public_steps(history, "Europe/London")] == [
        "We received your application",
        "The programme office began to look at your application",
        "You joined the waiting list",
        "We received changes to your application",
    ]


def test_days_of_the_timeline_are_local_ones():
    twice = [line("Amended"), line("Amended", 1)]  # 23:15 and 00:15 in London
    assert len(public_steps(twice, "Europe/London")) == 2
    assert len(public_steps(twice, "UTC")) == 1


async def replace_cv(applicant):
    return await applicant.post("/applications/me/documents", files={"cv": ("New CV.pdf", PDF)})


async def test_a_document_is_replaced_until_the_deadline_and_not_after(running):
    application = await running.take(person(1, cct_date="2026-09-20"))
    async with running.applicant(application["person_id"]) as applicant:
        assert "Replace a document" in (await applicant.get("/applications/me")).text
        assert (await replace_cv(applicant)).status_code == 303
        held = await running.read("applications").get(application["_id"])
        assert held["documents"]["cv"]["name"] == "New CV.pdf"
        running.clock.advance(timedelta(days=60))
        assert "Replace a document" not in (await applicant.get("/applications/me")).text
        late = await replace_cv(applicant)
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
