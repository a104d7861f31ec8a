"""Who people are: the newest name and address that any event carried.

Events of different services say who somebody is, in any order and more than once. Taking the
greatest stamp makes the outcome the same whatever the order.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from nextstep_contracts import Envelope, Person


class Stamp(NamedTuple):
    """Orders what events say of a person. Greater wins."""

    rank: int
    """Applications hear from the people themselves, so they outrank the other services."""
    time: datetime
    revision: int
    event_id: str


@dataclass(frozen=True)
class Entry:
    """One person. `stamp` is None while only the person's id is known."""

    person_id: str
    name: str = ""
    email: str = ""
    stamp: Stamp | None = None
    erased: bool = False

    @property
    def known(self) -> bool:
        """Whether mail can be addressed to the person."""
        return self.stamp is not None and not self.erased


def stamp_of(envelope: Envelope, revision: int) -> Stamp:
    """The stamp of what one event says."""
    return Stamp(
        rank=1 if envelope.source == "applications" else 0,
        time=envelope.time,
        revision=revision,
        event_id=str(envelope.id),
    )


def learn(entry: Entry, person: Person, stamp: Stamp) -> Entry:
    """The entry after an event that carries `person`. An erased person stays erased."""
    if entry.erased or (entry.stamp is not None and entry.stamp >= stamp):
        return entry
    return Entry(entry.person_id, person.name, person.email, stamp)


def erase(entry: Entry) -> Entry:
    """Forget everything but the id, and remember that it was asked for."""
    return replace(entry, name="", email="", stamp=None, erased=True)
