"""What a Fellow does with the one project that they are an author of."""

from collections.abc import Sequence

from awards.fellows.act import Act
from awards.projects.project import Project, ProjectDetails
from awards.projects.registering import edit, leave, register
from awards.projects.store import own_project, project_of
from awards.projects.submitting import submit


async def save_own(
    act: Act, person_id: str, details: ProjectDetails, others: Sequence[str]
) -> Project:
    """Register the person's project with these other authors, or change it."""
    authors = [person_id, *(one for one in others if one != person_id)]
    known = await project_of(act.read, act.here, person_id)
    if known is None:
        return await register(act, details, authors)
    # whoever registered the project stays its first author, whoever of them edits it
    kept = [one for one in known.authors if one in authors]
    ordered = [*kept, *(one for one in authors if one not in kept)]
    return await edit(act, known, details, ordered)


async def submit_own(act: Act, person_id: str) -> Project:
    """Hand the person's project in."""
    return await submit(act, await own_project(act.read, act.here, person_id))


async def leave_own(act: Act, person_id: str) -> Project:
    """Take the person's name off a joint project."""
    return await leave(act, await own_project(act.read, act.here, person_id), person_id)
