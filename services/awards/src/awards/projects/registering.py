"""Register a project, change it until it is submitted, leave it."""

from collections.abc import Sequence
from uuid import uuid4

from awards.fellows.act import Act
from awards.fellows.records import get
from awards.fellows.store import fellows_among
from awards.projects import events
from awards.projects import project as rules
from awards.projects.authors import Authorship, authors_of, check_authors
from awards.projects.inviting import joined_by_office
from awards.projects.project import Project, ProjectDetails
from awards.projects.store import claim, load_project
from nextstep_contracts import AlreadySo, Refused


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
    await _refuse_twice(act, project)
    await claim(act, project, ())
    act.uow.publish(events.registered(project, authors_of(project, fellows)))
    act.audit("registered the project", project.id, reason=reason)
    return await act.save(project)


async def _refuse_twice(act: Act, project: Project) -> None:
    """Whoever registers what is registered just so has pressed twice."""
    claims = [await get(act.read, Authorship, person) for person in project.authors]
    known = {claim.project_id for claim in claims if claim}
    if len(known) == 1 and all(claims):
        other = await load_project(act.read, known.pop())
        if (other.details, other.authors) == (project.details, project.authors):
            raise AlreadySo("This project is registered already.")


async def edit(act: Act, project: Project, details: ProjectDetails) -> Project:
    """One of the authors changes the details of a project that is not submitted."""
    return await _change(act, project, details, project.authors)


async def edit_for_authors(
    act: Act, project: Project, details: ProjectDetails, authors: Sequence[str], *, reason: str
) -> Project:
    """The office changes a project that is not submitted, and whose it is.

    Whoever is put on it or taken off is told by email; `reason` is kept on the audit trail.
    """
    # whoever registered the project stays its first author
    kept = [one for one in project.authors if one in authors]
    ordered = [*kept, *(one for one in authors if one not in kept)]
    return await _change(act, project, details, ordered, reason=reason, by_office=True)


async def leave(act: Act, project: Project, person_id: str) -> Project:
    """One of several authors takes their name off a project that is not submitted."""
    rest = [one for one in project.authors if one != person_id]
    fellows = await fellows_among(act.read, rest)
    if not any(one.active for one in fellows.values()):
        raise Refused("You are its only author. Change the project instead, or ask the office.")
    return await _change(act, project, project.details, rest)


async def _change(
    act: Act,
    project: Project,
    details: ProjectDetails,
    authors: Sequence[str],
    *,
    reason: str = "",
    by_office: bool = False,
) -> Project:
    """The project with other details or authors; who hears of it are the people concerned."""
    fellows = await fellows_among(act.read, {*authors, *project.authors})
    checked = check_authors(authors, fellows, before=project.authors)
    after = rules.edit(project, details, checked)
    if after == project:
        return project
    await claim(act, after, project.authors)
    if (after.title, after.authors) != (project.title, project.authors):
        after = after.but(revision=project.revision + 1)
        act.uow.publish(events.registered(after, authors_of(after, fellows)))
    added = [one for one in after.authors if one not in project.authors]
    gone = [one for one in project.authors if one not in after.authors]
    await joined_by_office(act, project, added)
    for one in gone:
        if one in fellows and not fellows[one].erased:
            act.uow.publish(events.left(after, fellows[one], fellows, by_office=by_office))
    moved = {name: ids for name, ids in (("authors_added", added), ("authors_gone", gone)) if ids}
    changed = _changed(project, after)
    act.audit("changed the project", project.id, reason=reason, changed=changed, **moved)
    return await act.save(after)


def _changed(before: Project, after: Project) -> list[str]:
    """The names of the details that are not as they were."""
    old = before.details.model_dump()
    return [name for name, value in after.details.model_dump().items() if value != old[name]]
