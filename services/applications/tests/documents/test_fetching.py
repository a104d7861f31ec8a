"""Documents given as links: fetched after the answer, tried again, given up, erased."""

import csv
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import httpx
import pytest
import pytest_asyncio

from applications.admissions.choosing_a_version import apply_version
from applications.admissions.needed_documents import documents_needed
from applications.admissions.store import application_from_document
from applications.app import build
from applications.data_protection import erase
from applications.documents.fetched import fetch_again
from applications.documents.fetching import Fetching
from applications.documents.link_rules import APPLICANT_REASON, DELAYS, TOO_LARGE
from applications.documents.store import due_fetches
from applications.intake.sources import PACKAGED, load_sources
from applications.person_export import export
from applications.settings import Settings
from nextstep_documents.virus_scanner import Scanner
from nextstep_local.testing import eventually, settings_for
from nextstep_messaging import FixedClock, Lease

from .. import papers
from ..admitting import OFFICE
from ..conftest import START, Running
from ..file_server import HOST, file_server
from ..forms import SECRET, file, submission

pytestmark = pytest.mark.stack

LIST_AS_CSV = "/applications/list?format=csv"

SOURCES = """
  link_hosts: [files.example.org]
  link_token: APPLICATIONS_LINK_TOKEN
  link_token_paths: [files.example.org/cv.pdf, files.example.org/forms/mine/*]
"""


@pytest_asyncio.fixture
async def server():
    files = {
        "/cv.pdf": papers.pdf(),
        "/page": b"<!doctype html><title>Sign in to see the file</title>",
        "/locked.pdf": papers.pdf(password="secret"),
    }
    async with file_server(files) as here:
        yield here


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """The packaged sources, with our file server as the host of the native form's files."""
    path = tmp_path / "sources.yaml"
    path.write_text(PACKAGED.read_text() + SOURCES)
    monkeypatch.setenv("APPLICATIONS_LINK_TOKEN", "the token")
    monkeypatch.setenv("APPLICATIONS_WEBHOOK_SECRET", SECRET)
    return path


@pytest.fixture
def fetching_service(emptied_vhost_url, mongo_url, mongo_database, sources, server):
    """Starts the service, with our file server as its internet, as often as it is called."""
    there = {
        "amqp_url": emptied_vhost_url,
        "mongo_url": mongo_url,
        "mongo_database": mongo_database,
    }
    settings = Settings(sources=sources, **settings_for("applications", **there))
    clock = FixedClock(START)

    @asynccontextmanager
    async def start(downloader=None):
        app, messaging = build(settings, clock, downloader or server.downloader())
        lifespan = app.router.lifespan_context(app)
        await lifespan.__aenter__()
        try:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://applications.test"
            ) as http:
                yield Running(app, messaging, settings, clock, http)
        finally:  # a test that fails must not leave it running
            await lifespan.__aexit__(None, None, None)

    return start


def linked(path, **changes):
    papers_sent = {
        "cv": {"name": "CV.pdf", "url": f"https://{HOST}{path}"},
        "statement_1": file(),
        "statement_2": file(),
    }
    return submission(documents=papers_sent | changes)


def fetcher(running, server):
    """The worker of another process of the service."""
    sources = load_sources(running.settings.sources, {"APPLICATIONS_LINK_TOKEN": "the token"})
    return Fetching(
        running.app.state.here,
        hosts={name: source.file_hosts for name, source in sources.items()},
        scanner=Scanner(None),
        downloader=server.downloader(),
    )


async def state_of(running, application_id):
    return (await running.read("applications").get(application_id))["state"]


async def ended(running):
    async def done():
        (fetch,) = await running.read("fetches").find({})
        return fetch if fetch["status"] != "waiting" else {}

    return await eventually(done)


async def waits_after_tries(running, tries):
    async def tried():
        (fetch,) = await running.read("fetches").find({})
        return (fetch["status"], fetch["tries"]) == ("waiting", tries)

    await eventually(tried)


