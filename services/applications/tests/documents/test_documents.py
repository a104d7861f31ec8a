"""Documents of an application: scanned, asked for, sent again, looked at and downloaded."""

from dataclasses import replace

import pytest
import pytest_asyncio

from applications.admissions import deciding
from applications.admissions.needed_documents import documents_needed
from applications.admissions.versions import Version
from applications.documents.adding import add_documents
from applications.documents.fetched import expect_files, finish_fetch
from applications.documents.scanned import record_scan
from nextstep_documents.inspection import NOT_ACCEPTED
from nextstep_documents.virus_scanner import Scanner, Verdict
from nextstep_local.testing import assert_readable

from .. import papers
from ..admitting import APPLICANT, OFFICE, admitting, paper, submitted
from ..builders import answers, cohort
from ..forms import docx, file, odt, person
from ..scanning import swept

pytestmark = pytest.mark.stack

INFECTED = Verdict("infected", "The virus scanner found Win.Test.")


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort(places=2)) as admissions:
        yield admissions


async def published(here):
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return [row["type"].split(".")[1] for row in rows]


async def the_only(here):
    (application,) = await here.applications()
    return application


def coming(key, minutes=0):
    return paper(key, minutes).model_copy(update={"file_id": None, "fetch_id": f"receipt:{key}"})


def linked(*keys, **changes):
    """A submission some of whose documents are links."""
    whole = submitted(1, **changes)
    links = {key: f"https://files.example.org/{key}" for key in keys}
    fetched = {key: coming(key) for key in keys}
    return replace(whole, documents=whole.documents | fetched, links=links)


async def fetched(here, key, *, usable=True, reason=None):
    document = paper(key, 0, usable=usable)
    await here.act(None, lambda act: finish_fetch(act, f"receipt:{key}", document, reason))


async def test_one_message_asks_for_all_documents_when_the_last_fetch_ended(here):
    await here.take(linked("cv", "statement_1"))
    assert (await the_only(here)).state == "documents_needed"
    await fetched(here, "cv", usable=False, reason="files.example.org answered 404.")
    assert await published(here) == ["ApplicationSubmitted"]
    await fetched(here, "statement_1", usable=False, reason="files.example.org answered 404.")
    assert await published(here) == ["ApplicationSubmitted", "DocumentsNeeded"]
    row = (await here.messaging.db.read("_outbox").find({}, sort=[("position", -1)]))[0]
    assert "your CV (the file was empty)" in str(row)
    assert "your first supporting statement (the file was empty)" in str(row)


async def test_a_fetch_that_is_reported_again_changes_nothing(here):
    await here.take(linked("cv"))
    for _ in range(3):
        await fetched(here, "cv")
    await fetched(here, "cv", usable=False, reason="Too late.")
    application = await the_only(here)
    assert application.state == "offered"
    assert application.documents["cv"].usable
    history = await here.messaging.db.read("history").find({"application_id": application.id})
    assert [row["what"] for row in history].count("CV: fetched from the form") == 1


async def test_of_two_files_of_one_moment_the_later_one_counts_though_it_was_fetched(here):
    cv = paper("cv", 0).model_copy(update={"arrived": 1, "file_id": "first"})
    await here.take(replace(submitted(1, papers=()), documents={"cv": cv}))
    link = linked("cv", papers=())
    later = link.documents["cv"].model_copy(update={"arrived": 2})
    await here.take(replace(link, documents={"cv": later}))
    await fetched(here, "cv")
    assert (await the_only(here)).documents["cv"].file_id == "cv-0"


async def test_a_fetch_that_fails_half_way_leaves_nothing_behind(here):
    await here.take(linked("cv"))

    async def breaks(act):
        await finish_fetch(act, "receipt:cv", paper("cv", 0), None)
        await act.flush()
        raise RuntimeError("the process died here")

    with pytest.raises(RuntimeError):
        await here.act(None, breaks)
    assert (await the_only(here)).documents["cv"].coming
    (fetch,) = await here.messaging.db.read("fetches").find({})
    assert fetch["status"] == "waiting"


