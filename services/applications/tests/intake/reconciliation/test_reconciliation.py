"""Reconciliation on the real stack: pages and command line, twice, in races, delivered late."""

import asyncio
import io
import json
from datetime import timedelta

import pytest

from applications.__main__ import SERVICE
from applications.data_protection import erase
from applications.intake.reconciliation.taking_in import compared, ingest_all
from applications.intake.sources import load_sources
from nextstep_local.testing import environment_for, eventually
from nextstep_messaging import run

from ...admitting import OFFICE
from ...exporting import as_csv, native
from ...forms import person

pytestmark = pytest.mark.stack


async def upload(office, data, name="export.csv", source="native"):
    return await office.post(
        "/applications/reconciliation", data={"source": source}, files={"file": (name, data)}
    )


async def receipts(running):
    return await running.read("receipts").find({}, sort=[("arrived", 1)])


async def all_processed(running):
    for receipt in await receipts(running):
        await running.processed(receipt["_id"])


async def test_what_never_arrived_is_seen_and_taken_in_and_the_same_file_twice_changes_nothing(
    running,
):
    here, lost, edited = person(1), person(2), person(3)
    await running.take(here)
    await running.take(edited)
    data = native(here, lost, edited | {"trust": "Elsewhere"})
    async with running.staff() as office:
        answer = await upload(office, data)
        assert answer.status_code == 303, answer.text
        path = answer.headers["location"]
        page = await office.get(path)
        assert "Take in the 1 submission that never arrived" in page.text
        assert "In the file: Elsewhere" in page.text
        sheet = await office.get(f"{path}?format=csv")
        assert '"Never arrived","Person Number2"' in sheet.text
        await office.post(f"{path}/ingest")
        await all_processed(running)
        stored = await receipts(running)
        assert len(stored) == 3
        assert stored[-1]["origin"]["file"] == "export.csv"
        assert stored[-1]["origin"]["by"] == "Ola Office"
        assert json.loads(stored[-1]["body"])["name"] == "Person Number2"
        page = await office.get(f"/applications/receipts/{stored[-1]['_id']}")
        assert "Reconciled from export.csv, row 3, by Ola Office" in page.text
        before = stored, await running.read("applications").find({}, sort=[("_id", 1)])
        await office.post(f"{path}/ingest")
        again = await upload(office, data)
        page = await office.get(again.headers["location"])
        assert "Nothing is missing that could be taken in." in page.text
        await office.post(f"{again.headers['location']}/ingest")
        assert await receipts(running) == before[0]
        assert await running.read("applications").find({}, sort=[("_id", 1)]) == before[1]


async def test_a_delivery_that_comes_after_all_is_a_duplicate_and_brings_its_documents(running):
    late = person(1)
    async with running.staff() as office:
        path = (await upload(office, native(late))).headers["location"]
        await office.post(f"{path}/ingest")
        await all_processed(running)
        (receipt,) = await receipts(running)
        (application,) = await running.read("applications").find({})
        assert application["state"] == "referred"  # the export has no discipline and no documents
        answer = await running.post(late)
        assert (answer.status_code, answer.json()["receipt_id"]) == (200, receipt["_id"])
        await all_processed(running)
        assert (await running.post(late)).status_code == 200
        (application,) = await running.read("applications").find({})
        assert len(application["documents"]) == 3
        assert application["state"] == "offered"
        page = await office.get(path)
        assert "Nothing is missing that could be taken in." in page.text
    assert len(await receipts(running)) == 2


async def test_who_takes_a_file_in_at_the_same_time_as_another_takes_it_in_once(running):
    here, source = running.app.state.here, load_sources(None, {})["native"]
    data = native(*(person(n) for n in range(20)))
    found = await compared(here.db, source, data, "Europe/London")
    counts = await asyncio.gather(
        *(ingest_all(here, source, found, "a.csv", OFFICE) for _ in range(4)),
        running.post(person(3) | {"submission_id": "another"}),
    )
    assert sum(counts[:4]) == 20
    assert await running.read("receipts").count({"origin": {"$exists": True}}) == 20


async def test_a_row_without_a_usable_address_waits_in_quarantine_and_is_typed(running):
    given = person(1, email="nobody")
    async with running.staff() as office:
        path = (await upload(office, native(given))).headers["location"]
        await office.post(f"{path}/ingest")
        await all_processed(running)
        (receipt,) = await receipts(running)
        assert receipt["status"] == "quarantined"
        page = await office.get(path)
        assert "Arrived, not compared" in page.text
        refused = await office.get(f"/applications/maps/native/from/{receipt['_id']}")
        assert refused.status_code == 409
        typed = {"email": "person1@example.org", "reason": "By telephone."}
        await office.post(f"/applications/receipts/{receipt['_id']}/correct", data=typed)
        await office.post(f"/applications/receipts/{receipt['_id']}/replay")
    assert (await running.processed(receipt["_id"]))["status"] == "applied"


async def test_somebody_who_was_erased_is_not_taken_in_again(running):
    given = person(1)
    application = await running.take(given)
    async with running.staff() as office:
        kept = (await upload(office, native(given))).headers["location"]
        await running.messaging.transact(lambda uow: erase(uow, application["person_id"]))
        assert (await office.get(kept)).status_code == 404  # it may have named the person
        path = (await upload(office, native(given))).headers["location"]
        assert "Erased" in (await office.get(path)).text
        await office.post(f"{path}/ingest")
    assert await running.read("receipts").count({}) == 1
    assert await running.read("applications").count({"erased": False}) == 0


