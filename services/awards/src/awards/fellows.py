"""Who the Fellows are and how they stand, as heard from the other services.

Each fact keeps its highest revision on its own, so any order and any duplication of the events
ends in the same record.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar

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


class Fellow(Record):
    """One application that led to a fellowship. The id is the application's."""

    collection: ClassVar[str] = "fellows"
    cohort: str
    person_id: str
    accepted: Acceptance | None = None
    withdrawn: Withdrawal | None = None

    @property
    def active(self) -> bool:
        """Whether the acceptance is the latest that was heard."""
        if self.accepted is None:
            return False
        return self.withdrawn is None or self.withdrawn.revision < self.accepted.revision

    @property
    def _latest(self) -> Acceptance | Withdrawal:
        facts = [fact for fact in (self.accepted, self.withdrawn) if fact is not None]
        return max(facts, key=lambda fact: fact.revision)

    @property
    def name(self) -> str:
        """The name in the latest event."""
        return self._latest.name

    @property
    def email(self) -> str:
        """The address in the latest event."""
        return self._latest.email

    @property
    def trust(self) -> str | None:
        """The trust stated on acceptance."""
        return self.accepted.trust if self.accepted else None

    def erased(self) -> "Fellow":
        """The same Fellow with name, address and trust removed."""
        gone = {"name": ERASED_NAME, "email": ""}
        return self.but(
            accepted=self.accepted and self.accepted.but(**gone, trust=None),
            withdrawn=self.withdrawn and self.withdrawn.but(**gone),
        )


def hear_acceptance(known: Fellow | None, event: PlaceAccepted) -> Fellow:
    """The Fellow after an acceptance; an older revision changes nothing."""
    fellow = known or _new(event)
    if fellow.accepted and fellow.accepted.revision >= event.revision:
        return fellow
    return fellow.but(
        accepted=Acceptance(
            revision=event.revision,
            name=event.person.name,
            email=event.person.email,
            at=event.accepted_at,
            trust=event.trust,
        )
    )


def hear_withdrawal(known: Fellow | None, event: ApplicationWithdrawn) -> Fellow:
    """The Fellow after a withdrawal, which may arrive before the acceptance it ends."""
    fellow = known or _new(event)
    if fellow.withdrawn and fellow.withdrawn.revision >= event.revision:
        return fellow
    return fellow.but(
        withdrawn=Withdrawal(
            revision=event.revision,
            name=event.person.name,
            email=event.person.email,
            at=event.withdrawn_at,
        )
    )


def _new(event: PlaceAccepted | ApplicationWithdrawn) -> Fellow:
    return Fellow(id=event.application_id, cohort=event.cohort, person_id=event.person.person_id)


def by_person(fellows: Iterable[Fellow]) -> dict[str, Fellow]:
    """One record a person: the active one, or else the one with the latest application id."""
    chosen: dict[str, Fellow] = {}
    for fellow in sorted(fellows, key=lambda one: (one.active, one.id)):
        chosen[fellow.person_id] = fellow
    return chosen


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
