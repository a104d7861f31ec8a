"""Evidence of study leave: scanned later if need be, and what the office sees of it."""

import asyncio

import pytest
import pytest_asyncio

from applications.admissions.act import on
from applications.admissions.store import files_below
from applications.documents.discarding import remove_discarded
from applications.study_leave.accepting import accept
from applications.study_leave.quota import MOST_FILES
from nextstep_local.testing import eventually

from .. import papers
from ..admitting import APPLICANT
from ..forms import person
from ..scanning import fake_clamd, swept

pytestmark = pytest.mark.stack

WARNING = "No virus scanner has looked at this file yet."


@pytest_asyncio.fixture
async def fellow(running):
    """A Fellow who sent two files while the scanner was away: for one date, and in general."""
    application = await running.take(person(1))
    here = running.app.state.here
    await here.perform(on(application["_id"], accept), APPLICANT)
    async with running.applicant(application["person_id"]) as applicant:
        for about in ("module-3", "general"):
            assert (await sent(applicant, about)).status_code == 303
    return application


async def sent(applicant, about, name="granted.pdf", data=None):
    file = {"file": (name, data or papers.pdf())}
    return await applicant.post("/applications/me/evidence", data={"session": about}, files=file)


async def held(running, fellow):
    return await running.read("applications").get(fellow["_id"])


async def standings(running, fellow):
    return [file["scan"] for file in (await held(running, fellow))["leave_evidence"]]


async def test_evidence_that_came_while_the_scanner_was_away_is_scanned_later(running, fellow):
    assert await standings(running, fellow) == ["unscanned", "unscanned"]
    async with fake_clamd() as fake:
        assert await swept(running, fake.address) == 5
        assert await swept(running, fake.address) == 0
        assert fake.asked == 5
    assert await standings(running, fellow) == ["clean", "clean"]
    assert (await held(running, fellow))["awaits_office"] == []


async def test_evidence_stays_unscanned_while_the_scanner_is_away(running, fellow):
    async with fake_clamd() as fake:
        fake.answer = b""
        assert await swept(running, fake.address) == 0
    assert await standings(running, fellow) == ["unscanned", "unscanned"]


@pytest_asyncio.fixture
async def infected(running, fellow, clamd):
    """The same Fellow, whose first two files are clean and whose third has a virus."""
    await swept(running, clamd)
    async with running.applicant(fellow["person_id"]) as applicant:
        await sent(applicant, "module-3", "granted.docx", papers.infected())
    file_id = (await held(running, fellow))["leave_evidence"][2]["file_id"]
    assert await running.messaging.db.files.get(file_id) == papers.infected()
    await asyncio.gather(swept(running, clamd), swept(running, clamd))
    assert await swept(running, clamd) == 0
    await remove_discarded(running.messaging.db)
    assert await running.messaging.db.files.get(file_id) is None
    return fellow


async def test_infected_evidence_is_removed_and_the_office_told_once(running, infected):
    found = await held(running, infected)
    (waits,) = found["awaits_office"]
    assert (waits["kind"], waits["evidence"]) == ("virus", 3)
    file = found["leave_evidence"][2]
    assert (file["file_id"], file["problem"]) == (None, "a virus was found in it")
    assert file["notes"][-1] == "The virus scanner found Eicar-Test.UNOFFICIAL."
    assert await standings(running, infected) == ["clean", "clean", "infected"]
    history = await running.read("history").find({"application_id": infected["_id"]})
    what = [line["what"] for line in history]
    assert what.count("Evidence of study leave, file 3: a virus was found") == 1
    assert found["state"] == "accepted"


async def test_an_infected_file_is_not_served_and_no_link_leads_to_it(running, infected):
    path = f"/applications/application/{infected['_id']}"
    async with running.staff() as office:
        statuses = [(await office.get(f"{path}/evidence/{n}")).status_code for n in (1, 2, 3)]
        assert statuses == [200, 200, 404]
        for page in (path, "/applications/study-leave?show=all&session=module-3"):
            seen = (await office.get(page)).text
            assert [f"{path}/evidence/{n}" in seen for n in (1, 2, 3)] == [True, True, False]
            assert [seen.count(tag) for tag in ("Unscanned", "Infected")] == [0, 1]
        rows = await office.get("/applications/study-leave?show=all&session=module-3&format=csv")
        assert rows.text.splitlines()[1].split(",")[9] == "2"
    async with running.applicant(infected["person_id"]) as applicant:
        assert "a virus was found in it" in (await applicant.get("/applications/me/evidence")).text


async def test_the_office_is_warned_of_evidence_that_nobody_scanned(running, fellow):
    async with running.staff("read_only") as reader:
        page = (await reader.get(f"/applications/application/{fellow['_id']}")).text
        assert page.count(WARNING) == 2
        overview = await reader.get("/applications/study-leave?show=all&session=module-3")
        assert overview.text.count("Unscanned") == 2


async def test_of_files_sent_at_once_the_last_allowed_is_kept_and_no_other_remains(running, fellow):
    evidence = (await held(running, fellow))["leave_evidence"]
    nearly = {"$set": {"leave_evidence": (evidence * MOST_FILES)[: MOST_FILES - 1]}}
    await running.messaging.db.write("applications").update({"_id": fellow["_id"]}, nearly)
    before = await files_below(running.read, fellow["_id"])
    async with running.applicant(fellow["person_id"]) as applicant:
        answers = await asyncio.gather(*(sent(applicant, "general") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422]
    said = f"You have sent {MOST_FILES} files already."
    assert sum(said in answer.text for answer in answers) == 2

    async def gone():
        return len(await files_below(running.read, fellow["_id"])) == len(before) + 1

    await eventually(gone)
    assert len((await held(running, fellow))["leave_evidence"]) == MOST_FILES
    for file in evidence:
        assert await running.messaging.db.files.get(file["file_id"]) is not None
