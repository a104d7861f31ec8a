"""What data protection law asks: everything held about a person, and forgetting them."""

from typing import Any

from nextstep_messaging import Messaging, UnitOfWork
from nextstep_messaging.operating.audit import erase_details
from notifications.directory import Entry, erase
from notifications.emails import ERASED
from notifications.store import (
    BODIES,
    EMAILS,
    INVITATIONS,
    PEOPLE,
    TRIES,
    person_document,
    read_person,
)


async def erase_person(uow: UnitOfWork, person_id: str) -> None:
    """Forget a person: their address, and the words of every mail to them. The trace stays.

    What is left of a mail is that some mail was sent, when, and because of which event. A mark
    remains that the person was erased, so that an old event that comes again restores nothing.
    """
    people = uow.collection(PEOPLE)
    document = await people.get(person_id)
    entry = read_person(document) if document else Entry(person_id)
    await people.save(person_document(erase(entry), document["version"] if document else 0))
    emails = uow.collection(EMAILS)
    theirs = await emails.find({"person_id": person_id})
    unsent = {"person_id": person_id, "state": {"$in": ["waiting", "queued"]}}
    await emails.update(unsent, {"$set": {"state": "not_sent"}})
    blank = {"name": "", "address": "", "title": "", "note": ERASED, "erased": True}
    await emails.update({"person_id": person_id}, {"$set": blank, "$unset": {"facts": ""}})
    ids = [row["_id"] for row in theirs]
    await uow.collection(BODIES).delete({"_id": {"$in": ids}})
    # a mail server's answer often quotes the address
    await uow.collection(TRIES).update({"email_id": {"$in": ids}}, {"$set": {"answer": ERASED}})
    await uow.collection(INVITATIONS).update({"person_id": person_id}, {"$set": {"address": ""}})
    for row in theirs:
        if row.get("resends"):
            await erase_details(uow, row["_id"])


async def export_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything held about a person, fit for JSON."""
    db = messaging.db
    document = await db.read(PEOPLE).get(person_id)
    emails = await db.read(EMAILS).find({"person_id": person_id}, sort=[("order", 1)])
    ids = [row["_id"] for row in emails]
    bodies = {one["_id"]: one for one in await db.read(BODIES).find({"_id": {"$in": ids}})}
    invitations = await db.read(INVITATIONS).find({"person_id": person_id})
    return {
        "person_id": person_id,
        "name": document["name"] if document else None,
        "email": document["email"] if document else None,
        "erased": document["erased"] if document else False,
        "emails": [_exported(row, bodies.get(row["_id"])) for row in emails],
        "invitations": [
            {key: one[key] for key in ("entry_id", "sequence", "details", "address", "active")}
            for one in invitations
        ],
    }


def _exported(row: dict[str, Any], body: dict[str, Any] | None) -> dict[str, Any]:
    kept = ("_id", "state", "template", "address", "title", "queued_at", "sent_at", "note")
    return {key: row[key] for key in kept} | {
        "cause": row["cause_type"],
        "text": body["text"] if body else None,
    }
