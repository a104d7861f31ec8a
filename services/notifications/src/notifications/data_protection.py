"""What data protection law asks: everything held about a person, and forgetting them."""

import re
from typing import Any

from nextstep_contracts import Refused
from nextstep_messaging import (
    Mentions,
    Messaging,
    UnitOfWork,
    destroy_key,
    forget_letters,
    forget_mentions,
)
from nextstep_messaging.operating.audit import erase_details
from nextstep_web.access_ended import close_restored
from nextstep_web.kept_conflicts import held
from notifications.calendar.store import INVITATIONS, invitations
from notifications.calendar.what_to_send import Invitation
from notifications.delivery.store import TRIES
from notifications.emails.all_emails import BY_ANOTHER
from notifications.hearing.address_book import APPLICATIONS, Contact, heed_erasure
from notifications.hearing.email_record import ERASED, PENDING, EmailBody, EmailRecord
from notifications.hearing.store import (
    BODIES,
    EMAILS,
    PEOPLE,
    SUBJECTS,
    bodies,
    contact,
    emails,
)
from notifications.holdings import BLANK_EMAIL, UNSENT, WRITTEN

MENTIONED = "It told of somebody who was erased."


async def erase_person(_uow: UnitOfWork, person_id: str) -> list[str]:
    """Refuse to erase anybody because an operator asks for it: nobody's data begins here.

    Raises:
        Refused: always; it says where to ask.

    """
    raise Refused(
        "Notifications erases whom the others erased. For an applicant or Fellow run "
        f"`python -m applications erase-person {person_id}`, for a panellist the same of awards."
    )


async def owner_of(uow: UnitOfWork, person_id: str) -> str | None:
    """Whose a person is, as far as an event told; None if none did."""
    return (await contact(uow.collection, person_id)).owner or None


async def erase_held(uow: UnitOfWork, person_id: str) -> bool:
    """Forget a person: their address, and the words of every email to them. The trace stays.

    What is left of an email is that one was sent, when, and because of which event. Emails to
    others lose the person's name. A mark remains that the person was erased, so that an old event
    that comes again restores nothing.

    Returns:
        False if that depends on who they turn out to be.

    Raises:
        NotEntitledError: it is not for the sender of the event in hand to say.

    """
    before = await contact(uow.collection, person_id)
    known = heed_erasure(before, uow.sender)
    await uow.collection(PEOPLE).save(known.document())
    if not known.erased:
        return False
    await _forget(uow, before)
    return True


async def erase_again(uow: UnitOfWork, person_id: str) -> None:
    """Look once more for what was kept of a person while they were being erased."""
    known = await contact(uow.collection, person_id)
    if known.erased:
        await _forget(uow, known)


async def erase_restored(uow: UnitOfWork, person_id: str) -> None:
    """Erase somebody after a restore, as whoever may say so had said."""
    before = await contact(uow.collection, person_id)
    known = heed_erasure(before, before.owner or APPLICATIONS)
    await uow.collection(PEOPLE).save(known.document())
    await _forget(uow, before)
    await close_restored(uow, person_id)


async def _forget(uow: UnitOfWork, before: Contact) -> None:
    person_id = before.person_id
    await destroy_key(uow, person_id)
    await forget_letters(uow, person_id)
    theirs = await emails(uow.collection, {"person_id": person_id})
    unsent = {"person_id": person_id, "state": {"$in": [*UNSENT]}}
    await uow.collection(EMAILS).update(unsent, {"$set": {"state": "not_sent"}})
    change = {"$set": BLANK_EMAIL, "$unset": {"facts": ""}}
    await uow.collection(EMAILS).update({"person_id": person_id}, change)
    ids = [one.email_id for one in theirs]
    await uow.collection(BODIES).delete({"_id": {"$in": ids}})
    # a mail server's answer often quotes the address
    await uow.collection(TRIES).update({"email_id": {"$in": ids}}, {"$set": {"answer": ERASED}})
    await uow.collection(INVITATIONS).update({"person_id": person_id}, {"$set": {"address": ""}})
    told = {"told.person_id": person_id}
    await uow.collection(SUBJECTS).update(told, {"$pull": {"told": {"person_id": person_id}}})
    for one in theirs:
        if one.resends:
            await erase_details(uow, one.email_id)
    await _forget_authorship(uow, person_id, theirs)
    own = (before.name, before.email, *before.earlier)
    called = {*own, *(w for one in theirs for w in (one.name, one.address))}
    await _forget_in_emails_to_others(uow, called - {""})


async def _forget_authorship(uow: UnitOfWork, person_id: str, theirs: list[EmailRecord]) -> None:
    """Blank what others were told of being an author beside somebody: it has their title."""
    of_awards = [one.cause for one in theirs if one.cause.event_type.startswith("awards.")]
    projects = sorted({re.escape(cause.subject.partition(":")[0]) for cause in of_awards})
    if not projects:
        return
    about = {
        "template": {"$in": sorted(BY_ANOTHER)},
        "cause_subject": {"$regex": f"^(?:{'|'.join(projects)})(?:$|:)"},
        "person_id": {"$ne": person_id},
        "state": {"$nin": ["waiting", *PENDING]},
    }
    ids = [row["_id"] for row in await uow.collection(EMAILS).find(about)]
    blank = {"title": "", "note": MENTIONED}
    await uow.collection(EMAILS).update({"_id": {"$in": ids}}, {"$set": blank})
    await uow.collection(BODIES).delete({"_id": {"$in": ids}})


async def _forget_in_emails_to_others(uow: UnitOfWork, called: set[str]) -> None:
    """Take somebody's name out of what others were sent, unless one of them is called the same."""
    others = await uow.collection(PEOPLE).find({"name": {"$in": sorted(called)}})
    mentions = Mentions.of(called - {one["name"] for one in others})
    await forget_mentions(uow, mentions, WRITTEN)


async def export_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything held about a person, fit for JSON."""
    read = messaging.db.read
    known = await contact(read, person_id)
    theirs = await emails(read, {"person_id": person_id})
    words = await bodies(read, [one.email_id for one in theirs])
    invited = await invitations(read, {"person_id": person_id})
    on_file = known.version > 0
    return {
        "person_id": person_id,
        "name": known.name if on_file else None,
        "email": known.email if on_file else None,
        "earlier_addresses": [*known.earlier],
        "erased": known.erased,
        "emails": [_email(one, words.get(one.email_id)) for one in theirs],
        "invitations": [_invitation(one) for one in invited],
        "conflicts_of_interest": await held(read, person_id),
    }


def _email(email: EmailRecord, body: EmailBody | None) -> dict[str, Any]:
    kept = ("_id", "state", "template", "address", "title", "queued_at", "sent_at", "note")
    document = email.document()
    return {key: document[key] for key in kept} | {
        "privacy_notice": document["notice"],
        "cause": email.cause.event_type,
        "text": body.text if body else None,
    }


def _invitation(invitation: Invitation) -> dict[str, Any]:
    document = invitation.document()
    return {key: document[key] for key in ("entry_id", "sequence", "details", "address", "active")}
