"""The projects on record, and who is an author of which."""

from awards.fellows.act import Act, Awards
from awards.fellows.records import Reader, find, get
from awards.projects.authors import Authorship
from awards.projects.invitation import Invitation
from awards.projects.project import Project, own
from nextstep_contracts import NoSuch, Refused
from nextstep_messaging import Collection, Index

COLLECTIONS = (
    Collection(Project.collection, (Index([("authors", 1)]),)),
    Collection(Authorship.collection),
    Collection(Invitation.collection, (Index([("person_id", 1)]), Index([("project_id", 1)]))),
)


async def load_project(read: Reader, project_id: str) -> Project:
    """The project.

    Raises:
        NoSuch: there is none with this id.

    """
    project = await get(read, Project, project_id)
    if project is None:
        raise NoSuch("There is no such project.")
    return project


async def unscanned_posters(read: Reader) -> list[tuple[str, str]]:
    """Which posters have no verdict: ids of project and file."""
    rows = await read(Project.collection).aggregate(
        [{"$match": {"poster": {"$ne": None}}}, {"$project": {"poster": 1}}]
    )
    return [
        (row["_id"], row["poster"]["file_id"])
        for row in rows
        if row["poster"].get("scan", "unscanned") == "unscanned"  # kept before there were scans
    ]


async def projects_of(read: Reader, here: Awards) -> dict[str, Project]:
    """The cohort's projects by id."""
    return {one.id: one for one in await find(read, Project, {"cohort": here.cohort.id})}


async def project_of(read: Reader, here: Awards, person_id: str) -> Project | None:
    """The project that the person is an author of."""
    found = await find(read, Project, {"cohort": here.cohort.id, "authors": person_id})
    return found[0] if found else None


async def own_project(read: Reader, here: Awards, person_id: str) -> Project:
    """The same.

    Raises:
        NoSuch: they are an author of none.

    """
    return own(await project_of(read, here, person_id), person_id)


async def invitations_to(read: Reader, project: Project) -> list[Invitation]:
    """Who was asked to be an author of the project and what they said, the latest first."""
    found = await find(read, Invitation, {"project_id": project.id})
    return sorted(found, key=lambda one: (one.invited_at, one.id), reverse=True)


async def invitations_of(read: Reader, here: Awards, person_id: str) -> list[Invitation]:
    """What the person was asked and can still answer, the latest first."""
    asked = {"person_id": person_id, "cohort": here.cohort.id}
    found = await find(read, Invitation, asked | {"state": {"$in": ["asked", "declined"]}})
    return sorted(found, key=lambda one: (one.invited_at, one.id), reverse=True)


async def claim(act: Act, project: Project, before: tuple[str, ...]) -> None:
    """Keep each Fellow to one project: one claim a person, whatever else runs at the time.

    `before` are the authors so far.

    Raises:
        Refused: an author has a project already.

    """
    for person in set(before) - set(project.authors):
        await act.read(Authorship.collection).delete({"_id": person})
    for person in project.authors:
        if person in before:
            continue
        if await get(act.read, Authorship, person):
            raise Refused.field("authors", "An author has registered another project already")
        await act.save(Authorship(id=person, cohort=project.cohort, project_id=project.id))
