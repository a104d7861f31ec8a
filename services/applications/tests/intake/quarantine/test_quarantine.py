"""Quarantine on the real stack: mend the map or the record, try again, put away, erase."""

import json

import pytest

from applications.admissions.act import Applications
from applications.app import build
from applications.intake.field_map.changing import save_map
from applications.intake.field_map.map_versions import in_force
from applications.intake.field_map.overlays import Overlay
from nextstep_messaging.testing import audit_trail

from ...admitting import OFFICE
from ...forms import encoded, person

pytestmark = pytest.mark.stack


def renamed(number, **changes):
    """A submission after somebody renamed a question of the form."""
    given = person(number, **changes)
    given["contact.mail"] = given.pop("email")
    return given


async def quarantined(running, given):
    answer = await running.post(given)
    receipt = await running.processed(answer.json()["receipt_id"])
    assert receipt["status"] == "quarantined"
    return receipt["_id"]


async def audited(running):
    return [entry["action"] for entry in await audit_trail(running.messaging)]


def moved(receipt, **where):
    """The form of the map page, with some answers moved."""
    places = {name: [name] for name in receipt if name not in {"documents", "contact.mail"}}
    form = {f"fields-{name}": json.dumps(path) for name, path in places.items()}
    form |= {f"documents-{k}": json.dumps(["documents", k]) for k in receipt["documents"]}
    return form | {f"fields-{name}": json.dumps(path) for name, path in where.items()}


async def test_a_corrected_map_is_previewed_kept_and_turns_quarantine_into_applications(running):
    first = await quarantined(running, renamed(1))
    second = await quarantined(running, renamed(2))
    form = moved(renamed(1), email=["contact.mail"]) | {"number": "0"}
    async with running.staff() as office:
        path = f"/applications/maps/native/from/{first}"
        shown = await office.get(path)
        assert "contact.mail: &#34;person1@example.org&#34;" in shown.text
        preview = await office.post(path, data=form | {"step": "preview"})
        assert preview.status_code == 200, preview.text
        assert "<strong>2 of 2</strong>" in preview.text
        assert "person1@example.org" in preview.text
        assert await running.read("maps").count({}) == 0
        refused = await office.post(path, data=form | {"step": "save"})
        assert refused.status_code == 422
        kept = await office.post(
            path, data=form | {"step": "save", "reason": "The question was renamed."}
        )
        assert kept.headers["location"] == "/applications/quarantine/source/native"
        dry = await office.get("/applications/quarantine/source/native")
        assert "<strong>2 of 2</strong>" in dry.text
        assert (await running.read("receipts").get(first))["status"] == "quarantined"
        await office.post("/applications/quarantine/source/native/replay")
    for receipt in (first, second):
        assert (await running.processed(receipt))["status"] == "applied"
    application = await running.take(renamed(3))
    assert application["answers"]["email"] == "person3@example.org"
    assert await audited(running) == ["change-map", "replay-all"]


async def test_a_map_can_only_name_places_that_are_there_and_needs_name_and_address(running):
    receipt = await quarantined(running, renamed(1))
    path = f"/applications/maps/native/from/{receipt}"
    async with running.staff() as office:
        nowhere = moved(renamed(1), email=["somewhere", "else"]) | {"number": "0"}
        answer = await office.post(path, data=nowhere)
        assert answer.status_code == 422
        assert "Choose a place that is in this receipt" in answer.text
        none = moved(renamed(1)) | {"number": "0", "fields-email": ""}
        assert "Say where the email address is" in (await office.post(path, data=none)).text
        stale = moved(renamed(1), email=["contact.mail"]) | {"number": "4", "reason": "Mended."}
        answer = await office.post(path, data=stale | {"step": "save"})
        assert answer.status_code == 409
    async with running.staff("read_only") as reader:
        assert (await reader.get(path)).status_code == 403
        assert (await reader.get("/applications/maps/native")).status_code == 200