async def test_a_linked_document_is_fetched_and_the_application_goes_on(fetching_service, server):
    async with fetching_service() as running:
        application = await running.take(linked("/cv.pdf"))
        fetch = await ended(running)
        assert (fetch["status"], fetch["link"]) == ("fetched", None)
        found = await running.read("applications").get(application["_id"])
        assert found["state"] == "offered"
        held = found["documents"]["cv"]
        assert (held["fetch_id"], held["problem"], held["size"]) == (
            None,
            None,
            len(server.files["/cv.pdf"]),
        )
        assert await running.messaging.db.files.get(held["file_id"]) == server.files["/cv.pdf"]
        (version,) = await running.read("submissions").find({})
        assert version["documents"]["cv"] == held
        assert [asked["authorization"] for asked in server.asked] == ["bearer the token"]
        assert (found["asked_for"], found["revision"]) == ([], 2)  # submitted and offered


async def test_a_file_of_a_doubtful_version_waits_for_the_office_with_its_answers(
    fetching_service,
):
    async with fetching_service() as running:
        mine = await running.take(linked("/cv.pdf", cv=file(), statement_1=file(b"no document")))
        claim = linked("/cv.pdf", statement_1=file())
        claim |= {"email": "stranger@example.org", "submitted_at": "2024-08-01T10:45:00+01:00"}
        answer = await running.post(claim)
        receipt = await running.processed(answer.json()["receipt_id"])
        await ended(running)
        found = await running.read("applications").get(mine["_id"])
        version = await running.read("submissions").get(receipt["_id"])
        assert receipt["application_id"] == mine["_id"]
        assert (version["held"]["status"], version["in_force"]) == ("pending", False)
        assert version["documents"]["cv"]["file_id"] is not None
        assert found["documents"] == mine["documents"]
        assert found["state"] == "documents_needed"
        await running.app.state.here.perform(
            lambda act: apply_version(act, receipt["_id"], "She told us by telephone."), OFFICE
        )
        after = await running.read("applications").get(mine["_id"])
        assert after["documents"]["cv"]["file_id"] == version["documents"]["cv"]["file_id"]
        assert after["state"] == "offered"


async def test_while_it_is_being_fetched_the_application_waits_and_nobody_is_asked(
    fetching_service, server
):
    server.failures["/cv.pdf"] = 1
    async with fetching_service() as running:
        application = await running.take(linked("/cv.pdf"))
        await waits_after_tries(running, 1)
        found = application_from_document(
            await running.read("applications").get(application["_id"])
        )
        assert found.state == "documents_needed"
        assert found.documents["cv"].coming
        cohort = running.app.state.here.cohort
        assert documents_needed(found, cohort) == ()
        assert (found.asked_for, found.revision) == ((), 1)
        async with running.applicant(application["person_id"]) as applicant:
            page = (await applicant.get("/applications/me")).text
            assert "Being fetched" in page
            assert "you need not do anything now" in page
        async with running.staff() as office:
            header, line = csv.reader((await office.get(LIST_AS_CSV)).text.splitlines())
            row = dict(zip(header, line, strict=True))
            assert row["documents_needed"] == ""
            assert row["documents_coming"] == "your CV (we are fetching it from the form)"
        running.clock.advance(DELAYS[0])
        await ended(running)
        assert await state_of(running, application["_id"]) == "offered"


async def test_a_file_that_came_and_costs_much_is_said_to_be_checked(fetching_service, server):
    server.files["/large.pdf"] = papers.costly(700_000)
    async with fetching_service() as running:
        application = await running.take(linked("/large.pdf"))

        async def put_aside():
            found = await running.read("applications").get(application["_id"])
            return found["documents"]["cv"]["size"] > 0

        await eventually(put_aside)
        async with running.applicant(application["person_id"]) as applicant:
            page = (await applicant.get("/applications/me")).text
            assert "We are checking your documents; you need not do anything now" in page
            assert "Being checked" in page
        (fetch,) = await running.read("fetches").find({})
        assert (fetch["status"], fetch["costly"], fetch["tries"]) == ("waiting", True, 0)
        (version,) = await running.read("submissions").find({})
        assert version["documents"]["cv"]["size"] == len(server.files["/large.pdf"])
        fetch = await eventually(partial(ended, running), timeout=90)
        found = await running.read("applications").get(application["_id"])
        held = application_from_document(found).documents["cv"]
        assert (held.coming, held.being_checked) == (False, False)
        assert held.problem is None or found["asked_for"] == [f"your CV ({held.problem})"]


