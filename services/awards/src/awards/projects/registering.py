"""Register a project, change it until it is submitted, leave it."""

from collections.abc import Sequence
from uuid import uuid4

from awards.fellows.act import Act
from awards.fellows.store import fellows_among
from awards.projects import events
from awards.projects import project as rules
from awards.projects.authors import authors_of, check_authors
from awards.projects.project import Project, ProjectDetails
from awards.projects.store import claim
from nextstep_contracts import Refused


async def register(
    act: Act, details: ProjectDetails, authors: Sequence[str], *, reason: str = ""
) -> Project:
    """Register a project of these authors. `reason` is why the office acts on their behalf."""
    fellows = await fellows_among(act.read, authors)
    project = Project(
        id=str(uuid4()),
        cohort=act.cohort.id,
        details=details.checked(),
        authors=check_authors(authors, fellows),
        registered_at=act.now,
        revision=1,
    )
    await claim(act, project, ())
    act.uow.publish(events.registered(project, authors_of(project, fellows)))
    act.audit("registered the project", project.id, reason=reason)
    return await act.save(project)


async def edit(
    act: Act,
    project: Project,
    details: ProjectDetails,
    authors: Sequence[str],
    *,
    reason: str = "",
) -> Project:
    """Change a project that is not submitted; the authors hear of a new title or author."""
    fellows = await fellows_among(act.read, authors)
    after = rules.edit(project, details, check_authors(authors, fellows))
    if after == project:
        return project
    await claim(act, after, project.authors)
    if (after.title, after.authors) != (project.title, project.authors):
        after = after.but(revision=project.revision + 1)
        act.uow.publish(events.registered(after, authors_of(after, fellows)))
    act.audit("changed the project", project.id, reason=reason, changed=_changed(project, after))
    return await act.save(after)


def _changed(before: Project, after: Project) -> list[str]:
    """The names of the details that are not as they were."""
    old = before.details.model_dump()
    return [name for name, value in after.details.model_dump().items() if value != old[name]]


async def leave(act: Act, project: Project, person_id: str) -> Project:
    """One of several authors takes their name off a project that is not submitted."""
    rest = [one for one in project.authors if one != person_id]
    if not rest:
        raise Refused("You are its only author. Change the project instead, or ask the office.")
    return await edit(act, project, project.details, rest)
