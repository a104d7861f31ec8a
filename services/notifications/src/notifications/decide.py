"""What to send when an event is heard: a pure decision over the policy and the memory."""

from dataclasses import dataclass

from nextstep_contracts import Event, Person
from notifications.facts import Facts
from notifications.memory import Memory
from notifications.policy import Recipient, Rule


@dataclass(frozen=True)
class Outgoing:
    """A mail to one person."""

    person_id: str
    template: str
    facts: Facts
    overtaken: bool = False
    """A later event made it misleading: it is recorded and not sent."""


@dataclass(frozen=True)
class Decision:
    """What to remember and what to send."""

    memory: Memory
    mails: tuple[Outgoing, ...] = ()


def person_id_of(recipient: Recipient) -> str:
    """The id, whether or not the event carried the person."""
    return recipient.person_id if isinstance(recipient, Person) else recipient


def memory_key(rule: Rule, event: Event) -> str:
    """Names the memory that the event belongs to."""
    return f"{rule.subject}:{event.subject}"


def decide(rule: Rule, event: Event, memory: Memory, *, zone: str) -> Decision:
    """Decide on one event, heard in any order relative to others of its subject."""
    revision: int = getattr(event, "revision", 1)
    remembered = memory.hear(rule.name, revision)
    if rule.template is None:
        return Decision(remembered)
    ids = tuple(person_id_of(recipient) for recipient in rule.people(event))
    if rule.says is None:
        overtaken = memory.overtaken(revision, (*rule.overtaken_by, rule.name))
        mails = tuple(
            Outgoing(one, rule.template, rule.facts(event, one, zone), overtaken) for one in ids
        )
        return Decision(remembered, mails)
    if memory.is_old(rule.name, revision) or memory.overtaken(revision, rule.overtaken_by):
        return Decision(remembered)
    mails = ()
    for one in ids:
        said = rule.says(event, one)
        if rule.worth_telling(remembered.told.get(one), said):
            mails += (Outgoing(one, rule.template, rule.facts(event, one, zone)),)
        remembered = remembered.tell(one, said)
    return Decision(remembered, mails)
