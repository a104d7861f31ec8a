"""Invitations as a Fellow's page shows them: to others, and to oneself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from awards.fellows.act import Awards
from awards.fellows.fellow import ERASED_NAME, Fellow
from awards.projects.authors import authors_of
from awards.projects.pages.cells import INVITATION_TAGS
from awards.projects.project import Project
from awards.projects.store import invitations_of, invitations_to, projects_of


@dataclass(frozen=True)
class PersonAsked:
    """A Fellow whom the authors of a project asked to be one of them, and who has not said yes."""

    person_id: str
    name: str
    tag: dict[str, Any]
    open: bool


@dataclass(frozen=True)
class InvitationShown:
    """A project that a Fellow was asked to be an author of."""

    project_id: str
    title: str
    invited_by: str
    authors: str
    supervisor: str
    trust: str
    open: bool
    """Whether an answer is awaited; otherwise they said no."""


async def people_asked(
    here: Awards, project: Project, fellows: Mapping[str, Fellow]
) -> list[PersonAsked]:
    """Who was asked and has not said yes, by name; of Fellows who left the programme, nothing."""
    asked = [
        PersonAsked(one.person_id, _name(fellows, one.person_id), tag, one.open)
        for one in await invitations_to(here.read, project)
        if (tag := INVITATION_TAGS.get(one.state)) and _present(fellows, one.person_id)
    ]
    return sorted(asked, key=lambda one: (one.name.casefold(), one.person_id))


async def invitations_for(
    here: Awards, person_id: str, fellows: Mapping[str, Fellow]
) -> list[InvitationShown]:
    """What the person can answer: about projects that can still be changed."""
    projects = await projects_of(here.read, here)
    return [
        InvitationShown(
            project_id=project.id,
            title=project.title,
            invited_by=_name(fellows, one.invited_by),
            authors=", ".join(author.name for author in authors_of(project, fellows)),
            supervisor=project.details.supervisor,
            trust=project.details.trust,
            open=one.open,
        )
        for one in await invitations_of(here.read, here, person_id)
        if (project := projects.get(one.project_id)) and project.state == "registered"
    ]


def _name(fellows: Mapping[str, Fellow], person_id: str) -> str:
    fellow = fellows.get(person_id)
    return fellow.name if fellow else ERASED_NAME


def _present(fellows: Mapping[str, Fellow], person_id: str) -> bool:
    fellow = fellows.get(person_id)
    return fellow is not None and fellow.active and not fellow.erased
