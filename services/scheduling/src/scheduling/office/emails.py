"""What became of the emails that this service's events caused, so that a page can say so."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from nextstep_contracts import EmailBounced, EmailSent
from scheduling.fellows.records import Aggregate

CAUSED_BY_US = "scheduling."


class EmailOutcome(Aggregate):
    """The newest that is known of an email: no address, no wording, only the person's id."""

    email_id: str
    revision: int
    state: Literal["sent", "bounced"]
    at: datetime
    cause_type: str
    cause_subject: str
    """The subject of the event, for example a session's id."""
    person_id: str
    template: str


class EmailCount(NamedTuple):
    """How many emails of one kind were sent and bounced."""

    template: str
    sent: int
    bounced: int


def ours(event: EmailSent | EmailBounced) -> bool:
    """Whether one of this service's events caused the email."""
    return event.cause_type.startswith(CAUSED_BY_US)


def outcome(known: EmailOutcome | None, event: EmailSent | EmailBounced) -> EmailOutcome | None:
    """What is to be kept of an email after `event`; None if something newer is known."""
    if known and known.revision >= event.revision:
        return None
    return EmailOutcome(
        version=known.version if known else 0,
        email_id=event.email_id,
        revision=event.revision,
        state="sent" if isinstance(event, EmailSent) else "bounced",
        at=event.sent_at if isinstance(event, EmailSent) else event.bounced_at,
        cause_type=event.cause_type,
        cause_subject=event.cause_subject,
        person_id=event.person_id,
        template=event.template,
    )


def counted(outcomes: Iterable[EmailOutcome]) -> list[EmailCount]:
    """How many were sent and bounced of each kind, in alphabetical order of the kinds."""
    counts = Counter((one.template, one.state) for one in outcomes)
    kinds = sorted({template for template, _ in counts})
    return [EmailCount(kind, counts[kind, "sent"], counts[kind, "bounced"]) for kind in kinds]
