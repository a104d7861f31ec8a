"""Keep a poster's file, attach it to a project, and delete the file when it has to go."""

import hashlib
from uuid import uuid4

from awards.fellows.act import Act, Awards
from awards.fellows.typed_text import required
from awards.projects import project as rules
from awards.projects.poster import NO_PDF, Poster, check_poster
from awards.projects.project import Project
from awards.projects.store import load_project
from nextstep_contracts import NoSuch, Refused
from nextstep_documents.inspecting import inspect_apart
from nextstep_documents.inspection import PDF, Upload
from nextstep_documents.virus_scanner import INFECTED, Verdict
from nextstep_messaging import Timer, UnitOfWork

DELETE_POSTER = "delete_poster"
FILES = "fs.files"
"""The file store's own list, here only to find the files of a project by their names."""


async def keep_poster(here: Awards, project_id: str, name: str, data: bytes, by: str) -> Poster:
    """Store a poster that somebody uploaded under its content; the project is changed separately.

    It is looked at and scanned as every document is. A scanner that is away holds nothing up.

    Raises:
        Refused: it is too large, not a PDF, cannot be opened or holds a virus.

    """
    check_poster(data, here.poster_limit)
    found = await inspect_apart(Upload("poster", name, data), by, here.poster_limit)
    if found.problem is None and found.content_type != PDF:  # another kind that holds the mark
        raise Refused.field("poster", NO_PDF)
    verdict = Verdict("unscanned") if found.problem else await here.scanner.scan(data)
    problem = INFECTED if verdict.scan == "infected" else found.problem
    if problem:
        raise Refused.field("poster", f"We could not use this poster: {problem}")
    # not under its content alone: the file of one that was replaced is about to be deleted
    key = f"{project_id}:{hashlib.sha256(data).hexdigest()}"
    attached = (await load_project(here.read, project_id)).poster
    if attached is not None and attached.file_id.startswith(key):
        key = attached.file_id
    else:
        key = f"{key}:{uuid4().hex[:8]}"
        await here.messaging.db.files.put(key, found.name, data, {"project_id": project_id})
    return Poster(file_id=key, name=found.name, size=len(data), scan=verdict.scan)


async def attach_poster(act: Act, project: Project, poster: Poster) -> Project:
    """Set the poster of a project that is not submitted. The file is stored already.

    Raises:
        Refused: another author replaced the same file at this moment, and it is gone.

    """
    with_poster = rules.edit(project, project.details, project.authors).but(
        poster=poster, refused_poster=None
    )
    if await act.uow.collection(FILES).get(poster.file_id) is None:
        raise Refused.field("poster", "This poster was just replaced. Choose the file once more.")
    await act.uow.cancel_timer(poster.file_id)  # it may have been replaced meanwhile, and be back
    if project.poster and project.poster.file_id != poster.file_id:
        await discard_poster(act.uow, project.poster)
    act.audit("attached a poster to", project.id, size=poster.size)
    return await act.save(with_poster)


async def settle_removed_poster(act: Act, project: Project, reason: str) -> Project:
    """The office has done what is to be done about a poster that was removed."""
    settled = rules.without_its_poster(project)
    text = required(reason, "Say what was done about the poster")
    act.audit("settled the removed poster of", project.id, reason=text)
    return await act.save(settled)


async def poster_data(here: Awards, project: Project) -> bytes:
    """The file of a project's poster.

    Raises:
        NoSuch: it has none.

    """
    key = project.poster and project.poster.file_id
    data = await here.messaging.db.files.get(key) if key else None
    if data is None:
        raise NoSuch("There is no poster.")
    return data


async def discard_poster(uow: UnitOfWork, poster: Poster) -> None:
    """Have the file deleted: outside the transaction, which cannot undo it."""
    key = poster.file_id
    await uow.schedule(key, DELETE_POSTER, uow.now, {"file_id": key})


async def discard_posters(uow: UnitOfWork, project_id: str) -> None:
    """Have every file of a project deleted, those that were replaced or never attached too."""
    theirs = {"_id": {"$gte": f"{project_id}:", "$lt": f"{project_id};"}}
    for file in await uow.collection(FILES).find(theirs):
        poster = Poster(file_id=file["_id"], name="", size=0)
        await discard_poster(uow, poster)


async def delete_poster(timer: Timer, _uow: UnitOfWork, here: Awards) -> None:
    """Delete the file of a poster that was discarded."""
    await here.messaging.db.files.delete(timer.data["file_id"])
