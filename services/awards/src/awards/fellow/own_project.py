"""What a Fellow does with the one project that they are an author of, and with invitations."""

from collections.abc import Sequence

from awards.fellows.act import Act
from awards.fellows.fellow import Fellow
from awards.fellows.records import get
from awards.projects.inviting import accept, decline, invite, withdraw
from awards.projects.project import Project, ProjectDetails
from awards.projects.registering import edit, leave, register
from awards.projects.store import load_project, own_project, project_of
from awards.projects.submitting import submit
from nextstep_contracts import AlreadySo, NoSuch, Refused


async def save_own(
    act: Act, person_id: str, details: ProjectDetails, co_authors: Sequence[str]
) -> Project:
    """Register the person's project, or change it, and ask `co_authors` to be authors as well."""
    await _still_a_fellow(act, person_id)
    known = await project_of(act.read, act.here, person_id)
    if known is None:
        project = await register(act, details, [person_id])
    else:
        project = await edit(act, known, details)
    await invite(act, project, (one for one in co_authors if one != person_id), person_id)
    return project


async def submit_own(act: Act, person_id: str) -> Project:
    """Hand the person's project in, without whoever was asked and has not said yes."""
    await _still_a_fellow(act, person_id)
    return await submit(act, await own_project(act.read, act.here, person_id))


async def leave_own(act: Act, person_id: str) -> Project:
    """Take the person's name off a joint project."""
    await _still_a_fellow(act, person_id)
    if await project_of(act.read, act.here, person_id) is None:
        raise AlreadySo("You are not an author of any project.")
    return await leave(act, await own_project(act.read, act.here, person_id), person_id)


async def answer_invitation(
    act: Act, person_id: str, project_id: str, *, accepted: bool
) -> Project:
    """Say yes or no to being an author of somebody else's project."""
    await _still_a_fellow(act, person_id)
    try:
        project = await load_project(act.read, project_id)
    except NoSuch:
        # a project to which one was not invited is answered like one that does not exist
        raise NoSuch("Nobody has asked you to be an author of this project.") from None
    return await (accept if accepted else decline)(act, project, person_id)


async def withdraw_own_invitation(act: Act, person_id: str, invited: str) -> Project:
    """Ask somebody no longer to be an author of the person's project."""
    await _still_a_fellow(act, person_id)
    return await withdraw(act, await own_project(act.read, act.here, person_id), invited)


async def _still_a_fellow(act: Act, person_id: str) -> None:
    fellow = await get(act.read, Fellow, person_id)
    if fellow is not None and not fellow.active:
        raise Refused("You have left the programme. Write to the programme office.")
