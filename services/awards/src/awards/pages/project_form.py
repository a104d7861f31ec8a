"""The form about a project, as the office and its authors fill it in."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from awards.fellows import Fellow
from awards.pages.site import site
from awards.projects import Details, Poster, Project, check_poster
from nextstep_web import Form, blank

POSTER_NAME = 120
"""Characters of a file's name that are kept."""
FORM_ROOM = 100_000
"""Bytes a form may hold beside the poster."""


@dataclass(frozen=True)
class Sent:
    """A project form that was sent."""

    details: Details
    authors: list[str]
    reason: str
    poster: UploadFile | None
    typed: dict[str, Any]


async def read_project(request: Request) -> Sent:
    """Read the form; what is missing is for the rules to say."""
    form = await request.form()
    typed: dict[str, Any] = {key: form.getlist(key) for key in form}
    texts = {key: str(form.get(key, "")) for key in ("title", "supervisor", "trust", "summary")}
    upload = form.get("poster")
    return Sent(
        details=Details(**texts),
        authors=[str(one) for one in form.getlist("authors") if str(one)],
        reason=str(form.get("reason", "")).strip(),
        poster=upload if isinstance(upload, UploadFile) and upload.filename else None,
        typed=typed,
    )


def filled(project: Project | None, **more: Any) -> Form[Any]:
    """The form before anybody typed."""
    if project is None:
        return blank(**more)
    known = project.details.model_dump() | {"authors": list(project.authors)}
    return blank(**known | more)


def author_options(
    fellows: Iterable[Fellow],
    projects: Iterable[Project],
    project: Project | None,
    *,
    without: str = "",
) -> list[dict[str, str]]:
    """The Fellows who can be authors of `project`, by name: those who have no other."""
    elsewhere = [one for one in projects if project is None or one.id != project.id]
    taken = {without, *(person for one in elsewhere for person in one.authors)}
    free = [one for one in fellows if one.active and one.id not in taken]
    return [
        {"value": one.id, "text": one.name}
        for one in sorted(free, key=lambda one: (one.name.casefold(), one.id))
    ]


async def keep_poster(request: Request, project_id: str, upload: UploadFile) -> Poster:
    """Store an uploaded poster under its content; the project is changed separately.

    Raises:
        Refused: it is too large or not a PDF.

    """
    here = site(request)
    data = await upload.read()
    check_poster(data, here.terms.poster_limit)
    key = f"{project_id}:{hashlib.sha256(data).hexdigest()}"
    name = PurePosixPath((upload.filename or "").replace("\\", "/")).name[-POSTER_NAME:]
    await here.messaging.db.files.put(key, name, data, {"project_id": project_id})
    return Poster(file_id=key, name=name, size=len(data))