async def test_what_was_told_with_the_receipt_is_not_told_again(here):
    await here.take(submitted(1, papers=("cv",)))
    assert await published(here) == ["ApplicationSubmitted"]
    application = await the_only(here)
    sent = {"statement_1": paper("statement_1", 5)}
    await here.do(APPLICANT, application.id, add_documents, sent)
    assert await published(here) == ["ApplicationSubmitted", "ApplicationAmended"]


async def test_a_referral_that_is_settled_while_a_file_is_coming_waits_for_it(here):
    await here.take(linked("cv", discipline="acupuncture"))
    application = await the_only(here)
    assert application.state == "referred"
    await here.do(OFFICE, application.id, deciding.decide_eligible, "It is one.")
    assert (await the_only(here)).state == "documents_needed"
    await fetched(here, "cv")
    assert (await the_only(here)).state == "offered"


async def test_a_link_is_remembered_in_the_transaction_that_takes_the_submission_in(here):
    version = Version(
        id="receipt",
        application_id="a",
        person_id="p",
        source="native",
        submitted_at=here.clock.now(),
        received_at=here.clock.now(),
        answers=answers(),
        documents={"cv": coming("cv")},
    )

    async def breaks(act):
        await expect_files(act, version, {"cv": "https://files.example.org/cv"})
        raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError):
        await here.act(None, breaks)
    assert await here.messaging.db.read("fetches").find({}) == []


async def scanned(here, application, verdict):
    held = application.documents["cv"]
    await here.do(None, application.id, record_scan, held.file_id, verdict)


async def test_a_virus_found_later_takes_the_file_away_and_asks_for_another(here):
    await here.take(submitted(1, papers=("cv", "statement_1")))
    application = await the_only(here)
    await scanned(here, application, INFECTED)
    after = await the_only(here)
    assert "your CV (a virus was found in it)" in documents_needed(after, here.cohort)
    assert after.documents["cv"].file_id is None
    marked = await here.messaging.db.read("discarded_files").find({})
    assert [mark["_id"] for mark in marked] == [application.documents["cv"].file_id]
    assert await published(here) == ["ApplicationSubmitted", "DocumentsNeeded"]


async def test_a_virus_found_after_the_decision_goes_to_the_office(here):
    await here.take(submitted(1))
    application = await the_only(here)
    assert application.state == "offered"
    await scanned(here, application, INFECTED)
    after = await the_only(here)
    assert after.state == "offered"
    assert [one.sentence("Europe/London") for one in after.awaits_office] == [
        "CV: the virus scanner found something. The file was removed."
    ]


async def test_a_clean_verdict_changes_nothing_else_and_an_old_one_nothing_at_all(here):
    await here.take(submitted(1))
    before = await the_only(here)
    await scanned(here, before, Verdict("clean"))
    after = await the_only(here)
    assert (after.documents["cv"].scan, after.state) == ("clean", "offered")
    stale = before.documents["cv"].model_copy(update={"file_id": "replaced"})
    old = before.model_copy(update={"documents": {"cv": stale}})
    await scanned(here, old, INFECTED)
    assert (await the_only(here)).documents["cv"].usable


async def test_files_that_came_while_the_scanner_was_away_are_scanned_later(running, clamd):
    application = await running.take(person(1))
    assert await swept(running, clamd) == 3
    assert await swept(running, clamd) == 0
    found = await running.read("applications").get(application["_id"])
    assert {d["scan"] for d in found["documents"].values()} == {"clean"}


async def test_an_infected_upload_is_refused_and_never_kept(running, clamd):
    application = await running.take(person(2, documents={"statement_1": file(docx())}))
    running.app.state.scanner = Scanner(clamd)
    async with running.applicant(application["person_id"]) as applicant:
        sent = {"cv": ("cv.docx", papers.infected())}
        answer = await applicant.post("/applications/me/documents", files=sent)
        assert answer.status_code == 422
        assert "a virus was found in it" in answer.text
    found = await running.read("applications").get(application["_id"])
    assert "cv" not in found["documents"]


