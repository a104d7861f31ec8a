"""Ask Fellows to be authors of a project, answer, and end an invitation without an answer."""

from collections.abc import Iterable

from awards.fellows.act import Act
from awards.fellows.records import find, get
from awards.fellows.store import fellows_among
from awards.projects import events
from awards.projects import invitation as rules
from awards.projects.authors import Authorship, authors_of, check_authors
from awards.projects.invitation import Invitation, invitation_id
from awards.projects.project import Project
from awards.projects.store import claim
from nextstep_contracts import Refused


async def invite(act: Act, project: Project, people: Iterable[str], by: str) -> None:
    """Ask these Fellows in the name of the author `by`. Each is told by email."""
    asked = list(dict.fromkeys(people))
    if not asked:
        return
    fellows = await fellows_among(act.read, [*asked, *project.authors])
    check_authors(asked, fellows, field="co_authors")
    known = {one.person_id: one for one in await _invitations(act, project)}
    for person in asked:
        after = rules.invite(known.get(person), project, person, by, act.now)
        if after == known.get(person):
            continue
        if await get(act.read, Authorship, person):
            raise Refused.field("co_authors", "A Fellow has registered another project already")
        known[person] = await act.save(after)
        act.uow.publish(events.invited(project, after, fellows))
        act.audit("asked somebody to be an author of", project.id, person=person)
    rules.check_waiting(known.values())


async def accept(act: Act, project: Project, person_id: str) -> Project:
    """The person says yes: from now on they are an author. The others are told by email."""
    known = await get(act.read, Invitation, invitation_id(project.id, person_id))
    after = rules.accept(known, project, act.now)
    if after == known:
        return project
    own = await get(act.read, Authorship, person_id)
    if own is not None:
        raise Refused(
            "You are an author of another project. Take your name off that one first; if you are "
            "its only author, write to the programme office."
        )
    joined = project.but(authors=(*project.authors, person_id), revision=project.revision + 1)
    fellows = await fellows_among(act.read, joined.authors)
    if not any(one.active for one in authors_of(project, fellows)):
        raise Refused("Whoever asked you has left the programme. Write to the programme office.")
    await claim(act, joined, project.authors)
    await act.save(after)
    act.uow.publish(events.registered(joined, authors_of(joined, fellows)))
    act.uow.publish(events.answered(project, after, fellows))
    act.audit("agreed to be an author of", project.id)
    return await act.save(joined)


async def decline(act: Act, project: Project, person_id: str) -> Project:
    """The person says no. The authors are told by email."""
    known = await get(act.read, Invitation, invitation_id(project.id, person_id))
    after = rules.decline(known, act.now)
    if after != known:
        await act.save(after)
        fellows = await fellows_among(act.read, [*project.authors, person_id])
        act.uow.publish(events.answered(project, after, fellows))
        act.audit("declined to be an author of", project.id)
    return project


async def withdraw(act: Act, project: Project, person_id: str) -> Project:
    """Ask somebody no longer. They are told by email."""
    known = await get(act.read, Invitation, invitation_id(project.id, person_id))
    await _end(act, project, known, submitted=False)
    return project


async def end_open(act: Act, project: Project) -> None:
    """End what is not answered, because the project is submitted. Each is told by email."""
    for one in await _invitations(act, project):
        if one.open:
            await _end(act, project, one, submitted=True)


async def _end(act: Act, project: Project, known: Invitation | None, *, submitted: bool) -> None:
    after = rules.withdraw(known)
    if after == known:
        return
    await act.save(after)
    fellows = await fellows_among(act.read, [after.person_id])
    told = events.invitation_withdrawn(project, after, fellows, submitted=submitted)
    if told:
        act.uow.publish(told)
    act.audit("asked somebody no longer to be an author of", project.id, person=after.person_id)


async def joined_by_office(act: Act, project: Project, people: Iterable[str]) -> None:
    """Take note that the office made these Fellows authors: they are asked no longer."""
    added = set(people)
    for one in await _invitations(act, project):
        if one.person_id in added:
            await act.save(rules.joined_by_office(one, act.now))


async def _invitations(act: Act, project: Project) -> list[Invitation]:
    return await find(act.read, Invitation, {"project_id": project.id})