async def test_undoing_a_map_is_another_version_and_the_file_counts_again(running):
    here = running.app.state.here
    for number, where in enumerate((("a",), ("b",))):
        overlay = Overlay(number, {"trust": where}, {})
        await here.perform(lambda act, o=overlay: save_map(act, "native", o, "Moved."), OFFICE)
    async with running.staff() as office:
        page = await office.get("/applications/maps/native")
        assert "Employer: trust → b" in page.text
        await office.post(
            "/applications/maps/native/return", data={"number": "1", "reason": "It was right."}
        )
        assert (await in_force(here.db.read, "native")).fields == {"trust": ("a",)}
        await office.post(
            "/applications/maps/native/return", data={"number": "0", "reason": "All well again."}
        )
    assert (await in_force(here.db.read, "native")).fields == {}
    assert [m["number"] for m in await running.read("maps").find({}, sort=[("number", 1)])] == [
        1,
        2,
        3,
        4,
    ]
    application = await running.take(person(1))
    assert application["answers"]["trust"] == "Norfolk and Norwich University Hospitals"


async def test_every_process_reads_by_the_newest_map_at_once(running):
    """A second process of the service keeps the map; the first one, running, reads by it."""
    receipt = await quarantined(running, renamed(1))
    _, other = build(running.settings, running.clock)
    async with other.opened():
        applications = Applications(other, running.app.state.here.loaded)
        overlay = Overlay(0, {"email": ("contact.mail",)}, {})
        await applications.perform(lambda act: save_map(act, "native", overlay, "Renamed."), OFFICE)
    application = await running.take(renamed(2))
    assert application["answers"]["email"] == "person2@example.org"
    assert (await running.read("receipts").get(receipt))["status"] == "quarantined"


async def test_a_corrected_record_stands_beside_the_raw_body_and_with_the_application(running):
    body = encoded(person(1, email="nobody at example"))
    receipt = await quarantined(running, body)
    async with running.staff() as office:
        path = f"/applications/receipts/{receipt}"
        page = await office.get(f"{path}/correct")
        assert "Arrived: &#34;nobody at example&#34;" in page.text
        refused = await office.post(f"{path}/correct", data={"email": "p@example.org"})
        assert refused.status_code == 422
        assert "p@example.org" in refused.text
        bad = {"email": "jane at nhs.net", "gmc_number": "banana", "reason": "By telephone."}
        refused = await office.post(f"{path}/correct", data=bad)
        assert refused.status_code == 422
        assert "Enter one email address" in refused.text
        assert "Enter the seven digits of a GMC reference" in refused.text
        assert "By telephone." in refused.text
        assert "corrections" not in await running.read("receipts").get(receipt)
        for address in ("wrong@example.org", "right@example.org"):
            given = {"email": address, "reason": "Read over the telephone."}
            assert (await office.post(f"{path}/correct", data=given)).status_code == 303
        same = await office.post(f"{path}/correct", data=given)
        assert same.status_code == 303
        page = await office.get(path)
        assert "Typed by the office" in page.text
        await office.post(f"{path}/replay")
        stored = await running.processed(receipt)
        assert bytes(stored["body"]) == body
        assert [line["answers"]["email"] for line in stored["corrections"]] == [
            "wrong@example.org",
            "right@example.org",
        ]
        application = await running.read("applications").get(stored["application_id"])
        assert application["answers"]["email"] == "right@example.org"
        one = await office.get(f"/applications/application/{application['_id']}")
        assert "Typed by the office: email" in one.text
        assert "Read over the telephone." in one.text


async def test_a_body_that_cannot_be_read_at_all_can_be_typed_in_whole(running):
    receipt = await quarantined(running, b"not json")
    async with running.staff() as office:
        given = {"name": "Amara Okafor", "email": "amara@example.org", "reason": "By telephone."}
        await office.post(f"/applications/receipts/{receipt}/correct", data=given)
        await office.post(f"/applications/receipts/{receipt}/replay")
    assert (await running.processed(receipt))["status"] == "applied"