async def test_a_delivery_of_what_was_taken_in_and_erased_brings_nothing_back(running):
    given = person(1)
    async with running.staff() as office:
        path = (await upload(office, native(given))).headers["location"]
        await office.post(f"{path}/ingest")
        await all_processed(running)
        (receipt,) = await receipts(running)
        await running.messaging.transact(lambda uow: erase(uow, receipt["person_id"]))
    answer = await running.post(given)
    assert (answer.status_code, answer.json()["receipt_id"]) == (200, receipt["_id"])
    (left,) = await receipts(running)
    assert left["body"] is None


async def test_an_uploaded_file_is_forgotten_after_a_day_or_at_once(running):
    async with running.staff() as office:
        first = (await upload(office, native(person(1)))).headers["location"]
        second = (await upload(office, native(person(2)))).headers["location"]
        await office.post(f"{first}/forget")
        assert (await office.get(first)).status_code == 404
        assert (await office.get(second)).status_code == 200
        running.clock.advance(timedelta(days=1, minutes=1))

        async def gone():
            return await running.read("uploads").count({}) == 0

        await eventually(gone)
        await eventually(lambda: _no_files(running))


async def _no_files(running):
    return await running.read("fs.files").count({"filename": "export"}) == 0


async def test_a_wrong_upload_is_told_what_is_wrong_with_it(running):
    async with running.staff() as office:
        for data, name, said in (
            (b"", "a.csv", "The file is empty"),
            (b"a,b\n1,2\n", "a.csv", "no column"),
            (native(person(1, submitted_at="yesterday")), "a.csv", "Row 2, column"),
            (b"PK\x03\x04", "a.xlsx", "damaged"),
        ):
            answer = await upload(office, data, name)
            assert answer.status_code == 422
            assert said in answer.text
        assert (await upload(office, b"a", source="fax")).status_code == 422
        assert (await office.post("/applications/reconciliation", data={})).status_code == 422
        large = await upload(office, io.BytesIO(b"x" * 22 * 1024 * 1024))
        assert large.status_code == 413
    assert await running.read("uploads").count({}) == 0
    async with running.staff("read_only") as reader:
        assert (await upload(reader, native(person(1)))).status_code == 403


async def test_formulas_in_an_export_do_not_leave_it_as_formulas(running):
    nasty = person(1, name="=HYPERLINK(1)", email="e@example.org")
    async with running.staff() as office:
        path = (await upload(office, native(nasty))).headers["location"]
        assert ',"\'=HYPERLINK(1)",' in (await office.get(f"{path}?format=csv")).text


def _plain(setting):
    return setting.get_secret_value() if hasattr(setting, "get_secret_value") else setting


@pytest.fixture
def operate(running, monkeypatch, capsys):
    """Runs a command as an operator does; its exit status and what it printed."""
    settings = running.settings
    environment = environment_for(
        "applications",
        amqp_url=_plain(settings.amqp_url),
        mongo_url=_plain(settings.mongo_url),
        mongo_database=settings.mongo_database,
    )
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    async def call(*arguments):
        capsys.readouterr()
        status = 0
        try:
            await asyncio.to_thread(run, SERVICE, list(arguments))
        except SystemExit as left:
            status = left.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


async def test_the_command_line_says_the_same_and_fails_while_something_is_missing(
    running, operate, tmp_path
):
    await running.take(person(1))
    file = tmp_path / "export.csv"
    file.write_bytes(native(person(1, submission_id="x"), person(2)))
    status, said, _ = await operate("reconcile", "native", str(file))
    assert status == 1
    assert "3\tNever arrived\t" in said
    assert "2 never arrived" in said
    assert "1 not in the file" in said
    status, said, _ = await operate("reconcile", "native", str(file), "--ingest")
    assert (status, "2 taken in" in said) == (0, True)
    await all_processed(running)
    status, said, _ = await operate("reconcile", "native", str(file))
    assert (status, "0 never arrived" in said) == (0, True)
    file.write_bytes(as_csv([("1",)], ("a",)))
    status, _, complaint = await operate("reconcile", "native", str(file))
    assert status == 2
    assert "no column “name”" in complaint
    status, _, complaint = await operate("reconcile", "fax", str(file))
    assert (status, "there is no form 'fax'" in complaint) == (2, True)


async def test_the_command_line_finds_and_erases_in_quarantine(running, operate):
    answer = await running.post(b'{"name": "Amara Okafor"}')
    receipt = answer.json()["receipt_id"]
    await running.processed(receipt)
    status, said, _ = await operate("find-receipts", "okafor")
    assert (status, said.startswith(receipt)) == (0, True)
    status, _, _ = await operate("erase-receipt", receipt, "--reason", "Asked.")
    assert status == 0
    assert (await running.read("receipts").get(receipt))["status"] == "erased"
    status, _, said = await operate("erase-receipt", receipt, "--reason", "Asked.")
    assert (status, "erased already" in said) == (2, True)
