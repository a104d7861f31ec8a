"""Register, edit, submit, give back and remove projects."""

from uuid import uuid4

from awards import projects, store
from awards.commands import events
from awards.commands.act import Act
from awards.fellows import Fellow
from awards.projects import Authorship, Details, Poster, Project, Removal
from awards.records import required
from nextstep_contracts import NoSuch, Refused


async def register(
    act: Act,
    details: Details,
    authors: list[str],
    *,
    reason: str = "",
) -> Project:
    """Register a project of these authors. `reason` is why the office acts on their behalf."""
    fellows = await _fellows(act, authors)
    project = Project(
        id=str(uuid4()),
        cohort=act.cohort,
        details=details.checked(),
        authors=projects.check_authors(authors, fellows),
        registered_at=act.now,
        revision=1,
    )
    await _claim(act, project, ())
    project = await act.save(project)
    act.publish(events.registered(project, projects.authors_of(project, fellows)))
    await act.note("registered the project", project.id, reason=reason)
    return project


async def edit(
    act: Act,
    project_id: str,
    details: Details,
    authors: list[str],
    *,
    reason: str = "",
) -> Project:
    """Change a project that is not submitted; the authors hear of a new title or author."""
    before = await load(act, project_id)
    fellows = await _fellows(act, authors)
    after = projects.edit(before, details, projects.check_authors(authors, fellows))
    if after == before:
        return before
    told = (after.title, after.authors) != (before.title, before.authors)
    await _claim(act, after, before.authors)
    after = await act.save(after.but(revision=before.revision + told))
    if told:
        act.publish(events.registered(after, projects.authors_of(after, fellows)))
    changed = [
        name
        for name, value in after.details.model_dump().items()
        if value != getattr(before.details, name)
    ]
    await act.note("changed the project", project_id, reason=reason, changed=changed)
    return after


async def leave(act: Act, project: Project, person_id: str) -> Project:
    """One of several authors takes their name off a project that is not submitted."""
    rest = [one for one in project.authors if one != person_id]
    if not rest:
        raise Refused("You are its only author. Change the project instead, or ask the office.")
    return await edit(act, project.id, project.details, rest)


async def attach_poster(act: Act, project_id: str, poster: Poster) -> Project:
    """Set the poster of a project that is not submitted. The file is stored already."""
    project = await load(act, project_id)
    authors = project.authors
    project = projects.edit(project, project.details, authors).but(poster=poster)
    await act.note("attached a poster to", project_id, size=poster.size)
    return await act.save(project)


async def submit(act: Act, project_id: str, *, reason: str = "") -> Project:
    """Hand a project in. Once scoring is open only the office can, with a `reason`."""
    project = projects.submit(await load(act, project_id), act.now)
    scoring = await act.change_what_is_judged()
    if scoring.open and not reason.strip():
        raise Refused("Scoring is open. Ask the programme office about a late submission.")
    project = await act.save(project.but(revision=project.revision + 1))
    fellows = await _fellows(act, project.authors)
    act.publish(events.submitted(project, projects.authors_of(project, fellows)))
    await act.note("submitted the project", project_id, reason=reason)
    return project


async def give_back(act: Act, project_id: str, reason: str) -> Project:
    """Let the authors of a submitted project edit it again, before scoring opens."""
    text = required(reason, "Say why the project is given back")
    project = projects.give_back(await load(act, project_id))
    if (await act.change_what_is_judged()).open:
        raise Refused("Scoring is open: a submitted project can only be taken out of judging.")
    project = await act.save(project.but(revision=project.revision + 1))
    fellows = await _fellows(act, project.authors)
    act.publish(events.registered(project, projects.authors_of(project, fellows)))
    await act.note("gave back the project", project_id, reason=text)
    return project


async def remove(act: Act, project_id: str, reason: str) -> Project:
    """Take a project out of judging."""
    removal = Removal(reason=reason.strip(), by=act.who, at=act.now)
    project = projects.remove(await load(act, project_id), removal)
    await act.change_what_is_judged()
    await act.note("took out of judging the project", project_id, reason=reason)
    return await act.save(project)


async def restore(act: Act, project_id: str, reason: str) -> Project:
    """Put a removed project back into judging."""
    project = projects.restore(await load(act, project_id))
    await act.change_what_is_judged()
    await act.note("put back into judging the project", project_id, reason=reason)
    return await act.save(project)


async def load(act: Act, project_id: str) -> Project:
    """The project.

    Raises:
        NoSuch: there is none with this id.

    """
    project = await store.get(act.read, Project, project_id)
    if project is None:
        raise NoSuch("There is no such project.")
    return project


async def _fellows(act: Act, people: list[str] | tuple[str, ...]) -> dict[str, Fellow]:
    found = await store.find(act.read, Fellow, {"_id": {"$in": list(people)}})
    return {one.id: one for one in found}


async def _claim(act: Act, project: Project, before: tuple[str, ...]) -> None:
    """Keep each Fellow to one project: one claim a person, whatever else runs at the time."""
    for person in set(before) - set(project.authors):
        await act.uow.collection(Authorship.collection).delete({"_id": person})
    for person in project.authors:
        if person in before:
            continue
        held = await store.get(act.read, Authorship, person)
        if held:
            message = "An author has registered another project already"
            raise Refused(message, fields={"authors": message})
        claim = Authorship(id=person, cohort=project.cohort, project_id=project.id)
        await act.save(claim)
