"""Keep a poster's file, attach it to a project, and delete the file when it has to go."""

import hashlib
from pathlib import PurePosixPath

from awards.fellows.act import Act, Awards
from awards.projects import project as rules
from awards.projects.poster import Poster, check_poster
from awards.projects.project import Project
from nextstep_contracts import NoSuch
from nextstep_messaging import Timer, UnitOfWork

DELETE_POSTER = "delete_poster"
POSTER_NAME = 120
"""Characters of a file's name that are kept."""


async def keep_poster(here: Awards, project_id: str, name: str, data: bytes) -> Poster:
    """Store an uploaded poster under its content; the project is changed separately.

    Raises:
        Refused: it is too large or not a PDF.

    """
    check_poster(data, here.poster_limit)
    key = f"{project_id}:{hashlib.sha256(data).hexdigest()}"
    kept = PurePosixPath(name.replace("\\", "/")).name[-POSTER_NAME:]
    await here.messaging.db.files.put(key, kept, data, {"project_id": project_id})
    return Poster(file_id=key, name=kept, size=len(data))


async def attach_poster(act: Act, project: Project, poster: Poster) -> Project:
    """Set the poster of a project that is not submitted. The file is stored already."""
    with_poster = rules.edit(project, project.details, project.authors).but(poster=poster)
    act.audit("attached a poster to", project.id, size=poster.size)
    return await act.save(with_poster)


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


async def delete_poster(timer: Timer, _uow: UnitOfWork, here: Awards) -> None:
    """Delete the file of a poster that was discarded."""
    await here.messaging.db.files.delete(timer.data["file_id"])
