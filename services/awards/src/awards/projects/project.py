"""A project: what its authors fill in, the states it passes, and whether the panel judges it."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal

from awards.fellows.fellow import Fellow
from awards.fellows.records import Part, Record
from awards.fellows.typed_text import required
from awards.projects.poster import Poster, RefusedPoster
from nextstep_contracts import AlreadySo, NoSuch, Refused

ProjectState = Literal["registered", "submitted", "removed"]

STATE_NAMES: dict[ProjectState, str] = {
    "registered": "Registered",
    "submitted": "Submitted",
    "removed": "Not judged",
}

TITLE_LENGTH = 200
NAME_LENGTH = 200
"""Of a supervisor or employer: these are compared with everybody on the panel."""
SUMMARY_LENGTH = 4000


class Removal(Part):
    """Why a project is not judged, and who in the office said so."""

    reason: str
    by: str
    at: datetime


class ProjectDetails(Part):
    """What an author fills in."""

    title: str
    supervisor: str
    trust: str
    summary: str

    def checked(self) -> "ProjectDetails":
        """The entries without surrounding blanks.

        Raises:
            Refused: something is missing or too long, with a message per field.

        """
        clean = ProjectDetails(**{key: value.strip() for key, value in self.model_dump().items()})
        problems = {}
        if not clean.title:
            problems["title"] = "Enter the project's title"
        elif len(clean.title) > TITLE_LENGTH:
            problems["title"] = f"The title must be {TITLE_LENGTH} characters or fewer"
        if not clean.supervisor:
            problems["supervisor"] = "Enter the supervisor's name"
        elif len(clean.supervisor) > NAME_LENGTH:
            problems["supervisor"] = f"The name must be {NAME_LENGTH} characters or fewer"
        if not clean.trust:
            problems["trust"] = "Enter the employer or organisation of the project"
        elif len(clean.trust) > NAME_LENGTH:
            problems["trust"] = f"The name must be {NAME_LENGTH} characters or fewer"
        if len(clean.summary) > SUMMARY_LENGTH:
            problems["summary"] = f"The summary must be {SUMMARY_LENGTH} characters or fewer"
        if problems:
            raise Refused("The project's details are not complete", fields=problems)
        return clean


class Project(Record):
    """One project and its authors, the one who registered it first."""

    collection: ClassVar[str] = "projects"
    cohort: str
    details: ProjectDetails
    authors: tuple[str, ...]
    """Person ids of who agreed to be an author. Stored authors of before there
    were invitations count as having agreed."""
    registered_at: datetime
    submitted_at: datetime | None = None
    removed: Removal | None = None
    poster: Poster | None = None
    refused_poster: RefusedPoster | None = None
    """The last one, if it was removed for what the virus scanner found in it."""
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


def edit(project: Project, details: ProjectDetails, authors: tuple[str, ...]) -> Project:
    """The project with new details.

    Raises:
        Refused: it is submitted or removed, or the details are not complete.

    """
    must_be_open(project)
    return project.but(details=details.checked(), authors=authors)


def submit(project: Project, now: datetime) -> Project:
    """The project handed in.

    Raises:
        AlreadySo: it is submitted already.
        Refused: it is removed, or it has no summary for the panel.

    """
    if project.state == "submitted":
        raise AlreadySo("The project is submitted already.")
    must_be_open(project)
    required(project.details.summary, "Write a summary before you submit the project", "summary")
    return project.but(submitted_at=now)


def give_back(project: Project) -> Project:
    """A submitted project that its authors may edit again."""
    if project.state == "registered":
        raise AlreadySo("Its authors can edit this project already.")
    if project.state != "submitted":
        raise Refused("Only a submitted project can be given back to its authors.")
    return project.but(submitted_at=None)


def remove(project: Project, removal: Removal) -> Project:
    """The project, not to be judged, for a recorded reason."""
    if project.removed:
        raise AlreadySo("This project is already not judged.")
    required(removal.reason, "Say why the project is not judged")
    return project.but(removed=removal)


def restore(project: Project) -> Project:
    """A removed project, judged again."""
    if not project.removed:
        raise AlreadySo("This project has not been removed.")
    return project.but(removed=None)


def without_its_poster(project: Project) -> Project:
    """A project whose poster was removed, of which the office asks no other.

    Raises:
        AlreadySo: that was said before.
        Refused: no poster of it was removed, or there is another one.

    """
    refused = project.refused_poster
    if refused is None:
        raise Refused("No poster of this project was removed.")
    if refused.settled:
        raise AlreadySo("This is settled already.")
    return project.but(refused_poster=refused.but(settled=True))


def own(project: Project | None, person_id: str) -> Project:
    """The project, if the person is an author of it."""
    if project is None or person_id not in project.authors:
        raise NoSuch("You have not registered a project yet.")
    return project


def competes(project: Project, fellows: Mapping[str, Fellow]) -> bool:
    """Whether the panel judges it: submitted, not removed, and an author is still a Fellow."""
    present = any(fellows[person].active for person in project.authors if person in fellows)
    return project.state == "submitted" and present


def must_be_open(project: Project) -> None:
    """Refuse to change a project that is submitted or not judged."""
    if project.state == "submitted":
        raise Refused("The project is submitted and can no longer be changed.")
    if project.removed:
        raise Refused("The project is not judged and cannot be changed.")
