"""What the previous release, 64e27b8, has stored is read and worked on as it lies there.

`stored_by_64e27b8.json` holds documents of every collection as that release wrote them, when it was
stopped in the middle of its work: an email on its way, one put off, marks not yet settled.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nextstep_messaging import Database, NotEntitledError
from nextstep_messaging.testing import hear
from nextstep_web.testing import signed_in
from notifications.calendar.entries import CalendarEntry
from notifications.calendar.store import invitations
from notifications.calendar.what_to_send import Invitation
from notifications.data_protection import export_person
from notifications.delivery.store import MailServer, Try
from notifications.hearing.address_book import Contact
from notifications.hearing.email_record import EmailBody, EmailRecord
from notifications.hearing.marks import Mark
from notifications.hearing.memory import Memory
from notifications.hearing.store import contact

from . import builders as b
from .conftest import Client, Start


def _plain(found: dict[str, Any]) -> Any:
    return datetime.fromisoformat(found["$date"]) if "$date" in found else found


STORED: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "stored_by_64e27b8.json").read_text(), object_hook=_plain
)
RECORDS = {
    "people": Contact,
    "entries": CalendarEntry,
    "invitations": Invitation,
    "calendar_work": Mark,
    "emails": EmailRecord,
    "bodies": EmailBody,
    "tries": Try,
    "mail_server": MailServer,
}


def test_there_is_a_sample_of_every_collection():
    assert set(STORED) == {*RECORDS, "subjects"}
    assert {one["state"] for one in STORED["emails"]} == {
        "waiting", "queued", "sending", "sent", "uncertain", "not_sent",
    }  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_a_document_is_read_and_written_as_it_was(name: str):
    for document in STORED[name]:
        known = {key: value for key, value in document.items() if key != "claimed_at"}
        written = RECORDS[name].from_document(document).document()
        assert {key: written.get(key) for key in known if key != "_id"} == {
            key: value for key, value in known.items() if key != "_id"
        }
        assert written.get("_id", "server") == document["_id"]


def test_what_was_heard_of_a_subject_is_read_and_written_as_it_was():
    for document in STORED["subjects"]:
        written = Memory.from_document(document).document(document["_id"])
        # whose fellowship it is stands beside the memory
        assert written == {key: document[key] for key in ("_id", "version", "heard", "told")}


@pytest.mark.stack
async def test_the_work_goes_on_where_the_previous_release_left_it(
    start: Start, client_of: Client, mongo_url: str, mongo_database: str
):
    db = Database(mongo_url, mongo_database)
    for name, documents in STORED.items():
        for document in documents:
            await db.write(name).insert(document)
    await db.close()
    async with start() as service:
        await service.settled()
        read = service.here.db.read
        states = {one.email_id: one.state for one in await service.emails()}
        for before in STORED["emails"]:
            goes_on = {"queued": "sent", "sending": "uncertain"}
            expected = goes_on.get(before["state"], before["state"])
            assert states[before["_id"]] == expected
        moved = await invitations(read, {"entry_id": "session-1", "person_id": "person-1"})
        assert [(one.sequence, one.details.on) for one in moved] == [(2, b.date(2024, 10, 10))]
        [left] = await invitations(read, {"entry_id": "session-1", "person_id": "person-9"})
        assert not left.active
        assert (await contact(read, "person-3")).erased
        await service.hear(b.submitted(30))
        assert await service.emails(state="waiting", person_id="person-30") == []
        exported = await export_person(service.messaging, "person-1")
        assert exported["email"] == "applicant1@example.org"
        office = signed_in(service.settings, "office", subject="office@example.org")
        async with client_of(service, office) as staff:
            for path in ("", "mails", "calendar", "calendar/session-1", "people/person-1"):
                assert (await staff.get(f"/notifications/{path}")).status_code == 200
            for before in STORED["emails"]:
                page = await staff.get(f"/notifications/mails/{before['_id']}")
                assert page.status_code == 200


@pytest.mark.stack
async def test_whose_somebody_is_shows_in_what_that_release_remembered(
    start: Start, mongo_url: str, mongo_database: str
):
    """It noted no owner, and both were told of by awards alone."""
    [invited] = [one for one in STORED["subjects"] if "PanellistInvited" in one["heard"]]
    panellist = invited["_id"].partition(":")[2]
    db = Database(mongo_url, mongo_database)
    await db.write("subjects").insert(invited)
    for person_id in (panellist, "person-70"):
        stamp = {**STORED["people"][0]["stamp"], "rank": 0}
        row = {**STORED["people"][0], "_id": person_id, "stamp": stamp}
        await db.write("people").insert(row)
    await db.close()
    async with start() as service:
        await service.hear(b.submitted(70))
        assert (await contact(service.here.db.read, "person-70")).email == b.person(70).email
        number = int(panellist.removeprefix("person-"))
        with pytest.raises(NotEntitledError, match="by awards alone, not by applications"):
            await hear(service.messaging, b.submitted(number))
        assert (await contact(service.here.db.read, panellist)).owner == "awards"
