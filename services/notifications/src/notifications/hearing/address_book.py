"""The address book: the newest name and address of each person that any event carried.

Events of different services say who somebody is, in any order and more than once. Taking the
greatest stamp makes the outcome the same whatever the order.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, Self

from nextstep_contracts import Envelope, Event, PanellistInvited, Person
from nextstep_messaging import NotEntitledError
from notifications.hearing.moments import as_utc

APPLICATIONS, AWARDS = "applications", "awards"
WHOSE = {APPLICATIONS: "an applicant or Fellow", AWARDS: "a panellist"}


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
    owner: str = ""
    """The service that may erase them; empty while nothing was heard that tells what they are."""
    erased_by: tuple[str, ...] = ()
    """Who said that they erased them, in alphabetical order; it counts from the owner alone."""
    earlier: tuple[str, ...] = ()
    """Other addresses that events gave, in alphabetical order: who had one is who they were."""
    version: int = 0
    unasked: bool = field(default=False, compare=False)
    """Whether the release that stored this did not note the owner: see `settled`."""

    @property
    def erased(self) -> bool:
        """Whether the person is to be forgotten; of whom nothing is known, applications say so."""
        return (self.owner or APPLICATIONS) in self.erased_by

    @property
    def known(self) -> bool:
        """Whether an email can be addressed to the person."""
        return self.stamp is not None and not self.erased

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        stamp = self.stamp
        document = {
            "_id": self.person_id,
            "version": self.version,
            "name": self.name,
            "email": self.email,
            "stamp": {**stamp._asdict(), "time": stamp.time.isoformat()} if stamp else None,
            "owner": self.owner,
            "erased_by": [*self.erased_by],
            "erased": self.erased,
        }
        return document | ({"earlier": [*self.earlier]} if self.earlier else {})

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The contact that is stored."""
        stamp = document["stamp"]
        owner = APPLICATIONS if stamp and stamp["rank"] else ""
        return cls(
            person_id=document["_id"],
            name=document["name"],
            email=document["email"],
            stamp=Stamp(**{**stamp, "time": as_utc(stamp["time"])}) if stamp else None,
            owner=document.get("owner", owner),
            erased_by=tuple(
                document.get("erased_by", [APPLICATIONS] if document["erased"] else [])
            ),
            earlier=tuple(document.get("earlier", ())),
            version=document["version"],
            unasked="owner" not in document and not owner,
        )


def stamp_of(envelope: Envelope, revision: int) -> Stamp:
    """The stamp of what one event says."""
    return Stamp(
        rank=1 if envelope.source == APPLICATIONS else 0,
        time=envelope.time,
        revision=revision,
        event_id=str(envelope.id),
    )


def owner_by(event: Event) -> str:
    """Whose a person is whom an event tells of: panellists are awards', all others applied."""
    return AWARDS if isinstance(event, PanellistInvited) else APPLICATIONS


def settled(contact: Contact, *, panellist: bool) -> Contact:
    """A contact of a release that did not note the owner, by whether they were ever invited."""
    if panellist:
        erased_by = (AWARDS,) if contact.erased else ()
        return replace(contact, owner=AWARDS, erased_by=erased_by, unasked=False)
    owner = APPLICATIONS if contact.stamp else ""
    return replace(contact, owner=owner, unasked=False)


def check_teller(contact: Contact, sender: str) -> None:
    """Whether it is for `sender` to say who somebody is: a panellist's links open what they judge.

    Raises:
        NotEntitledError: a panellist is told of by another than awards, who alone invite them.

    """
    if contact.owner == AWARDS and sender != AWARDS:
        raise NotEntitledError(f"{WHOSE[AWARDS]} is told of by {AWARDS} alone, not by {sender}")


def learn(contact: Contact, person: Person, stamp: Stamp, owner: str) -> Contact:
    """The contact after an event that carries `person`. An erased person stays erased.

    Whoever ever was told of as an applicant or Fellow is applications', whatever else is said.
    """
    if contact.owner != APPLICATIONS:
        contact = replace(contact, owner=owner)
    if contact.erased:
        return contact
    given = {*contact.earlier, contact.email, person.email}
    if contact.stamp is None or contact.stamp < stamp:
        contact = replace(contact, name=person.name, email=person.email, stamp=stamp)
    return replace(contact, earlier=tuple(sorted(given - {"", contact.email})))


def heed_erasure(contact: Contact, sender: str) -> Contact:
    """The contact after `sender` said that they erased the person.

    Everything but the id is forgotten, and that it was asked for is remembered. If nothing is
    known of the person yet, what is heard later decides whether it was the sender's to say.

    Raises:
        NotEntitledError: the person is another's to erase.

    """
    if contact.owner and contact.owner != sender:
        raise NotEntitledError(
            f"{WHOSE[contact.owner]} is erased by {contact.owner} alone, not by {sender}"
        )
    marked = replace(contact, erased_by=tuple(sorted({*contact.erased_by, sender})))
    return replace(marked, name="", email="", stamp=None, earlier=()) if marked.erased else marked
