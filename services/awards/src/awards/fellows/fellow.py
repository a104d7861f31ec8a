"""Who the Fellows are, as heard from applications.

Each fact keeps its highest revision on its own, so any order and any duplication of the events
ends in the same record.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from awards.fellows.records import Part, Record
from nextstep_contracts import ApplicationAmended, ApplicationWithdrawn, Person, PlaceAccepted
from nextstep_contracts.applications import ApplicationEvent

ERASED_NAME = "Erased person"


class Contact(Part):
    """How to address the person, as of one revision of the application."""

    revision: int
    name: str
    email: str


class Acceptance(Part):
    """The acceptance with the highest revision."""

    revision: int
    name: str
    email: str
    at: datetime
    trust: str | None = None


class Withdrawal(Part):
    """The withdrawal of a Fellow with the highest revision."""

    revision: int
    name: str
    email: str
    at: datetime


class Application(Part):
    """One application that led to a fellowship, as far as it was heard of."""

    accepted: Acceptance | None = None
    withdrawn: Withdrawal | None = None
    contacts: Annotated[tuple[Contact, ...], Field(exclude_if=lambda kept: not kept)] = ()
    """What was heard of how to address the person, of each name and address the newest; earlier
    ones stay, because who had an address is who they were."""

    @property
    def active(self) -> bool:
        """Whether the acceptance is the latest that was heard."""
        if self.accepted is None:
            return False
        return self.withdrawn is None or self.withdrawn.revision < self.accepted.revision

    @property
    def heard(self) -> tuple[Acceptance | Withdrawal | Contact, ...]:
        """All that says how to address the person, or said it."""
        facts = (self.accepted, self.withdrawn, *self.contacts)
        return tuple(fact for fact in facts if fact)

    @property
    def latest(self) -> Acceptance | Withdrawal | Contact:
        """What says so with the highest revision."""
        return max(self.heard, key=lambda fact: fact.revision)

    def addressed(self, event: ApplicationEvent) -> "Application":
        """The application after an event told how to address the person, whichever came first."""
        person = event.person
        said = Contact(revision=event.revision, name=person.name, email=person.email)
        known = [Contact(revision=o.revision, name=o.name, email=o.email) for o in self.heard]
        return self.but(contacts=_newest_of_each((*known, said)))

    def erased(self) -> "Application":
        """The same without name, address and employer."""
        gone = {"name": ERASED_NAME, "email": ""}
        blank = (one.but(**gone) for one in self.contacts)
        return Application(
            accepted=self.accepted and self.accepted.but(**gone, trust=None),
            withdrawn=self.withdrawn and self.withdrawn.but(**gone),
            contacts=_newest_of_each(blank),
        )


class Fellow(Record):
    """A person, by person id. Also kept for somebody erased before anything else was heard."""

    collection: ClassVar[str] = "fellows"
    applications: dict[str, Application] = Field(default_factory=dict)
    """By application id."""
    erased: bool = False
    reminded_of: date | None = None
    """The end of membership that the Fellow was last reminded of."""

    @property
    def active(self) -> bool:
        """Whether the person is a Fellow now."""
        return any(one.active for one in self.applications.values())

    @property
    def known(self) -> bool:
        """Whether anything was heard of an application."""
        return bool(self.applications)

    @property
    def _current(self) -> Application:
        return max(self.applications.items(), key=lambda item: (item[1].active, item[0]))[1]

    @property
    def name(self) -> str:
        """The name in the latest event about the application that counts."""
        return self._current.latest.name if self.known else ERASED_NAME

    @property
    def email(self) -> str:
        """The address in the same event; empty once erased."""
        return self._current.latest.email if self.known else ""

    @property
    def called(self) -> frozenset[str]:
        """Every name and address that the person has or had; none once erased."""
        names = {
            one.name for application in self.applications.values() for one in application.heard
        }
        return frozenset(names - {ERASED_NAME}) | self.addresses

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that the person has or had: whoever proves to have it is the person."""
        known = (one for application in self.applications.values() for one in application.heard)
        return frozenset(one.email for one in known if one.email)

    @property
    def trust(self) -> str | None:
        """The employer stated on acceptance."""
        accepted = self._current.accepted if self.known else None
        return accepted.trust if accepted else None

    @property
    def person(self) -> Person:
        """How events address the Fellow."""
        return Person(person_id=self.id, name=self.name, email=self.email)

    def with_application(self, key: str, application: Application) -> "Fellow":
        """The Fellow with one application replaced; an erased person's is erased as well."""
        kept = application.erased() if self.erased else application
        return self.but(applications=self.applications | {key: kept})


def hear_acceptance(known: Fellow | None, event: PlaceAccepted) -> Fellow:
    """The Fellow after an acceptance; of an older revision only an address they had is new."""
    fellow, application = _find(known, event)
    if application.accepted and application.accepted.revision >= event.revision:
        return fellow.with_application(event.application_id, application)
    fact = Acceptance(
        revision=event.revision,
        name=event.person.name,
        email=event.person.email,
        at=event.accepted_at,
        trust=event.trust,
    )
    return fellow.with_application(event.application_id, application.but(accepted=fact))


def hear_withdrawal(known: Fellow | None, event: ApplicationWithdrawn) -> Fellow:
    """The Fellow after a withdrawal, which may arrive before the acceptance it ends."""
    fellow, application = _find(known, event)
    if application.withdrawn and application.withdrawn.revision >= event.revision:
        return fellow.with_application(event.application_id, application)
    fact = Withdrawal(
        revision=event.revision,
        name=event.person.name,
        email=event.person.email,
        at=event.withdrawn_at,
    )
    return fellow.with_application(event.application_id, application.but(withdrawn=fact))


def hear_amendment(known: Fellow | None, event: ApplicationAmended) -> Fellow:
    """The Fellow after other answers were put in force; it may arrive before the acceptance."""
    fellow, application = _find(known, event)
    return fellow.with_application(event.application_id, application)


def _find(known: Fellow | None, event: ApplicationEvent) -> tuple[Fellow, Application]:
    """The Fellow and the application that an event is about, addressed as it says."""
    fellow = known or Fellow(id=event.person.person_id)
    application = fellow.applications.get(event.application_id, Application())
    return fellow, application.addressed(event)


def _newest_of_each(heard: Iterable[Contact]) -> tuple[Contact, ...]:
    """In the order of revisions; of what was said twice the newest."""
    ordered = sorted(heard, key=lambda one: one.revision)
    newest = {(one.name, one.email): one for one in ordered}
    return tuple(sorted(newest.values(), key=lambda one: one.revision))


def erase(known: Fellow | None, person_id: str) -> Fellow:
    """The person without name, address and employer, now and in whatever is heard later."""
    fellow = known or Fellow(id=person_id)
    blank = {key: one.erased() for key, one in fellow.applications.items()}
    return fellow.but(applications=blank, erased=True)
