"""The form about a project, as the office and its authors fill it in."""

from collections.abc import Container, Iterable
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
    """Whom the office names as authors."""
    co_authors: list[str]
    """Whom an author asks to be one as well."""
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
        co_authors=[str(one) for one in form.getlist("co_authors") if str(one)],
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
    fellows: Iterable[Fellow], projects: Iterable[Project], project: Project | None
) -> list[dict[str, str]]:
    """Who can be an author of `project`, by name: its authors, and Fellows who have no project."""
    authors = set(project.authors) if project else set()
    elsewhere = {person for one in projects for person in one.authors} - authors
    return _by_name(
        one for one in fellows if one.id in authors or (one.active and one.id not in elsewhere)
    )


def co_author_options(
    fellows: Iterable[Fellow], projects: Iterable[Project], not_to_ask: Container[str]
) -> list[dict[str, str]]:
    """The Fellows who can be asked to be an author, by name: those who have no project."""
    taken = {person for one in projects for person in one.authors}
    return _by_name(
        one for one in fellows if one.active and one.id not in taken and one.id not in not_to_ask
    )


def _by_name(fellows: Iterable[Fellow]) -> list[dict[str, str]]:
    return [
        {"value": one.id, "text": one.name}
        for one in sorted(fellows, key=lambda one: (one.name.casefold(), one.id))
    ]
