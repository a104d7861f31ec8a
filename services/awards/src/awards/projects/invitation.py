"""A Fellow is asked to be an author of a project, and says yes or no.

Nobody is an author because somebody else said so: an author asks, and only who said yes is an
author to the panel, in the result and on certificates.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Literal

from awards.fellows.records import Record
from awards.projects.project import Project, must_be_open
from nextstep_contracts import NoSuch, Refused

InvitationState = Literal["asked", "accepted", "declined", "withdrawn"]

MOST_TIMES = 3
"""How often one Fellow may be asked about one project: each time brings them an email."""
MOST_OPEN = 10
"""How many Fellows a project may be waiting for: everybody who is asked gets an email."""


class Invitation(Record):
    """What became of asking one Fellow to be an author of one project.

    Authors of before there were invitations have none: they count as having said yes.
    """

    collection: ClassVar[str] = "invitations"
    cohort: str
    project_id: str
    person_id: str
    invited_by: str
    """The author's person id."""
    invited_at: datetime
    state: InvitationState = "asked"
    answered_at: datetime | None = None
    times: int = 1
    """How often the person was asked."""
    revision: int = 1
    """Counts the events published about this invitation."""

    @property
    def open(self) -> bool:
        """Whether an answer is awaited."""
        return self.state == "asked"


def invitation_id(project_id: str, person_id: str) -> str:
    """The key of the one invitation of a person to a project."""
    return f"{project_id}:{person_id}"


def invite(
    known: Invitation | None, project: Project, person_id: str, by: str, now: datetime
) -> Invitation:
    """The invitation after `by` asked; one that is open already stays as it is.

    Raises:
        Refused: the project cannot be changed, or the person is its author, said no, or was asked
            often enough.

    """
    must_be_open(project)
    if person_id in project.authors:
        raise Refused.field("co_authors", "An author cannot be asked again")
    if known is None:
        return Invitation(
            id=invitation_id(project.id, person_id),
            cohort=project.cohort,
            project_id=project.id,
            person_id=person_id,
            invited_by=by,
            invited_at=now,
        )
    if known.open:
        return known
    if known.state == "declined":
        said_no = "A Fellow who said no cannot be asked again. They can still say yes on their page"
        raise Refused.field("co_authors", said_no)
    if known.times >= MOST_TIMES:
        message = f"A Fellow cannot be asked more than {MOST_TIMES} times. Ask the programme office"
        raise Refused.field("co_authors", message)
    return known.but(
        state="asked",
        invited_by=by,
        invited_at=now,
        answered_at=None,
        times=known.times + 1,
        revision=known.revision + 1,
    )


def check_waiting(invitations: Iterable[Invitation]) -> None:
    """Refuse to wait for more Fellows than a project may wait for."""
    if sum(one.open for one in invitations) > MOST_OPEN:
        message = f"No more than {MOST_OPEN} Fellows can be asked at a time. Wait for their answers"
        raise Refused.field("co_authors", message)


def accept(known: Invitation | None, project: Project, now: datetime) -> Invitation:
    """The invitation after yes; who said no before may still say yes.

    Raises:
        NoSuch: nobody asked.
        Refused: the project cannot be changed, or the invitation is open no longer.

    """
    invitation = _to_answer(known)
    if invitation.state == "accepted" and invitation.person_id in project.authors:
        return invitation
    must_be_open(project)
    if invitation.state == "accepted":
        raise Refused("You have left this project. Ask its authors to invite you again.")
    return _answered(invitation, "accepted", now)


def decline(known: Invitation | None, now: datetime) -> Invitation:
    """The invitation after no.

    Raises:
        NoSuch: nobody asked.
        Refused: the invitation is open no longer.

    """
    invitation = _to_answer(known)
    if invitation.state == "declined":
        return invitation
    if invitation.state == "accepted":
        raise Refused("You have said yes already. You can take your name off the project instead.")
    return _answered(invitation, "declined", now)


def withdraw(known: Invitation | None) -> Invitation:
    """The invitation, open no longer; one that is not open stays as it is.

    Raises:
        NoSuch: nobody was asked.
        Refused: the person said yes.

    """
    if known is None:
        raise NoSuch("This Fellow was not asked.")
    if known.state == "accepted":
        raise Refused("They have said yes. Only they or the programme office can undo that.")
    if not known.open:
        return known
    return known.but(state="withdrawn", revision=known.revision + 1)


def joined_by_office(known: Invitation, now: datetime) -> Invitation:
    """The invitation of somebody whom the office made an author, as if they had answered."""
    return known if known.state == "accepted" else _answered(known, "accepted", now)


def _to_answer(known: Invitation | None) -> Invitation:
    if known is None:
        raise NoSuch("Nobody has asked you to be an author of this project.")
    if known.state == "withdrawn":
        raise Refused("This invitation is open no longer. Ask the authors of the project.")
    return known


def _answered(known: Invitation, state: InvitationState, now: datetime) -> Invitation:
    return known.but(state=state, answered_at=now, revision=known.revision + 1)