async def test_a_host_that_stays_away_is_given_up_and_the_applicant_is_asked_once(
    fetching_service, server
):
    server.failures["/cv.pdf"] = 100
    async with fetching_service() as running:
        application = await running.take(linked("/cv.pdf"))
        for tries, delay in enumerate(DELAYS, start=1):
            await waits_after_tries(running, tries)
            running.clock.advance(delay)
        fetch = await ended(running)
        assert (fetch["status"], fetch["reason"]) == (
            "failed",
            f"Given up after 6 tries. {HOST} answered 503.",
        )
        assert await state_of(running, application["_id"]) == "documents_needed"
        found = await running.read("applications").get(application["_id"])
        assert (found["asked_for"], found["revision"]) == ([f"your CV ({APPLICANT_REASON})"], 2)
        async with running.staff() as office:
            page = await office.get(f"/applications/application/{application['_id']}")
            assert "answered 503" in page.text


@pytest.mark.parametrize(
    ("path", "problem", "note"),
    [
        ("/redirect", APPLICANT_REASON, f"{HOST} redirects (302); redirects are not followed."),
        ("/gone", APPLICANT_REASON, f"{HOST} answered 404."),
        ("/announced", TOO_LARGE, f"{HOST} announces 10485761 bytes."),
        ("/page", "it was not a PDF, Word (DOCX) or OpenDocument (ODT) file", None),
        ("/locked.pdf", "it is protected by a password; save it without one", None),
    ],
)
async def test_what_is_no_use_to_try_again_is_asked_of_the_applicant_at_once(
    fetching_service, server, path, problem, note
):
    async with fetching_service() as running:
        application = await running.take(linked(path))
        fetch = await ended(running)
        assert fetch["reason"] == note
        found = await running.read("applications").get(application["_id"])
        held = found["documents"]["cv"]
        assert (found["state"], held["problem"], held["file_id"]) == (
            "documents_needed",
            problem,
            None,
        )
        assert (found["asked_for"], found["revision"]) == ([f"your CV ({problem})"], 2)
        # none of these is among the paths that the token is for
        assert [asked for asked in server.asked if "authorization" in asked] == []


@pytest.mark.parametrize(
    "link",
    [
        "http://files.example.org/cv.pdf",
        "https://127.0.0.1/cv.pdf",
        "https://169.254.169.254/latest/meta-data/",
        "https://evil.example/cv.pdf",
        "https://files.example.org:8443/cv.pdf",
    ],
)
async def test_a_link_to_anywhere_else_is_never_followed(fetching_service, server, link):
    async with fetching_service() as running:
        await running.take(linked("", cv={"name": "CV.pdf", "url": link}))
        assert (await ended(running))["status"] == "failed"
        assert server.asked == []


async def test_the_office_lets_a_mended_link_be_fetched_again(fetching_service, server):
    async with fetching_service() as running:
        application = await running.take(linked("/later.pdf"))
        fetch = await ended(running)
        server.files["/later.pdf"] = papers.pdf()
        applications = running.app.state.here
        await applications.perform(lambda act: fetch_again(act, fetch["_id"]), OFFICE)
        await ended(running)
        assert await state_of(running, application["_id"]) == "offered"


async def test_a_restart_forgets_neither_the_fetch_nor_its_tries(fetching_service, server):
    server.failures["/cv.pdf"] = 1
    async with fetching_service() as running:
        application = await running.take(linked("/cv.pdf"))
        await waits_after_tries(running, 1)
    async with fetching_service() as running:
        running.clock.advance(DELAYS[0])
        await ended(running)
        assert await state_of(running, application["_id"]) == "offered"


async def test_a_crash_between_file_and_record_is_made_good_without_asking_again(
    fetching_service, server, monkeypatch
):
    crashes = []

    async def crash(*_):
        crashes.append("between file and record")
        raise ConnectionError("the process died here")

    async with fetching_service() as running:
        monkeypatch.setattr(Fetching, "_finish", crash)
        application = await running.take(linked("/cv.pdf"))
        await eventually(lambda: crashes)
        (fetch,) = await running.read("fetches").find({})
        assert fetch["status"] == "waiting"
        assert await running.messaging.db.files.get(fetch["_id"]) == server.files["/cv.pdf"]
        monkeypatch.undo()
        await ended(running)
        assert await state_of(running, application["_id"]) == "offered"
        assert len(server.asked) == 1


