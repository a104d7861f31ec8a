"""What data protection law asks: everything held about a person, and forgetting them."""

from typing import Any

from nextstep_messaging import Messaging, UnitOfWork
from nextstep_messaging.operating.audit import erase_details
from notifications.calendar.store import INVITATIONS, invitations
from notifications.calendar.what_to_send import Invitation
from notifications.delivery.store import TRIES
from notifications.hearing.address_book import erase
from notifications.hearing.email_record import ERASED, EmailBody, EmailRecord
from notifications.hearing.store import BODIES, EMAILS, PEOPLE, bodies, contact, emails


async def erase_held(uow: UnitOfWork, person_id: str) -> None:
    """Forget a person: their address, and the words of every email to them. The trace stays.

    What is left of an email is that one was sent, when, and because of which event. A mark
    remains that the person was erased, so that an old event that comes again restores nothing.
    """
    known = await contact(uow.collection, person_id)
    await uow.collection(PEOPLE).save(erase(known).document())
    theirs = await emails(uow.collection, {"person_id": person_id})
    unsent = {"person_id": person_id, "state": {"$in": ["waiting", "queued"]}}
    await uow.collection(EMAILS).update(unsent, {"$set": {"state": "not_sent"}})
    blank = {"name": "", "address": "", "title": "", "note": ERASED, "erased": True}
    change = {"$set": blank, "$unset": {"facts": ""}}
    await uow.collection(EMAILS).update({"person_id": person_id}, change)
    ids = [one.email_id for one in theirs]
    await uow.collection(BODIES).delete({"_id": {"$in": ids}})
    # a mail server's answer often quotes the address
    await uow.collection(TRIES).update({"email_id": {"$in": ids}}, {"$set": {"answer": ERASED}})
    await uow.collection(INVITATIONS).update({"person_id": person_id}, {"$set": {"address": ""}})
    for one in theirs:
        if one.resends:
            await erase_details(uow, one.email_id)


async def export_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything held about a person, fit for JSON."""
    read = messaging.db.read
    known = await contact(read, person_id)
    theirs = await emails(read, {"person_id": person_id})
    words = await bodies(read, [one.email_id for one in theirs])
    held = await invitations(read, {"person_id": person_id})
    on_file = known.version > 0
    return {
        "person_id": person_id,
        "name": known.name if on_file else None,
        "email": known.email if on_file else None,
        "erased": known.erased,
        "emails": [_email(one, words.get(one.email_id)) for one in theirs],
        "invitations": [_invitation(one) for one in held],
    }


def _email(email: EmailRecord, body: EmailBody | None) -> dict[str, Any]:
    kept = ("_id", "state", "template", "address", "title", "queued_at", "sent_at", "note")
    document = email.document()
    return {key: document[key] for key in kept} | {
        "cause": email.cause.event_type,
        "text": body.text if body else None,
    }


def _invitation(invitation: Invitation) -> dict[str, Any]:
    document = invitation.document()
    return {key: document[key] for key in ("entry_id", "sequence", "details", "address", "active")}
