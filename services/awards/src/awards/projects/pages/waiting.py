"""Who was asked to be an author of a project and has not answered."""

from awards.fellows.act import Awards
from awards.fellows.store import fellows_among
from awards.projects.project import Project
from awards.projects.store import invitations_to


async def names_waited_for(here: Awards, project: Project) -> list[str]:
    """Their names, in order; who left the programme is not waited for."""
    asked = [one.person_id for one in await invitations_to(here.read, project) if one.open]
    fellows = await fellows_among(here.read, asked)
    return sorted(one.name for one in fellows.values() if one.active and not one.erased)