async def test_of_three_files_the_two_good_ones_are_kept(running):
    application = await running.take(person(3, documents={}))
    async with running.applicant(application["person_id"]) as applicant:
        sent = {
            "cv": ("cv.pdf", papers.pdf()),
            "statement_1": ("one.docx", papers.docx(kind=papers.MACRO_WORD)),
            "statement_2": ("two.odt", papers.odt()),
        }
        answer = await applicant.post("/applications/me/documents", files=sent)
        assert answer.status_code == 422
        assert "We have kept: CV, Second supporting statement" in answer.text
        assert "First supporting statement: it contains macros" in answer.text
        again = {"statement_1": ("one.docx", papers.docx())}
        assert (await applicant.post("/applications/me/documents", files=again)).status_code == 303
    found = await running.read("applications").get(application["_id"])
    assert found["state"] == "offered"


async def test_bad_documents_of_a_submission_wait_and_say_why(running):
    bad = {
        "cv": file(papers.bomb()),
        "statement_1": file(papers.pdf(password="secret")),
        "statement_2": file(b"<html>not a document</html>"),
    }
    application = await running.take(person(4, documents=bad))
    assert application["state"] == "documents_needed"
    assert application["asked_for"] == [
        "your CV (it unpacks to far more than a document should)",
        "your first supporting statement (it is protected by a password; save it without one)",
        f"your second supporting statement ({NOT_ACCEPTED})",
    ]


async def test_a_pdf_is_viewed_in_a_sandbox_and_nothing_else_is(running):
    application = await running.take(person(5))
    path = f"/applications/application/{application['_id']}/documents"
    async with running.staff() as office:
        seen = await office.get(f"{path}/cv/view")
        assert seen.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert seen.headers["content-disposition"].startswith("inline;")
        assert seen.headers["content-type"] == "application/pdf"
        assert seen.headers["x-content-type-options"] == "nosniff"
        assert (await office.get(f"{path}/statement_1/view")).status_code == 404
        assert (await office.get(f"{path}/passport/preview")).status_code == 404
        page = await office.get(f"{path}/cv/preview")
        assert "No virus scanner has looked at this file yet" in page.text
    async with running.applicant(application["person_id"]) as applicant:
        assert (await applicant.get(f"{path}/cv/view")).status_code == 403


async def test_the_text_of_a_document_is_shown_as_text(running):
    nasty = "&lt;script&gt;alert(1)&lt;/script&gt;"
    documents = {
        "cv": file(),
        "statement_1": file(papers.docx(nasty), "a.docx"),
        "statement_2": file(odt(), "b.odt"),
    }
    application = await running.take(person(6, documents=documents))
    path = f"/applications/application/{application['_id']}/documents"
    async with running.staff("read_only") as reader:
        page = await reader.get(f"{path}/statement_1/preview")
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script>alert" not in page.text
        empty = await reader.get(f"{path}/statement_2/preview")
        assert "No text could be read" in empty.text


@pytest.mark.browser
async def test_the_office_looks_at_documents_and_the_applicant_sends_others(browsing, tmp_path):
    running, page = browsing.running, browsing.page
    long = "\n".join(["I lead the rota and teach. " * 12] * 3)
    documents = {
        "cv": file(papers.pdf(script="app.alert(1)")),
        "statement_1": file(papers.docx(long), "Why I apply.docx"),
        "statement_2": file(papers.pdf(password="secret"), "Second.pdf"),
    }
    application = await running.take(person(7, documents=documents))
    await browsing.become("office", name="Ola Office")
    path = f"/applications/application/{application['_id']}"
    await browsing.see(path, "documents-one")
    assert "It contains JavaScript." in await browsing.text()
    await page.click("text=CV.pdf")
    await assert_readable(page, "document-pdf")
    await browsing.see(f"{path}/documents/statement_1/preview", "document-text")
    assert "I lead the rota" in await browsing.text()
    await browsing.see(f"{path}/documents/statement_2/preview", "document-bad")
    assert "protected by a password" in await browsing.text()
    await browsing.become("applicant", person_id=application["person_id"], name="Person")
    await browsing.see("/applications/me", "document-me")
    bad = tmp_path / "second.docx"
    bad.write_bytes(papers.docx(kind=papers.MACRO_WORD))
    await page.set_input_files("#statement_2", bad)
    await page.click("button:has-text('Send documents')")
    assert "it contains macros" in await browsing.text()
    await browsing.look("document-me-refused")
