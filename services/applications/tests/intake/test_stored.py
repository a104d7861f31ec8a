"""What release 64e27b8 stored, taken from its database, is read, shown and changed as before."""

import json
from pathlib import Path

import pytest
import pytest_asyncio
from bson import json_util

from applications.admissions import kept_versions
from applications.documents.store import fetch_from_document, fetch_to_document, latest_fetch
from applications.intake.field_map import map_versions
from applications.intake.reconciliation import uploads
from applications.intake.store import find_receipt, receipt_from_document, receipt_to_document

SAMPLES = json_util.loads(
    (Path(__file__).parent / "stored_by_64e27b8.json").read_text("utf-8"),
    json_options=json_util.JSONOptions(tz_aware=True),
)


def without(field, document):
    return {key: value for key, value in document.items() if key != field}


def plain(document):
    """With lists for tuples, as a database gives them back."""
    return json.loads(json_util.dumps(document))


def but_new_fields(document, stored):
    """What a release stores now, but for fields that the earlier one did not have."""
    if not isinstance(stored, dict):
        return document
    return {key: but_new_fields(document[key], value) for key, value in stored.items()}


@pytest.mark.parametrize("stored", SAMPLES["receipts"], ids=lambda one: one["status"])
def test_a_receipt_is_what_it_was(stored):
    receipt = receipt_from_document(stored)
    assert plain(receipt_to_document(receipt)) == plain(without("body", stored))


def test_every_state_of_a_receipt_is_among_them():
    found = {one["status"] for one in SAMPLES["receipts"]}
    assert found == {"new", "applied", "quarantined", "dismissed", "erased"}


@pytest.mark.parametrize("stored", SAMPLES["submissions"], ids=lambda one: str(one["held"]))
def test_a_version_is_what_it_was(stored):
    version = kept_versions.from_document(stored)
    assert but_new_fields(plain(kept_versions.to_document(version)), plain(stored)) == plain(stored)
    assert version.waits == ((stored["held"] or {}).get("status") == "pending")


@pytest.mark.parametrize("stored", SAMPLES["fetches"], ids=lambda one: one["status"])
def test_a_fetch_is_what_it_was(stored):
    now = plain(fetch_to_document(fetch_from_document(stored)))
    assert but_new_fields(now, plain(stored)) == plain(stored)


@pytest.mark.parametrize("stored", SAMPLES["maps"], ids=lambda one: one["_id"])
def test_a_version_of_a_map_is_what_it_was(stored):
    assert plain(map_versions.to_document(map_versions.from_document(stored))) == plain(stored)


def test_an_uploaded_export_is_what_it_was():
    (stored,) = SAMPLES["uploads"]
    upload = uploads.from_document(stored)
    about = {"_id": upload.id, **upload.model_dump(exclude={"id"})}
    assert plain(about) == plain(stored)


@pytest_asyncio.fixture
async def upgraded(running):
    """The service on a database that the release before it has written."""
    for name, documents in SAMPLES.items():
        await running.messaging.db.write(name).insert_many(documents)
    return running


def one_of(status, **about):
    return next(
        stored["_id"]
        for stored in SAMPLES["receipts"]
        if stored["status"] == status and all((k in stored) == v for k, v in about.items())
    )


@pytest.mark.stack
async def test_the_office_sees_all_of_it(upgraded):
    async with upgraded.staff() as office:
        for stored in SAMPLES["receipts"]:
            page = await office.get(f"/applications/receipts/{stored['_id']}")
            assert page.status_code == 200, page.text
        for path in (
            "/applications/receipts",
            "/applications/quarantine",
            "/applications/quarantine/source/native",
            "/applications/maps/native",
            "/applications/reconciliation",
        ):
            assert (await office.get(path)).status_code == 200, path
        corrected = await office.get(
            f"/applications/receipts/{one_of('quarantined', corrections=True)}"
        )
        assert "Read over the telephone." in corrected.text
        maps = await office.get("/applications/maps/native")
        assert "Employer: trust → a / b.c" in maps.text
        assert "(return to the file)" in maps.text


@pytest.mark.stack
async def test_what_was_waiting_goes_on(upgraded):
    new, typed = one_of("new"), one_of("quarantined", corrections=True)
    assert (await upgraded.processed(new))["status"] == "applied"
    async with upgraded.staff() as office:
        path = f"/applications/receipts/{typed}"
        given = {"email": "right@example.org", "reason": "Read again."}
        assert (await office.post(f"{path}/correct", data=given)).status_code == 303
        assert (await office.post(f"{path}/replay")).status_code == 303
        dismissed = f"/applications/receipts/{one_of('dismissed')}"
        assert (await office.post(f"{dismissed}/restore")).status_code == 303
    stored = await upgraded.processed(typed)
    assert (stored["status"], len(stored["corrections"])) == ("applied", 2)
    application = await upgraded.read("applications").get(stored["application_id"])
    assert application["answers"]["email"] == "right@example.org"


@pytest.mark.stack
async def test_a_submission_that_was_erased_is_still_not_taken_in(upgraded):
    gone = one_of("erased", application_id=False)
    receipt = await find_receipt(upgraded.read, gone)
    answer = await upgraded.post(b'{"name": "Zoe"}')
    assert (answer.status_code, answer.json()["receipt_id"]) == (200, receipt.id)


@pytest.mark.stack
async def test_a_link_that_waits_or_was_given_up_is_known(upgraded):
    for stored in SAMPLES["fetches"]:
        fetch = await latest_fetch(upgraded.read, stored["application_id"], stored["key"])
        assert (fetch.id, fetch.status, fetch.tries) == (
            stored["_id"],
            stored["status"],
            stored["tries"],
        )