async def test_two_workers_at_once_end_as_one(fetching_service, server):
    server.failures["/cv.pdf"] = 1
    async with fetching_service() as running:
        application = await running.take(linked("/cv.pdf"))
        await waits_after_tries(running, 1)
        workers = [fetcher(running, server) for _ in range(2)]
        running.clock.advance(DELAYS[0])
        for worker in workers:
            await worker.look(Lease(running.messaging.db, "fetching"))
        await ended(running)
        history = await running.read("history").find({"application_id": application["_id"]})
        said = [row["what"] for row in history]
        assert said.count("CV: fetched from the form") == 1


async def test_a_later_upload_stands_over_a_link_that_fails(fetching_service, server):
    server.failures["/cv.pdf"] = 100
    async with fetching_service() as running:
        application = await running.take(linked("/cv.pdf"))
        await waits_after_tries(running, 1)
        running.clock.advance(timedelta(seconds=1))
        async with running.applicant(application["person_id"]) as applicant:
            sent = await applicant.post(
                "/applications/me/documents", files={"cv": ("mine.pdf", papers.pdf())}
            )
            assert sent.status_code == 303
        assert await state_of(running, application["_id"]) == "offered"
        server.failures["/cv.pdf"] = 0
        running.clock.advance(DELAYS[0])
        await ended(running)
        found = await running.read("applications").get(application["_id"])
        assert (found["state"], found["documents"]["cv"]["name"]) == ("offered", "mine.pdf")


async def test_erasing_a_person_removes_fetched_files_and_links_to_come(fetching_service, server):
    server.failures["/busy.pdf"] = 100
    async with fetching_service() as running:
        given = linked("/cv.pdf", statement_1={"name": "S", "url": f"https://{HOST}/busy.pdf"})
        application = await running.take(given)

        async def one_of_each():
            found = {f["key"]: f["status"] for f in await running.read("fetches").find({})}
            return found == {"cv": "fetched", "statement_1": "waiting"}

        await eventually(one_of_each)
        person = application["person_id"]
        held = await export(running.messaging, person)
        assert {f["key"] for f in held["fetches"]} == {"cv", "statement_1"}
        file_id = (await running.read("applications").get(application["_id"]))["documents"]["cv"][
            "file_id"
        ]
        await running.messaging.transact(lambda uow: erase(uow, person))
        assert await running.read("fetches").find({}) == []

        async def gone():
            return await running.messaging.db.files.get(file_id) is None

        await eventually(gone)


async def test_a_file_that_comes_after_an_erasure_is_removed(fetching_service, server):
    async with fetching_service(server.downloader(seconds=30)) as running:
        application = await running.take(linked("/slow"))
        await eventually(lambda: bool(server.asked))
        (fetch,) = await due_fetches(running.read, running.clock.now(), 2)
        person = application["person_id"]
        await running.messaging.transact(lambda uow: erase(uow, person))
        await fetcher(running, server).keep(fetch, papers.pdf())
        assert await running.read("discarded_files").get(fetch.id) is not None

        async def gone():
            return await running.messaging.db.files.get(fetch.id) is None

        await eventually(gone)
        server.released.set()


async def test_a_file_that_fails_in_an_unforeseen_way_is_tried_again_and_holds_up_no_other(
    fetching_service, server
):
    downloader = server.downloader()
    fetch_well = downloader.fetch

    async def fetch_badly(link, *how):
        if link.endswith("/odd"):
            raise LookupError("nobody thought of this")
        return await fetch_well(link, *how)

    downloader.fetch = fetch_badly
    async with fetching_service(downloader) as running:
        await running.take(linked("/odd", statement_1={"url": f"https://{HOST}/cv.pdf"}))

        async def one_came():
            found = {f["key"]: f["status"] for f in await running.read("fetches").find({})}
            return found == {"cv": "waiting", "statement_1": "fetched"}

        await eventually(one_came)
        odd = await running.read("fetches").find_one({"key": "cv"})
        said = "It failed in a way that nobody foresaw (LookupError); see the log."
        assert (odd["tries"], odd["reason"]) == (1, said)
