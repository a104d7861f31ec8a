"""One person's application for one cohort: its present facts and what follows from changing them.

Immutable: each function returns the next application. Earlier submissions and the history of
decisions are records of their own and never change.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from applications.admissions.answers import Answers
from applications.admissions.by_hand import ByHand
from applications.admissions.eligibility import Assessment
from applications.admissions.states import STATES, Action, ActorKind, State, next_state
from applications.admissions.waiting import Reasons, of_any_release
from nextstep_documents.virus_scanner import Scan


class Document(BaseModel):
    """One document of an application as it now stands."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    """The file name made safe."""
    given_name: str = ""
    """The file name as it arrived, for the record; never used as one."""
    content_type: str
    size: int
    file_id: str | None
    """Where its bytes are; None when it could not be used."""
    problem: str | None = None
    """Why it cannot be used, in words for the applicant."""
    notes: tuple[str, ...] = ()
    """What the office should know about it, in technical words if need be."""
    others: tuple[str, ...] = Field(default=(), exclude_if=lambda names: not names)
    """Names of files that were given in the same question and are not used."""
    scan: Scan = "unscanned"
    fetch_id: str | None = None
    """Of the fetch that is to bring its bytes; None once it ended."""
    sent_at: datetime
    arrived: int = 0
    """When it came, in nanoseconds, if that is known: settles which of two of the same moment is
    kept."""

    @property
    def coming(self) -> bool:
        """Whether it is still being fetched or checked: nobody needs to do anything yet."""
        return self.fetch_id is not None

    @property
    def being_checked(self) -> bool:
        """Whether its bytes are here, and only take longer to look at than those of others."""
        return self.coming and self.size > 0

    @property
    def usable(self) -> bool:
        """Whether it counts as sent."""
        return self.problem is None and not self.coming

    @property
    def standing(self) -> tuple[int, datetime, int, str]:
        """Of two files for the same document the one that stands higher is kept."""
        rank = 2 if self.usable else 1 if self.coming else 0
        return rank, self.sent_at, self.arrived, self.file_id or ""


class Evidence(Document):
    """A file that shows how study leave stands: a granted request, a letter to an employer."""

    session_key: str | None = None
    """The programme date it is about; None: in general."""


class Rotation(BaseModel):
    """From this day on the Fellow works at this employer."""

    model_config = ConfigDict(frozen=True)

    trust: str
    from_date: date


LeaveStatus = Literal["not_applied_for", "applied_for", "granted", "not_possible"]


class LeaveEntry(BaseModel):
    """What a Fellow declared about one day of a programme date.

    A session that moved can have an entry for each of its days: leave was granted for a day.
    """

    model_config = ConfigDict(frozen=True)

    session_key: str
    on: date
    status: LeaveStatus
    trust_notified: str | None = None
    notified_on: date | None = None


class Application(BaseModel):
    """What the programme knows of an application now."""

    model_config = ConfigDict(frozen=True)

    id: str
    cohort: str
    person_id: str
    reference: str
    """Short and fit to read out, for example `NS24-0042`."""
    answers: Answers
    documents: dict[str, Document] = Field(default_factory=dict)
    state: State = "received"
    first_submitted_at: datetime
    """Judges lateness: an amendment does not make an application late."""
    submitted_at: datetime
    """Of the answers now in force."""
    arrived: int
    """When they arrived, in nanoseconds: settles which of two of the same moment is in force."""
    source: str | None = None
    """The form that it first came through."""
    by_hand: ByHand | None = Field(default=None, exclude_if=lambda entered: entered is None)
    """Who of the office entered what is in it and did not come through a form, the latest."""
    late: bool = False
    assessment: Assessment | None = None
    identity_concern: str | None = None
    cleared: bool = False
    """The office decided that these answers are eligible whatever the rules say."""
    accepted_late: str | None = None
    """Why the office accepted it although it came after the deadline, and who did."""
    awaits_office: Annotated[Reasons, BeforeValidator(of_any_release)] = ()
    """What the office must look at beside the course of the application, each by itself."""
    asked_for: tuple[str, ...] = ()
    """The documents that the applicant was last told are needed, in the words they were told."""
    duplicate_of: str | None = None
    """The application of the same person that counts; the office said so."""
    study_leave: tuple[LeaveEntry, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    """In the order of their days; before the first the Fellow is at `answers.trust`."""
    leave_evidence: tuple[Evidence, ...] = ()
    """In the order in which it was sent; nothing is replaced."""
    reminded_at: datetime | None = None
    """When the Fellow was last reminded of what is missing about study leave."""
    offer_expires_at: datetime | None = None
    updated_at: datetime
    revision: int = 0
    """Counts the changes that were published."""
    erased: bool = False
    version: int = 0
    """The stored version this was loaded as."""

    def without_others(self) -> "Application":
        """The application for somebody who must not know all: what was found names no other."""
        if self.assessment is None:
            return self
        return self.model_copy(update={"assessment": self.assessment.without_others()})

    @property
    def public_state(self) -> str:
        """How it stands, in words for the applicant."""
        return "Your other application counts" if self.duplicate_of else STATES[self.state].public

    @property
    def decided(self) -> bool:
        """Whether a later submission can no longer change it by itself."""
        return STATES[self.state].decided

    @property
    def trust(self) -> str | None:
        """Where the applicant works before the first rotation."""
        return self.answers.trust


def amended(
    application: Application,
    answers: Answers,
    documents: Mapping[str, Document],
    submitted_at: datetime,
    arrived: int,
) -> Application:
    """Add another submission by the same person.

    The latest answers are in force and the best file of each document is kept, so the result is
    the same in whatever order submissions arrive.
    """
    merged = with_documents(application, documents)
    merged = merged.model_copy(
        update={"first_submitted_at": min(application.first_submitted_at, submitted_at)}
    )
    if (submitted_at, arrived) < (application.submitted_at, application.arrived):
        return merged
    return merged.model_copy(
        update={
            "answers": answers,
            "submitted_at": submitted_at,
            "arrived": arrived,
            "cleared": application.cleared and answers == application.answers,
        }
    )


def replaced_uploads(before: Application, after: Application) -> list[str]:
    """Files from the applicant's own page that nothing refers to any more.

    The files of submissions stay with their versions.
    """
    own = f"{before.id}:"
    held = {document.file_id for document in after.documents.values()}
    files = [document.file_id for document in before.documents.values()]
    return [file for file in files if file and file.startswith(own) and file not in held]


def with_documents(application: Application, documents: Mapping[str, Document]) -> Application:
    """Add files; a usable one replaces an unusable one, a newer one an older one."""
    kept = dict(application.documents)
    for key, new in documents.items():
        if key not in kept or new.standing > kept[key].standing:
            kept[key] = new
    return application.model_copy(update={"documents": kept})


def with_fetched(application: Application, fetch_id: str, document: Document) -> Application:
    """Put what a fetch brought in the place of what was waiting for it.

    If another file took that place meanwhile, the one that stands higher is kept.
    """
    held = application.documents.get(document.key)
    if held is not None and held.fetch_id == fetch_id:
        rest = {k: d for k, d in application.documents.items() if k != document.key}
        application = application.model_copy(update={"documents": rest})
    return with_documents(application, {document.key: document})


def held_file(application: Application, file_id: str) -> Document | None:
    """What is known of one file: of a document, or of evidence of study leave."""
    files = (*application.documents.values(), *application.leave_evidence)
    return next((file for file in files if file.file_id == file_id), None)


def with_found(application: Application, file_id: str, found: Mapping[str, object]) -> Application:
    """Change what is known of one file, wherever it belongs."""
    documents = {
        key: held.model_copy(update=found) if held.file_id == file_id else held
        for key, held in application.documents.items()
    }
    evidence = tuple(
        held.model_copy(update=found) if held.file_id == file_id else held
        for held in application.leave_evidence
    )
    return application.model_copy(update={"documents": documents, "leave_evidence": evidence})


def stepped(application: Application, action: Action, by: ActorKind, reason: str) -> Application:
    """Take a step of the workflow.

    Raises:
        Refused: the workflow forbids it.

    """
    state = next_state(application.state, action, by, reason)
    return application.model_copy(update={"state": state})
