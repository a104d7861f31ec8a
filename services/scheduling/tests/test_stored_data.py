"""What the release 64e27b8 stored is read and worked on as it is, with no migration.

`stored/64e27b8.json` is what that release left in every collection after it had handled nine
Fellows (one withdrew, one was erased), registers with a correction, the learning sets with a swap,
a waiver, a cancelled, a changed and an added session, and emails.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from nextstep_messaging.testing import audit_trail
from scheduling.app import STORES
from scheduling.attendance.evidence import Evidence
from scheduling.attendance.register import Register
from scheduling.attendance.store import evidence_on_person, register_of
from scheduling.calendar.session import Session
from scheduling.completion.excusing import stop_excusing
from scheduling.data_protection import export_person
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.records import Record, from_document
from scheduling.fellows.store import find_fellow
from scheduling.learning_sets.allocation import Allocation
from scheduling.learning_sets.store import allocation_of
from scheduling.learning_sets.swapping import swap
from scheduling.office.store import email_outcome, emails_about

from .builders import COHORT_ID, accepted, email, person_id
from .conftest import OFFICE, Running, soon

STORED: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "stored" / "64e27b8.json").read_text()
)
MODULE = "2024-25:module-1"


@pytest.mark.parametrize(
    ("collection", "kind"),
    [
        ("sessions", Session),
        ("fellows", Fellow),
        ("registers", Register),
        ("evidence", Evidence),
        ("allocations", Allocation),
    ],
)
def test_a_stored_document_is_read_and_would_be_written_the_same(
    collection: str, kind: type[Record]
):
    documents = STORED[collection]
    assert documents
    for document in documents:
        rewritten = from_document(kind, document).model_dump(mode="json")
        assert {"_id": document["_id"], **rewritten} == document


@pytest_asyncio.fixture
async def upgraded(running: Running) -> Running:
    """The service with the database that the release left behind."""

    async def seeded() -> bool:
        assert await running.read("sessions").count({}) == 15
        return True

    await soon(seeded)
    await running.quiet()
    for store in STORES:
        for collection in store.COLLECTIONS:
            await running.messaging.db.write(collection.name).delete({})
    for name, documents in STORED.items():
        collection = running.messaging.db.write(name)
        for stored in documents:
            moments = {k: datetime.fromisoformat(v) for k, v in stored.items() if k == "due"}
            await collection.delete({"_id": stored["_id"]})
            await collection.insert(stored | moments)
    running.clock.set(datetime(2024, 10, 21, 9, tzinfo=UTC))
    return running


@pytest.mark.stack
async def test_the_office_goes_on_with_what_was_stored(upgraded: Running):
    async with upgraded.staff() as office:
        for path in ("", "sessions", "fellows", "sets", f"sessions/{MODULE}"):
            assert (await office.get(f"/scheduling/{path}")).status_code == 200
        page = (await office.get(f"/scheduling/fellows/{person_id(2)}")).text
        assert "Bereavement" in page
        assert "excused from module (Module 1: The Healthcare Context)" in page
        marks = {f"status-{person_id(2)}": "attended", "reason": "Was there after all"}
        saved = await office.post(f"/scheduling/sessions/{MODULE}/register", data=marks)
        assert saved.status_code == 303
        edit = {"title": "Module 2", "on": "2024-12-12", "venue": "Newmarket"}
        moved = await office.post("/scheduling/sessions/2024-25:module-2/edit", data=edit)
        assert moved.status_code == 303
    await upgraded.here.perform(
        lambda act: stop_excusing(act, person_id(2), session_id=MODULE, reason="Not needed"), OFFICE
    )
    one, other = person_id(7), person_id(2)
    await upgraded.here.perform(lambda act: swap(act, first=one, second=other, reason="Y"), OFFICE)
    fellow = await find_fellow(upgraded.read, COHORT_ID, person_id(2))
    assert fellow is not None
    assert (fellow.verdicts[MODULE].revision, fellow.waivers) == (2, {})
    assert (await register_of(upgraded.read, MODULE)).savings == 2
    assert len(await evidence_on_person(upgraded.read, person_id(2))) == 3
    made = await allocation_of(upgraded.read, COHORT_ID)
    assert made is not None
    assert (made.set_of(one), made.set_of(other)) == (2, 1)
    await audit_trail(upgraded.messaging)


@pytest.mark.stack
async def test_events_and_timers_meet_what_was_stored(upgraded: Running):
    seen = {one.email_id: one.state for one in await emails_about(upgraded.read, MODULE)}
    assert seen == {"email-1": "sent", "email-2": "bounced"}
    await upgraded.handle(email(1, 2, bounced=True))
    await upgraded.handle(email(2, 1))
    known = [await email_outcome(upgraded.read, f"email-{n}") for n in (1, 2)]
    assert [(one.state, one.revision) for one in known if one] == [("bounced", 2), ("bounced", 2)]
    late = datetime(2024, 10, 21, 8, tzinfo=UTC)
    await upgraded.handle(accepted(12, accepted_at=late))
    made = await allocation_of(upgraded.read, COHORT_ID)
    assert made is not None
    assert made.set_of(person_id(12)) == 2
    held = await export_person(upgraded.messaging, person_id(1))
    assert [one["email_id"] for one in held["emails"]] == ["email-1"]

    async def fired() -> bool:
        assert await upgraded.read("_timers").count({}) == 0
        return True

    await soon(fired)
