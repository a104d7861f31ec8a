"""Who the Fellows are, as heard from applications.

Each fact keeps its highest revision on its own, so any order and any duplication of the events
ends in the same record.
"""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from awards.fellows.records import Part, Record
from nextstep_contracts import ApplicationWithdrawn, Person, PlaceAccepted

ERASED_NAME = "Erased person"


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

    @property
    def active(self) -> bool:
        """Whether the acceptance is the latest that was heard."""
        if self.accepted is None:
            return False
        return self.withdrawn is None or self.withdrawn.revision < self.accepted.revision

    @property
    def latest(self) -> Acceptance | Withdrawal:
        """The fact with the highest revision."""
        facts: list[Acceptance | Withdrawal | None] = [self.accepted, self.withdrawn]
        return max((fact for fact in facts if fact), key=lambda fact: fact.revision)

    def erased(self) -> "Application":
        """The same without name, address and trust."""
        gone = {"name": ERASED_NAME, "email": ""}
        return Application(
            accepted=self.accepted and self.accepted.but(**gone, trust=None),
            withdrawn=self.withdrawn and self.withdrawn.but(**gone),
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
        """Whether an acceptance or a withdrawal was heard."""
        return bool(self.applications)

    @property
    def _current(self) -> Application:
        return max(self.applications.items(), key=lambda item: (item[1].active, item[0]))[1]

    @property
    def name(self) -> str:
        """The name in the latest event of the application that counts."""
        return self._current.latest.name if self.known else ERASED_NAME

    @property
    def email(self) -> str:
        """The address in the same event; empty once erased."""
        return self._current.latest.email if self.known else ""

    @property
    def trust(self) -> str | None:
        """The trust stated on acceptance."""
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
    """The Fellow after an acceptance; an older revision changes nothing."""
    fellow, application = _find(known, event)
    if application.accepted and application.accepted.revision >= event.revision:
        return fellow
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
        return fellow
    fact = Withdrawal(
        revision=event.revision,
        name=event.person.name,
        email=event.person.email,
        at=event.withdrawn_at,
    )
    return fellow.with_application(event.application_id, application.but(withdrawn=fact))


def _find(
    known: Fellow | None, event: PlaceAccepted | ApplicationWithdrawn
) -> tuple[Fellow, Application]:
    fellow = known or Fellow(id=event.person.person_id)
    return fellow, fellow.applications.get(event.application_id, Application())


def erase(known: Fellow | None, person_id: str) -> Fellow:
    """The person without name, address and trust, now and in whatever is heard later."""
    fellow = known or Fellow(id=person_id)
    blank = {key: one.erased() for key, one in fellow.applications.items()}
    return fellow.but(applications=blank, erased=True)
