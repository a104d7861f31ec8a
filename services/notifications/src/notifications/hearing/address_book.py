"""The address book: the newest name and address of each person that any event carried.

Events of different services say who somebody is, in any order and more than once. Taking the
greatest stamp makes the outcome the same whatever the order.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Self

from nextstep_contracts import Envelope, Person
from notifications.hearing.moments import as_utc


class Stamp(NamedTuple):
    """Orders what events say of a person. Greater wins."""

    rank: int
    """Applications hear from the people themselves, so they outrank the other services."""
    time: datetime
    revision: int
    event_id: str


@dataclass(frozen=True)
class Contact:
    """One person. `stamp` is None while only the person's id is known."""

    person_id: str
    name: str = ""
    email: str = ""
    stamp: Stamp | None = None
    erased: bool = False
    version: int = 0

    @property
    def known(self) -> bool:
        """Whether an email can be addressed to the person."""
        return self.stamp is not None and not self.erased

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        stamp = self.stamp
        return {
            "_id": self.person_id,
            "version": self.version,
            "name": self.name,
            "email": self.email,
            "stamp": {**stamp._asdict(), "time": stamp.time.isoformat()} if stamp else None,
            "erased": self.erased,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The contact that is stored."""
        stamp = document["stamp"]
        return cls(
            person_id=document["_id"],
            name=document["name"],
            email=document["email"],
            stamp=Stamp(**{**stamp, "time": as_utc(stamp["time"])}) if stamp else None,
            erased=document["erased"],
            version=document["version"],
        )


def stamp_of(envelope: Envelope, revision: int) -> Stamp:
    """The stamp of what one event says."""
    return Stamp(
        rank=1 if envelope.source == "applications" else 0,
        time=envelope.time,
        revision=revision,
        event_id=str(envelope.id),
    )


def learn(contact: Contact, person: Person, stamp: Stamp) -> Contact:
    """The contact after an event that carries `person`. An erased person stays erased."""
    if contact.erased or (contact.stamp is not None and contact.stamp >= stamp):
        return contact
    return replace(contact, name=person.name, email=person.email, stamp=stamp)


def erase(contact: Contact) -> Contact:
    """Forget everything but the id, and remember that it was asked for."""
    return replace(contact, name="", email="", stamp=None, erased=True)
