"""Nothing that was answered 2xx ends without the applicant or the office knowing of it."""

import json
from datetime import timedelta

import pytest

from applications.admissions.choosing_a_version import apply_version
from applications.intake.worker import Intake

from ..admitting import OFFICE
from ..conftest import START
from ..forms import file, person
from ..papers import pdf

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("relay_off")]
LOCKED = "it is protected by a password; save it without one"


async def told(running, name):
    """What was said to the applicant by events of this name."""
    return [json.loads(row["body"]) for row in await running.published(name)]


async def again(running, number=1, *, minutes=0, **changes):
    """The same person's form, submitted so long after the first."""
    at = START - timedelta(minutes=30 - minutes)
    given = person(number, submitted_at=at.isoformat(), **changes)
    answer = await running.post(given)
    assert answer.status_code == 202
    return await running.processed(answer.json()["receipt_id"])


def with_cv(cv):
    return {"documents": person(1)["documents"] | {"cv": cv}}


async def test_a_file_that_cannot_be_used_is_named_though_an_earlier_one_is_kept(running):
    first = await again(running)
    new = file(pdf(password="secret"), "New.pdf")
    await again(running, minutes=5, **with_cv(new))
    (said,) = await told(running, "SubmissionAcknowledged")
    (line,) = said["about_files"]
    assert line == f"CV: we cannot use “New” (PDF): {LOCKED}. We keep “CV” (PDF)"
    found = await running.read("applications").get(first["application_id"])
    assert found["documents"]["cv"]["name"] == "CV.pdf"


async def test_so_it_is_where_other_answers_changed_and_where_it_waited(running):
    first = await again(running)
    new = file(pdf(password="secret"), "New.pdf")
    await again(running, minutes=5, trust="Another trust", **with_cv(new))
    (waits,) = await told(running, "SubmissionAcknowledged")  # it came after the offer
    assert waits["outcome"] == "after_decision"
    versions = await running.read("submissions").find({"held.status": "pending"})
    (version,) = versions
    await running.app.state.here.perform(
        lambda act: apply_version(act, version["_id"], "She rang."), OFFICE
    )
    (said,) = await told(running, "ApplicationAmended")
    assert said["changed"] == ["trust", "documents"]  # and about_files says which of these
    assert said["about_files"] == [f"CV: we cannot use “New” (PDF): {LOCKED}. We keep “CV” (PDF)"]
    assert first["application_id"] == version["application_id"]


async def test_of_two_different_forms_the_older_that_comes_last_is_not_said_to_be_the_same(running):
    await again(running, minutes=9, region="Wales")  # referred, so that forms still amend it
    second = await again(running, minutes=2, region="Wales", trust="Another trust")
    (said,) = await told(running, "SubmissionAcknowledged")
    assert (said["outcome"], said["older"]) == ("unchanged", True)
    application = await running.read("applications").get(second["application_id"])
    assert application["answers"]["trust"] == person(1)["trust"]
    async with running.staff() as office:
        page = await office.get(f"/applications/application/{application['_id']}")
        assert "An older form arrived, with other answers" in page.text


async def test_what_is_not_processed_for_long_is_told_to_the_office(running, monkeypatch):
    async def broken(_intake, _lease):
        return False

    monkeypatch.setattr(Intake, "_process_batch", broken)
    stuck = "submission that came long ago is not processed"
    async with running.staff() as office:
        assert (await running.post(person(1))).status_code == 202
        assert stuck not in (await office.get("/applications/")).text
        running.clock.advance(timedelta(minutes=16))
        assert f"1 {stuck}" in (await office.get("/applications/")).text
        listed = await office.get("/applications/receipts?status=new")
        assert listed.text.count("/applications/receipts/") >= 1
        monkeypatch.undo()
