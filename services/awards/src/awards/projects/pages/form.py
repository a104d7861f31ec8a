"""The form about a project, as the office and its authors fill it in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from awards.fellows.fellow import Fellow
from awards.projects.project import Project, ProjectDetails
from nextstep_web import Form, blank

FORM_ROOM = 100_000
"""Bytes a form may hold beside the poster."""


@dataclass(frozen=True)
class SentProject:
    """A project form that was sent."""

    details: ProjectDetails
    authors: list[str]
    reason: str
    poster: UploadFile | None
    typed: dict[str, Any]


async def read_project(request: Request) -> SentProject:
    """Read the form; what is missing is for the rules to say."""
    form = await request.form()
    typed: dict[str, Any] = {key: form.getlist(key) for key in form}
    texts = {key: str(form.get(key, "")) for key in ("title", "supervisor", "trust", "summary")}
    upload = form.get("poster")
    return SentProject(
        details=ProjectDetails(**texts),
        authors=[str(one) for one in form.getlist("authors") if str(one)],
        reason=str(form.get("reason", "")).strip(),
        poster=upload if isinstance(upload, UploadFile) and upload.filename else None,
        typed=typed,
    )


def filled(project: Project | None) -> Form[Any]:
    """The form before anybody typed."""
    if project is None:
        return blank()
    return blank(**project.details.model_dump(), authors=list(project.authors))


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
