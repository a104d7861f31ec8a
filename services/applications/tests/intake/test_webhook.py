"""The webhook's answers, on the real stack: what is answered 2xx is never lost."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from applications.documents.storing import store_uploads
from applications.intake import worker
from applications.intake.adapter import Delivery
from applications.intake.sources import load_sources
from applications.intake.submitting import receive
from applications.intake.taking_in import take_in
from nextstep_local.testing import eventually

from ..conftest import START
from ..forms import PDF, encoded, file, person, signed, submission
from .adapters.test_standard_webhooks import raw_signed

pytestmark = pytest.mark.stack


async def test_a_signed_submission_is_taken_in_and_becomes_an_application(running):
    answer = await running.post(submission())
    assert answer.status_code == 202
    receipt = await running.processed(answer.json()["receipt_id"])
    assert receipt["status"] == "applied"
    application = await running.read("applications").get(receipt["application_id"])
    assert application["state"] == "offered"
    assert application["reference"] == "NS24-0001"
    assert {k: d["content_type"].rsplit(".", 1)[-1] for k, d in application["documents"].items()}
    stored = await running.messaging.db.files.get(application["documents"]["cv"]["file_id"])
    assert stored == PDF


async def test_the_same_submission_again_gets_the_same_receipt(running):
    given = submission()
    first = await running.post(given)
    again = await running.post(given)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["receipt_id"] == first.json()["receipt_id"]
    assert await running.read("receipts").count({}) == 1


async def test_an_edited_submission_of_the_same_id_is_an_amendment(running):
    given = submission(discipline="acupuncture")
    first = await running.take(given)
    second = await running.take(given | {"discipline": "dentistry"})
    assert first["state"] == "referred"
    assert second["_id"] == first["_id"]
    assert second["state"] == "offered"
    assert await running.read("submissions").count({}) == 2


@pytest.mark.parametrize("with_id", [True, False])
async def test_an_edit_back_to_earlier_answers_waits_for_the_office(running, with_id):
    given = submission(discipline="acupuncture")  # referred: it can still be amended
    if not with_id:
        del given["submission_id"]
    edited = given | {"trust": "West Suffolk"}
    await running.take(given)
    await running.take(edited)
    back = await running.post(given)
    assert (back.status_code, back.json()["status"]) == (202, "received")
    receipt = await running.processed(back.json()["receipt_id"])
    found = await running.read("applications").get(receipt["application_id"])
    assert found["answers"]["trust"] == "West Suffolk"
    assert [(one["kind"], one["submission_id"]) for one in found["awaits_office"]] == [
        ("said_before", receipt["_id"])
    ]
    version = await running.read("submissions").get(receipt["_id"])
    assert version["acknowledged_to"]  # the address that it gives is told that it came
    again = await running.post(given)
    assert (again.status_code, again.json()["receipt_id"]) == (200, receipt["_id"])
    forth = await running.post(edited)  # and once more: what it says is in force
    assert forth.status_code == 202
    await running.processed(forth.json()["receipt_id"])
    found = await running.read("applications").get(receipt["application_id"])
    assert [one["submission_id"] for one in found["awaits_office"]] == [receipt["_id"]]
    assert await running.read("receipts").count({}) == 4
    async with running.staff() as office:
        page = await office.get(f"/applications/application/{found['_id']}")
    assert "the form sent an earlier message late" in page.text


async def test_a_message_that_comes_again_after_an_edit_is_the_one_that_came(running):
    given = submission(discipline="acupuncture")
    body = encoded(given)
    headers = signed(body, running.clock.now(), message_id="msg_1")
    first = await running.http.post("/webhooks/native", content=body, headers=headers)
    await running.take(given | {"trust": "West Suffolk"})
    again = await running.http.post("/webhooks/native", content=body, headers=headers)
    assert (again.status_code, again.json()["receipt_id"]) == (200, first.json()["receipt_id"])
    assert await running.read("receipts").count({}) == 2


async def test_a_body_without_an_id_is_recognised_by_its_content(running):
    given = submission()
    del given["submission_id"]
    assert (await running.post(given)).status_code == 202
    assert (await running.post(given)).status_code == 200


SPOILT = [
    {"webhook-signature": "v1,AAAA"},
    {"webhook-signature": "v1"},
    {"webhook-signature": "v1,\u00e9"},
    {"webhook-signature": "v2,x v1a,y"},
    {"webhook-signature": ""},
    {"webhook-id": ""},
    {"webhook-id": "another"},
    {"webhook-timestamp": "soon"},
    {"webhook-timestamp": "99999999999999999999"},
    {"webhook-timestamp": str(int((START - timedelta(minutes=6)).timestamp()))},
    {"webhook-timestamp": f"{START.timestamp():.1f}"},
]


async def test_any_doubt_about_the_signature_is_a_401(running):
    body = encoded(submission())
    for spoil in SPOILT:
        headers = [(k, v.encode()) for k, v in (signed(body, START) | spoil).items()]
        answer = await running.http.post("/webhooks/native", content=body, headers=headers)
        assert answer.status_code == 401, spoil
        assert answer.json()["title"] == "Not a submission of this form"
        assert answer.headers["content-type"] == "application/problem+json"
    assert await running.read("receipts").count({}) == 0


async def test_a_correct_signature_outside_the_tolerance_is_a_401(running):
    body = encoded(submission())
    for minutes in (-6, 6):
        headers = signed(body, START + timedelta(minutes=minutes))
        answer = await running.http.post("/webhooks/native", content=body, headers=headers)
        assert answer.status_code == 401


async def test_a_body_that_was_changed_after_signing_is_a_401(running):
    body = encoded(submission())
    headers = signed(body, START)
    for other in (body[:-1], body + b" ", b"\xff\xfe" + body):
        answer = await running.http.post("/webhooks/native", content=other, headers=headers)
        assert answer.status_code == 401


async def test_an_unknown_source_is_a_404(running):
    assert (await running.http.post("/webhooks/other", content=b"{}")).status_code == 404


async def test_a_type_that_the_source_cannot_send_is_a_415(running):
    answer = await running.post(submission(), **{"content-type": "text/plain"})
    assert answer.status_code == 415


async def test_a_body_over_the_limit_is_a_413(running):
    body = b'{"name": "' + b"x" * (40 * 1024 * 1024) + b'"}'
    answer = await running.post(body)
    assert answer.status_code == 413
    assert await running.read("receipts").count({}) == 0


async def test_a_submission_of_almost_forty_megabytes_is_kept_whole(running):
    documents = {
        "cv": file(PDF + b"x" * 9_900_000),
        "statement_1": file(PDF + b"y" * 9_900_000),
        "statement_2": file(PDF + b"z" * 9_900_000),
    }
    application = await running.submit(documents=documents)
    kept = await running.messaging.db.files.get(application["documents"]["statement_2"]["file_id"])
    assert len(kept) == len(PDF) + 9_900_000
    receipt = (await running.read("receipts").find({}))[0]
    assert receipt["in_files"]
    whole = await running.messaging.db.files.get(receipt["body_file"])
    assert json.loads(whole)["documents"] == documents


UNMAPPABLE = [
    (b"not json", "The body is not JSON that can be read."),
    (b"[1, 2]", "The body is JSON, but not an object with answers."),
    (b"[" * 100_000 + b"]" * 100_000, "The body is not JSON that can be read."),
    (encoded({"name": "A"}), "There is no email at “email”."),
    (encoded(submission(email="nobody")), "The email at “email” cannot be used: “nobody”."),
    (encoded(submission(name={"first": "A"})), "The name at “name” cannot be used"),
]


async def test_what_verifies_but_cannot_be_mapped_waits_in_quarantine(running):
    for body, reason in UNMAPPABLE:
        answer = await running.post(body)
        assert answer.status_code == 202
        receipt = await running.processed(answer.json()["receipt_id"])
        assert receipt["status"] == "quarantined"
        assert receipt["faults"][0].startswith(reason)
        assert bytes(receipt["body"]) == body


async def test_what_is_signed_in_another_coding_waits_in_quarantine(running):
    text = json.dumps(submission(name="Zoë"), ensure_ascii=False)
    for body, status in (
        (text.encode("latin-1"), "quarantined"),
        (gzip.compress(text.encode()), "quarantined"),
        (text.encode("utf-16"), "applied"),
    ):
        headers = raw_signed(body, named="svix") | {"content-type": "application/json"}
        answer = await running.http.post("/webhooks/native", content=body, headers=headers)
        assert answer.status_code == 202
        receipt = await running.processed(answer.json()["receipt_id"])
        assert receipt["status"] == status
        assert bytes(receipt["body"]) == body


async def test_hostile_text_is_kept_and_harms_nothing(running):
    application = await running.submit(
        name="A\u202eB \x00<script>alert(1)</script> " + "n" * 300,
        trust="\ud800 trust",
        documents={"cv": file(PDF, "../../etc/\u202epasswd\x00 \"'.pdf" + "x" * 300)},
    )
    assert application["answers"]["name"].startswith("AB <script>alert(1)</script>")
    assert application["answers"]["trust"] == "? trust"
    name = application["documents"]["cv"]["name"]
    assert "/" not in name
    assert len(name) <= 100
    assert name.endswith(".pdf")


async def test_receipts_that_a_crash_left_are_swept_up(running):
    # stored as by another process, which stopped before it woke anybody
    source = load_sources(None, {})["native"]
    delivery = Delivery(encoded(submission()), {})
    taken = await take_in(running.messaging.db, source, delivery, START)
    assert (await running.processed(taken.receipt_id))["status"] == "applied"


@pytest.fixture
def patient(monkeypatch):
    """Processing begins late enough for all submissions of a test to be there."""
    monkeypatch.setattr(worker, "PACE", replace(worker.PACE, quiet=0.5))


@pytest.mark.usefixtures("patient")
async def test_a_submission_that_trips_us_up_waits_for_a_person_and_holds_up_nobody(
    running, monkeypatch
):
    asked: list[str] = []

    async def keep(db, receipt_id, *given, **how):
        asked.append(receipt_id)
        if receipt_id == tripping:
            raise RuntimeError("no such luck")
        return await store_uploads(db, receipt_id, *given, **how)

    monkeypatch.setattr(worker, "store_uploads", keep)
    answers = [await running.post(person(number)) for number in (1, 2, 3)]
    before, tripping, after = (answer.json()["receipt_id"] for answer in answers)
    found = [await running.processed(one) for one in (before, tripping, after)]
    assert [one["status"] for one in found] == ["applied", "quarantined", "applied"]
    assert found[1]["faults"] == [worker.FAILED.format("RuntimeError")]
    assert sorted(asked.count(one) for one in (before, tripping, after)) == [
        1,
        1,
        worker.MOST_FAILURES,
    ]
    applications = await running.read("applications").find({}, sort=[("reference", 1)])
    assert [one["_id"] for one in applications] == [
        found[0]["application_id"],
        found[2]["application_id"],
    ]


@pytest.mark.usefixtures("patient")
async def test_the_next_files_are_kept_meanwhile_but_places_go_by_arrival(running, monkeypatch):
    kept: list[str] = []

    async def keep(db, receipt_id, *given, **how):
        found = await store_uploads(db, receipt_id, *given, **how)
        kept.append(receipt_id)
        return found

    async def admit(act, submission):
        if submission.receipt_id == first:
            await eventually(lambda: second in kept)  # it needs no turn for that
        await receive(act, submission)

    monkeypatch.setattr(worker, "store_uploads", keep)
    monkeypatch.setattr(worker, "receive", admit)
    answers = [await running.post(person(number)) for number in (1, 2)]
    first, second = (answer.json()["receipt_id"] for answer in answers)
    found = [await running.processed(one) for one in (first, second)]
    applications = await running.read("applications").find({}, sort=[("reference", 1)])
    assert [one["_id"] for one in applications] == [one["application_id"] for one in found]
