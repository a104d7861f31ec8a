"""What became of the emails that this service's events caused."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Literal

from awards.fellows.records import Record
from nextstep_contracts import EmailBounced, EmailSent


class Email(Record):
    """The latest word on one email. Neither its text nor its address is kept here."""

    collection: ClassVar[str] = "emails"
    person_id: str
    cause_type: str
    template: str
    revision: int
    outcome: Literal["sent", "bounced", "failed"]
    """`failed`: a bounce that another try would not mend."""
    at: datetime


def latest(emails: Iterable[Email]) -> dict[str, Email]:
    """The last email to each person: an earlier bounce does not matter once one arrived."""
    return {one.person_id: one for one in sorted(emails, key=lambda one: (one.at, one.id))}


def hear_email(known: Email | None, event: EmailSent | EmailBounced) -> Email:
    """The email after an event about it; an older revision changes nothing."""
    if known and known.revision >= event.revision:
        return known
    if isinstance(event, EmailSent):
        outcome, at = "sent", event.sent_at
    else:
        outcome, at = ("failed" if event.permanent else "bounced"), event.bounced_at
    return Email.model_validate(
        {
            "id": event.email_id,
            "version": known.version if known else 0,
            "person_id": event.person_id,
            "cause_type": event.cause_type,
            "template": event.template,
            "revision": event.revision,
            "outcome": outcome,
            "at": at,
        }
    )
