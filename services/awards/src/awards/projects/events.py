"""What is said about a project, made from its record."""

from collections.abc import Iterable, Mapping

from awards.fellows.fellow import Fellow
from awards.projects.authors import authors_of
from awards.projects.invitation import Invitation
from awards.projects.project import Project
from nextstep_contracts import (
    AuthorLeft,
    CoAuthorAnswered,
    CoAuthorInvitationWithdrawn,
    CoAuthorInvited,
    Person,
    PosterRemoved,
    ProjectRegistered,
    ProjectSubmitted,
    Refused,
)


def registered(project: Project, authors: Iterable[Fellow]) -> ProjectRegistered:
    """A project was registered, or its title or authors changed."""
    return ProjectRegistered(
        cohort=project.cohort,
        revision=project.revision,
        project_id=project.id,
        title=project.title,
        authors=_present(authors),
    )


def submitted(project: Project, authors: Iterable[Fellow]) -> ProjectSubmitted:
    """A project was handed in."""
    if project.submitted_at is None:
        raise Refused("The project has not been submitted.")
    return ProjectSubmitted(
        cohort=project.cohort,
        revision=project.revision,
        project_id=project.id,
        title=project.title,
        authors=_present(authors),
        submitted_at=project.submitted_at,
    )


def invited(
    project: Project, invitation: Invitation, fellows: Mapping[str, Fellow]
) -> CoAuthorInvited:
    """Somebody was asked to be an author."""
    return CoAuthorInvited(
        cohort=project.cohort,
        revision=invitation.revision,
        project_id=project.id,
        title=project.title,
        person=fellows[invitation.person_id].person,
        invited_by=fellows[invitation.invited_by].person,
    )


def invitation_withdrawn(
    project: Project, invitation: Invitation, fellows: Mapping[str, Fellow], *, submitted: bool
) -> CoAuthorInvitationWithdrawn | None:
    """Somebody is asked no longer; None if they are no Fellow any more."""
    person = fellows.get(invitation.person_id)
    if person is None or not person.active or person.erased:
        return None
    return CoAuthorInvitationWithdrawn(
        cohort=project.cohort,
        revision=invitation.revision,
        project_id=project.id,
        title=project.title,
        person=person.person,
        submitted=submitted,
    )


def answered(
    project: Project, invitation: Invitation, fellows: Mapping[str, Fellow]
) -> CoAuthorAnswered:
    """Somebody said yes or no. `project` is as it was before the answer."""
    return CoAuthorAnswered(
        cohort=project.cohort,
        revision=invitation.revision,
        project_id=project.id,
        title=project.title,
        person=fellows[invitation.person_id].person,
        accepted=invitation.state == "accepted",
        authors=_present(authors_of(project, fellows)),
    )


def left(
    project: Project, person: Fellow, fellows: Mapping[str, Fellow], *, by_office: bool
) -> AuthorLeft:
    """Somebody is an author no longer. `project` is as it is without them."""
    return AuthorLeft(
        cohort=project.cohort,
        revision=project.revision,
        project_id=project.id,
        title=project.title,
        person=person.person,
        by_office=by_office,
        authors=_present(authors_of(project, fellows)),
    )


def poster_removed(project: Project, authors: Iterable[Fellow]) -> PosterRemoved:
    """The poster of a project had to be removed."""
    return PosterRemoved(
        cohort=project.cohort,
        revision=project.revision,
        project_id=project.id,
        title=project.title,
        submitted=project.state != "registered",
        authors=_present(authors),
    )


def _present(authors: Iterable[Fellow]) -> tuple[Person, ...]:
    return tuple(one.person for one in authors if one.active and not one.erased)
