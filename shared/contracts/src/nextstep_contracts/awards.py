"""Events that the awards service publishes."""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime
from typing_extensions import override

from nextstep_contracts.event import ConflictOfInterest, Event, Model, Person, Revision


class AwardsEvent(Event):
    """What all awards events share."""

    publisher: ClassVar[str] = "awards"
    cohort: str
    revision: Revision


class ProjectEvent(AwardsEvent):
    """About one Quality Improvement Project."""

    project_id: str

    @property
    @override
    def subject(self) -> str:
        return self.project_id


class ProjectRegistered(ProjectEvent):
    """A Fellow, or several together, registered a project."""

    title: str
    authors: tuple[Person, ...]


class ProjectSubmitted(ProjectEvent):
    """The project is handed in and can be presented and scored."""

    title: str
    authors: tuple[Person, ...]
    submitted_at: AwareDatetime


class CoAuthorEvent(ProjectEvent):
    """About one person's authorship of one project."""

    title: str
    person: Person

    @property
    @override
    def subject(self) -> str:
        return f"{self.project_id}:{self.person.person_id}"


class CoAuthorInvited(CoAuthorEvent):
    """An author asks another Fellow to be an author as well; `person` has yet to say yes or no.

    `revision` counts what is said about this person's invitation to this project.
    """

    invited_by: Person


class CoAuthorInvitationWithdrawn(CoAuthorEvent):
    """The invitation of `person` is open no longer, without an answer."""

    submitted: bool = False
    """Whether that is because the project was submitted without them."""


class CoAuthorAnswered(CoAuthorEvent):
    """`person` said whether they want to be an author."""

    accepted: bool
    authors: tuple[Person, ...]
    """Who was an author before the answer."""


class AuthorLeft(CoAuthorEvent):
    """`person` is an author no longer; `revision` is the project's."""

    by_office: bool
    """Whether the programme office took their name off; otherwise they did so themselves."""
    authors: tuple[Person, ...]
    """Who remains."""


class PosterRemoved(ProjectEvent):
    """The poster is gone: the virus scanner found something in it after it was attached."""

    title: str
    submitted: bool
    """Whether the project is submitted, so that the authors cannot attach another by themselves."""
    authors: tuple[Person, ...]


class PanellistInvited(AwardsEvent):
    """Somebody joined the executive panel and needs the link to the score sheets."""

    panellist: Person
    organisation: str
    """`KHP`, `FMLM` or `KBS`."""

    @property
    @override
    def subject(self) -> str:
        return self.panellist.person_id


class ProjectScored(ProjectEvent):
    """One panellist locked a score sheet; a corrected sheet has a higher `revision`."""

    panellist_id: str
    organisation: str
    scores: dict[str, int]
    """Points by criterion key, on the scale of the cohort file."""
    total: float
    """The weighted total, as the registered method computes it."""

    @property
    @override
    def subject(self) -> str:
        return f"{self.project_id}:{self.panellist_id}"


class Winner(Model):
    """One awarded project and a person who receives a bursary for it."""

    project_id: str
    title: str
    rank: int
    score: float
    people: tuple[Person, ...]


class AwardsDecided(AwardsEvent):
    """The panel's result, decided by the registered method."""

    winners: tuple[Winner, ...]
    method: str
    """The registered method's fingerprint (SHA-256, hexadecimal)."""
    decided_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return f"{self.cohort}:awards"


class FellowEvent(AwardsEvent):
    """About one Fellow's graduation and what comes with it."""

    person: Person

    @property
    @override
    def subject(self) -> str:
        return self.person.person_id


class FellowGraduated(FellowEvent):
    """The Fellow completed the programme."""

    graduated_on: date
    bursary: bool


class CertificateIssued(FellowEvent):
    """A numbered certificate that anybody can verify."""

    certificate_number: str
    verify_url: str
    issued_on: date


class DiscountIssued(FellowEvent):
    """The reduced fee for FMLM Associate Fellowship."""

    fee_pounds: int
    valid_until: date


class MembershipExpiring(FellowEvent):
    """The Fellow's FMLM membership is about to end."""

    expires_on: date


class RecusalChanged(ConflictOfInterest):
    """A panellist must learn nothing of a project's author, or may again."""

    publisher: ClassVar[str] = "awards"
