"""Who the Fellows are and how they stand, as heard from the other services.

Each fact keeps its highest revision on its own, so any order and any duplication of the events
ends in the same record.
"""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from awards.records import Part, Record
from nextstep_contracts import (
    ApplicationWithdrawn,
    PlaceAccepted,
    RequirementsMet,
    SessionAttended,
    SessionMissed,
    StandingChanged,
)
from nextstep_programme import Cohort, Session

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


class StandingFact(Part):
    """The latest standing towards completion."""

    revision: int
    standing: str
    reasons: tuple[str, ...] = ()


class MetFact(Part):
    """Whether the attendance rules are met, by the latest word on it."""

    revision: int
    met: bool


class Progress(Record):
    """How one person stands, by scheduling. Kept whether or not the Fellow is known yet."""

    collection: ClassVar[str] = "progress"
    cohort: str
    standing: StandingFact | None = None
    requirements: MetFact | None = None

    @property
    def met(self) -> bool:
        """Whether scheduling's latest word is that the requirements are met."""
        return self.requirements is not None and self.requirements.met

    @property
    def reasons(self) -> tuple[str, ...]:
        """Scheduling's sentences on what is met and missing."""
        return self.standing.reasons if self.standing else ()


def hear_standing(known: Progress | None, event: StandingChanged) -> Progress:
    """Progress after a change of standing; an older revision changes nothing."""
    progress = known or Progress(id=event.person_id, cohort=event.cohort)
    if progress.standing and progress.standing.revision >= event.revision:
        return progress
    fact = StandingFact(
        revision=event.revision, standing=event.standing, reasons=tuple(event.reasons)
    )
    return progress.but(standing=fact)


def hear_requirements(known: Progress | None, event: RequirementsMet) -> Progress:
    """Progress after the requirements were met, or after a correction said they are not."""
    progress = known or Progress(id=event.person_id, cohort=event.cohort)
    if progress.requirements and progress.requirements.revision >= event.revision:
        return progress
    return progress.but(requirements=MetFact(revision=event.revision, met=event.met))


class Presence(Record):
    """The latest verdict on one person at one module."""

    collection: ClassVar[str] = "presence"
    cohort: str
    person_id: str
    session_id: str
    title: str
    on: date
    revision: int
    attended: bool


def hear_attendance(known: Presence | None, event: SessionAttended | SessionMissed) -> Presence:
    """The verdict after an attendance event; an older revision changes nothing."""
    if known and known.revision >= event.revision:
        return known
    return Presence(
        id=event.subject,
        version=known.version if known else 0,
        cohort=event.cohort,
        person_id=event.person_id,
        session_id=event.session_id,
        title=event.session_title,
        on=event.on,
        revision=event.revision,
        attended=isinstance(event, SessionAttended),
    )


def capstone(cohort: Cohort) -> Session | None:
    """The last module, at which Fellows present their projects (Module 4 in the brief)."""
    return max(cohort.of_kind("module"), key=lambda one: one.number or 0, default=None)
