"""A Fellow's learning set and who else is in it."""

import hashlib

from nextstep_contracts import LearningSet, SetsAllocated
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROGRAMME


def members(event: SetsAllocated) -> tuple[str, ...]:
    """Everybody who is in a set."""
    return tuple(m.person_id for learning_set in event.sets for m in learning_set.members)


def set_of(event: SetsAllocated, person_id: str) -> LearningSet:
    """The learning set a person is in."""
    return next(s for s in event.sets if any(m.person_id == person_id for m in s.members))


def facts(event: SetsAllocated, person_id: str, _zone: str) -> Facts:
    """A Fellow's set and the others in it."""
    own = set_of(event, person_id)
    return {
        "set_name": own.name,
        "others": [m.name for m in own.members if m.person_id != person_id],
        "meetings": len(own.session_ids),
    }


def says(event: SetsAllocated, person_id: str) -> str:
    """The same for two allocations exactly when the person's set and its members are."""
    own = set_of(event, person_id)
    ids = sorted(m.person_id for m in own.members)
    return hashlib.sha256("|".join([own.name, *ids]).encode()).hexdigest()[:16]


EMAIL = EventEmail(
    name="learning_set",
    label="Learning set",
    event=SetsAllocated,
    subject="sets",
    because="Every Fellow whose set is new or has changed.",
    people=members,
    facts=facts,
    says=says,
    links=(PROGRAMME,),
    by_a_group=True,
    notice="privacy-fellows",
    sample={
        "set_name": "Set C",
        "others": ["Dr Ben Hughes", "Dr Siân O'Brien", "Mr Tariq Aziz", "Dr Wei Zhang"],
        "meetings": 4,
    },
)
