"""Notifications tells what became of an email: it is kept for the office."""

from applications.office.store import emails_of, save_emails
from nextstep_contracts import EmailBounced, EmailSent
from nextstep_messaging import UnitOfWork


async def record_email(uow: UnitOfWork, event: EmailSent | EmailBounced) -> None:
    """Remember what became of an email; the highest revision of each fact is kept.

    All of a person's emails are one document, so that this and an erasure cannot miss each other.
    """
    before = await emails_of(uow.collection, event.person_id)
    after = before.told(event)
    if after is not before:
        await save_emails(uow, after)
