"""What became of our emails, one document for an email; and what the trail says of a person."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from nextstep_messaging import Collection, Index, UnitOfWork
from nextstep_messaging.operating.audit import ENTRIES
from scheduling.fellows.records import Read, from_document, save
from scheduling.office.emails import EmailOutcome

EMAILS = "messages"
"""Named when they were called messages."""
COLLECTIONS = (Collection(EMAILS, (Index([("cause_subject", 1)]), Index([("person_id", 1)]))),)
CHANGES_SHOWN = 50


class ChangeByStaff(NamedTuple):
    """A line of the audit trail about a Fellow."""

    at: str
    """ISO 8601, UTC."""
    who: str
    action: str
    session_id: str | None


async def email_outcome(read: Read, email_id: str) -> EmailOutcome | None:
    """What is known of one email, or None."""
    document = await read(EMAILS).get(email_id)
    return _outcome(document) if document else None


async def emails_about(read: Read, cause_subject: str) -> list[EmailOutcome]:
    """What became of the emails about, for example, one session."""
    return [_outcome(one) for one in await read(EMAILS).find({"cause_subject": cause_subject})]


async def emails_to(read: Read, person_id: str) -> list[EmailOutcome]:
    """What became of the emails to one person."""
    return [_outcome(one) for one in await read(EMAILS).find({"person_id": person_id})]


async def save_email_outcome(uow: UnitOfWork, outcome: EmailOutcome) -> EmailOutcome:
    """Store what became of an email."""
    return await save(uow, EMAILS, outcome.email_id, outcome)


async def changes_about(read: Read, person_id: str) -> list[ChangeByStaff]:
    """What staff changed about a Fellow, newest first; without details if they were erased."""
    newest = [("_id", -1)]
    found = await read(ENTRIES).find({"about": person_id}, sort=newest, limit=CHANGES_SHOWN)
    return [
        ChangeByStaff(one["at"], one["who"], one["action"], (one["details"] or {}).get("session"))
        for one in found
    ]


def _outcome(document: Mapping[str, Any]) -> EmailOutcome:
    """Documents of earlier releases have the email's id as their key alone."""
    return from_document(EmailOutcome, {"email_id": document["_id"], **document})
