"""What became of the emails that a person was sent, for whoever looks at their application."""

from typing import Any

from applications.admissions import store
from nextstep_contracts import EmailBounced, EmailSent
from nextstep_messaging import UnitOfWork


async def record_email(uow: UnitOfWork, event: EmailSent | EmailBounced) -> None:
    """Remember what became of an email; the highest revision of each fact is kept.

    All of a person's emails are one document, so that this and an erasure cannot miss each other.
    """
    collection = uow.collection(store.CORRESPONDENCE)
    kept = await collection.get(event.person_id) or {
        "_id": event.person_id,
        "erased": False,
        "bounced": False,
        "mail": [],
    }
    if kept["erased"]:
        return
    known = {email["email_id"]: email for email in kept["mail"]}
    email = known.setdefault(event.email_id, {"email_id": event.email_id})
    part, facts = _facts(event)
    if email.get(part, {"revision": 0})["revision"] >= event.revision:
        return
    email |= {"application_id": event.cause_subject, "cause": event.cause_type, part: facts}
    kept["mail"] = [known[email_id] for email_id in sorted(known)]
    kept["bounced"] = any(one.get("bounced", {}).get("permanent") for one in kept["mail"])
    await collection.save(kept)


def _facts(event: EmailSent | EmailBounced) -> tuple[str, dict[str, Any]]:
    """Which part of an email's record the event tells of, and what it says."""
    if isinstance(event, EmailSent):
        sent = {"revision": event.revision, "at": event.sent_at, "title": event.title}
        return "sent", sent
    bounced = {"revision": event.revision, "at": event.bounced_at, "permanent": event.permanent}
    return "bounced", bounced | {"diagnostic": event.diagnostic}
