"""Who was asked to be an author of a project and has not answered."""

from collections.abc import Collection

from awards.fellows.act import Awards
from awards.fellows.store import fellows_among
from awards.projects.project import Project
from awards.projects.store import invitations_to


async def names_waited_for(here: Awards, project: Project, closed: Collection[str]) -> list[str]:
    """Their names, in order; who left the programme is not waited for.

    Nor is anybody of whom whoever looks must learn nothing (`closed`).
    """
    asked = {one.person_id for one in await invitations_to(here.read, project) if one.open}
    fellows = await fellows_among(here.read, asked.difference(closed))
    return sorted(one.name for one in fellows.values() if one.active and not one.erased)
