"""Which emails an event causes: a pure decision over the email and the memory."""

from dataclasses import dataclass

from nextstep_contracts import Event, Person
from notifications.emails.email import Email, EventEmail, Facts, Recipient
from notifications.hearing.memory import Memory


@dataclass(frozen=True)
class Outgoing:
    """An email to one person."""

    person_id: str
    email: Email
    facts: Facts
    overtaken: bool = False
    """A later event made it misleading: it is recorded and not sent."""
    held: bool = False
    """Forms caused too many to this address: it is written, and the office may send it."""


@dataclass(frozen=True)
class Caused:
    """What follows from an event: what to remember and what to send."""

    memory: Memory
    emails: tuple[Outgoing, ...] = ()


def person_id_of(recipient: Recipient) -> str:
    """The id, whether or not the event carried the person."""
    return recipient.person_id if isinstance(recipient, Person) else recipient


def memory_key(email: EventEmail, event: Event) -> str:
    """Names the memory that the event belongs to."""
    return f"{email.subject}:{event.subject}"


def decide(email: EventEmail, event: Event, memory: Memory, *, zone: str) -> Caused:
    """Decide on one event, heard in any order relative to others of its subject."""
    revision: int = getattr(event, "revision", 1)
    remembered = memory.hear(email.event, revision)
    ids = tuple(person_id_of(recipient) for recipient in email.people(event))
    if email.says is None:
        overtaken = memory.overtaken(revision, (*email.overtaken_by, email.event))
        emails = tuple(
            Outgoing(one, email, email.facts(event, one, zone), overtaken) for one in ids
        )
        return Caused(remembered, emails)
    if memory.is_old(email.event, revision) or memory.overtaken(revision, email.overtaken_by):
        return Caused(remembered)
    emails = ()
    for one in ids:
        said = email.says(event, one)
        if email.worth_telling(remembered.told.get(one), said):
            emails += (Outgoing(one, email, email.facts(event, one, zone)),)
        remembered = remembered.tell(one, said)
    return Caused(remembered, emails)