async def test_from_one_receipt_in_quarantine_to_the_next_until_none_is_left(running):
    first, second = [await quarantined(running, b'{"name": "%d"}' % n) for n in range(2)]
    async with running.staff() as office:
        for here, there in ((first, second), (second, first)):
            page = (await office.get(f"/applications/receipts/{here}")).text
            assert f'<a rel="next" href="/applications/receipts/{there}">' in page
        await office.post(f"/applications/receipts/{first}/dismiss", data={"reason": "Spam."})
        after = (await office.get(f"/applications/receipts/{first}")).text
        assert f'href="/applications/receipts/{second}"' in after
        assert (
            "Next in quarantine" not in (await office.get(f"/applications/receipts/{second}")).text
        )


async def test_what_is_no_application_is_put_away_and_can_be_taken_back(running):
    receipt = await quarantined(running, b'{"name": "buy pills"}')
    path = f"/applications/receipts/{receipt}"
    async with running.staff() as office:
        assert (await office.post(f"{path}/dismiss", data={})).status_code == 422
        await office.post(f"{path}/dismiss", data={"reason": "Spam."})
        assert (await running.read("receipts").get(receipt))["status"] == "dismissed"
        assert (await office.post(f"{path}/replay")).status_code == 409
        await office.post("/applications/quarantine/source/native/replay")
        assert (await running.read("receipts").get(receipt))["status"] == "dismissed"
        await office.post(f"{path}/restore")
    assert (await running.read("receipts").get(receipt))["status"] == "quarantined"
    assert await audited(running) == ["dismiss-receipt", "restore-receipt"]


async def test_a_person_in_quarantine_is_found_however_it_is_written_and_erased(running):
    given = {"first": "Zo\u00eb", "last": "M\u00fcller", "gmc": "701 2345", "mail": "zoe@x.example"}
    receipt = await quarantined(running, json.dumps(given).encode())  # \u00eb as an escape
    other = await quarantined(running, b'{"name": "Somebody Else"}')
    async with running.staff() as office:
        for term in ("zoe muller", "7012345", "ZOE@X.example", "Müller"):
            page = await office.get("/applications/quarantine/search", params={"q": term})
            assert receipt in page.text, term
            assert other not in page.text
        for term in ("zz", "nobody at all"):
            page = await office.get("/applications/quarantine/search", params={"q": term})
            assert receipt not in page.text
        path = f"/applications/quarantine/erase/{receipt}"
        assert (await office.get(path)).status_code == 200
        assert (await office.post(path, data={})).status_code == 422
        await office.post(path, data={"reason": "Asked by letter."})
        stored = await running.read("receipts").get(receipt)
        assert (stored["status"], stored["body"]) == ("erased", None)
        assert "ller" not in str(stored)
        page = await office.get("/applications/quarantine/search", params={"q": "zoe"})
        assert receipt not in page.text
        applied = await running.take(person(1))
        (submission,) = await running.read("submissions").find({})
        refused = await office.post(
            f"/applications/quarantine/erase/{submission['_id']}",
            data={"reason": "Because."},
        )
        assert refused.status_code == 409
        assert (await running.read("applications").get(applied["_id"]))["erased"] is False
    again = await running.post(json.dumps(given).encode())
    assert again.status_code == 200


async def test_hostile_keys_and_values_do_not_harm_the_map_page(running):
    nasty = {"<script>alert(1)</script>": "<b>x</b>", "\ud800": "y", "k" * 300: 1, "a": {"b": [1]}}
    receipt = await quarantined(running, json.dumps(nasty).encode())
    async with running.staff() as office:
        page = await office.get(f"/applications/maps/native/from/{receipt}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "a / b / 0: 1" in page.text


async def test_a_map_is_held_against_the_last_receipts_before_it_is_kept(running):
    read = await running.post(person(5))
    assert (await running.processed(read.json()["receipt_id"]))["status"] == "applied"
    waiting = await quarantined(running, renamed(1))
    form = moved(renamed(1), email=["contact.mail"]) | {"number": "0", "reason": "Renamed."}
    path = f"/applications/maps/native/from/{waiting}"
    async with running.staff() as office:
        held = await office.post(path, data=form | {"step": "save"})
        assert held.status_code == 409
        assert "1 receipt that can be read now could not be read any more" in held.text
        assert await running.read("maps").count({}) == 0
        kept = await office.post(path, data=form | {"step": "save-anyway"})
        assert kept.status_code == 303
    assert await running.read("maps").count({}) == 1
