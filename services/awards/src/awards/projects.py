"""Quality Improvement Projects: registered, edited until submission, then judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal

from awards.fellows import Fellow
from awards.records import Part, Record, required
from nextstep_contracts import NoSuch, Refused

ProjectState = Literal["registered", "submitted", "removed"]

STATE_NAMES: dict[ProjectState, str] = {
    "registered": "Registered",
    "submitted": "Submitted",
    "removed": "Not judged",
}

TITLE_LENGTH = 200
SUMMARY_LENGTH = 4000
PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1024
"""Readers accept a PDF whose mark comes within the first 1024 bytes (ISO 32000, annex H)."""


class Poster(Part):
    """A poster in GridFS; the id is made from its content, so the same file is stored once."""

    file_id: str
    name: str
    size: int


class Removal(Part):
    """Why a project is not judged, and who in the office said so."""

    reason: str
    by: str
    at: datetime


class Authorship(Record):
    """Which project a person is an author of; the id is the person's. One project a Fellow."""

    collection: ClassVar[str] = "authorships"
    cohort: str
    project_id: str


class Details(Part):
    """What an author fills in."""

    title: str
    supervisor: str
    trust: str
    summary: str

    def checked(self) -> "Details":
        """The entries without surrounding blanks.

        Raises:
            Refused: something is missing or too long, with a message per field.

        """
        clean = Details(**{key: value.strip() for key, value in self.model_dump().items()})
        problems = {}
        if not clean.title:
            problems["title"] = "Enter the project's title"
        elif len(clean.title) > TITLE_LENGTH:
            problems["title"] = f"The title must be {TITLE_LENGTH} characters or fewer"
        if not clean.supervisor:
            problems["supervisor"] = "Enter the supervisor's name"
        if not clean.trust:
            problems["trust"] = "Enter the trust or organisation of the project"
        if len(clean.summary) > SUMMARY_LENGTH:
            problems["summary"] = f"The summary must be {SUMMARY_LENGTH} characters or fewer"
        if problems:
            raise Refused("The project's details are not complete", fields=problems)
        return clean


class Project(Record):
    """One project and its authors, the one who registered it first."""

    collection: ClassVar[str] = "projects"
    cohort: str
    details: Details
    authors: tuple[str, ...]
    """Person ids."""
    registered_at: datetime
    submitted_at: datetime | None = None
    removed: Removal | None = None
    poster: Poster | None = None
    revision: int = 0
    """Counts the events published about this project."""

    @property
    def title(self) -> str:
        """The project's title."""
        return self.details.title

    @property
    def state(self) -> ProjectState:
        """Where the project is on its way to the panel."""
        if self.removed:
            return "removed"
        return "submitted" if self.submitted_at else "registered"


def check_authors(authors: Sequence[str], fellows: Mapping[str, Fellow]) -> tuple[str, ...]:
    """The authors without repetition.

    Raises:
        Refused: nobody is named, or somebody is not a Fellow now.

    """
    distinct = tuple(dict.fromkeys(authors))
    if not distinct:
        raise Refused("Choose at least one author", fields={"authors": "Choose an author"})
    for person in distinct:
        fellow = fellows.get(person)
        if fellow is None or not fellow.active:
            message = "Every author must be a Fellow of this cohort"
            raise Refused(message, fields={"authors": message})
    return distinct


def edit(project: Project, details: Details, authors: tuple[str, ...]) -> Project:
    """The project with new details.

    Raises:
        Refused: it is submitted or removed, or the details are not complete.

    """
    _must_be_open(project)
    return project.but(details=details.checked(), authors=authors)


def submit(project: Project, now: datetime) -> Project:
    """The project handed in.

    Raises:
        Refused: it is submitted or removed already, or it has no summary for the panel.

    """
    _must_be_open(project)
    required(project.details.summary, "Write a summary before you submit the project", "summary")
    return project.but(submitted_at=now)


def give_back(project: Project) -> Project:
    """A submitted project that its authors may edit again."""
    if project.state != "submitted":
        raise Refused("Only a submitted project can be given back to its authors.")
    return project.but(submitted_at=None)


def remove(project: Project, removal: Removal) -> Project:
    """The project, not to be judged, for a recorded reason."""
    if project.removed:
        raise Refused("This project is already not judged.")
    required(removal.reason, "Say why the project is not judged")
    return project.but(removed=removal)


def restore(project: Project) -> Project:
    """A removed project, judged again."""
    if not project.removed:
        raise Refused("This project has not been removed.")
    return project.but(removed=None)


def authors_of(project: Project, fellows: Mapping[str, Fellow]) -> tuple[Fellow, ...]:
    """The project's authors that are known as Fellows, in the project's order."""
    return tuple(fellows[one] for one in project.authors if one in fellows)


def own(project: Project | None, person_id: str) -> Project:
    """The project, if the person is an author of it."""
    if project is None or person_id not in project.authors:
        raise NoSuch("You have not registered a project yet.")
    return project


def competes(project: Project, fellows: Mapping[str, Fellow]) -> bool:
    """Whether the panel judges it: submitted, not removed, and an author is still a Fellow."""
    present = any(fellows[person].active for person in project.authors if person in fellows)
    return project.state == "submitted" and present


def check_poster(data: bytes, limit: int) -> None:
    """Accept a PDF, told by its content and not by its name.

    Raises:
        Refused: it is too large (`limit` in bytes) or not a PDF.

    """
    if len(data) > limit:
        message = f"The poster must be {limit // 1_000_000} MB or smaller"
    elif PDF_MARK not in data[:PDF_MARK_WITHIN]:
        message = "The poster must be a PDF"
    else:
        return
    raise Refused(message, fields={"poster": message})


def _must_be_open(project: Project) -> None:
    if project.state == "submitted":
        raise Refused("The project is submitted and can no longer be changed.")
    if project.removed:
        raise Refused("The project is not judged and cannot be changed.")
