"""What the office does to projects, each act with its reason on the audit trail."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards.fellows.act import Act
from awards.fellows.store import known_fellows
from awards.fellows.typed_text import required
from awards.projects.attaching_a_poster import settle_removed_poster
from awards.projects.pages.changing import attach, change
from awards.projects.pages.form import FORM_ROOM, author_options, filled, read_project
from awards.projects.project import Project
from awards.projects.registering import edit_for_authors, register
from awards.projects.store import load_project, projects_of
from awards.projects.submitting import give_back, submit
from awards.projects.taking_out_of_judging import remove, restore
from awards.web.access import Office
from awards.web.acting import awards_of, perform
from awards.web.refused_form import refused_form
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import flash, redirect, render
from nextstep_web.conflicts import ClosedPeople, closed_people

Reason = Annotated[str, Form()]

router = APIRouter(prefix="/awards/projects", tags=["pages"])


def _check_known(authors: Sequence[str], closed: frozenset[str]) -> None:
    """Of whom the office must learn nothing is nobody to them.

    Raises:
        Refused: one of the authors is; in the words for somebody who is no Fellow.

    """
    if closed.intersection(authors):
        raise Refused.field("authors", "Every author must be a Fellow of this cohort")


async def _page(
    request: Request, project: Project | None, form: Any, status: int = 200
) -> Response:
    here = awards_of(request)
    closed = await closed_people(request)
    fellows, projects = await known_fellows(here.read), await projects_of(here.read, here)
    known = [one for one in fellows.values() if one.id not in closed]
    return render(
        request,
        "awards/project_form.html",
        status,
        project=project,
        form=form,
        authors=author_options(known, projects.values(), project),
    )


@router.get("/new")
async def new(request: Request, _: Office) -> Response:
    """The form to register a project for Fellows who cannot."""
    return await _page(request, None, filled(None))


@router.post("/new")
async def register_one(request: Request, office: Office, closed: ClosedPeople) -> Response:
    """Register a project on behalf of its authors."""
    sent = await read_project(request)

    async def use_case(act: Act) -> Project:
        reason = required(sent.reason, "Say why the office registers it")
        _check_known(sent.authors, closed)
        return await register(act, sent.details, sent.authors, reason=reason)

    try:
        project = await perform(request, office, use_case)
    except AlreadySo:
        raise
    except Refused as refusal:
        return await _page(request, None, refused_form(sent.typed, refusal), 422)
    flash(request, "The project is registered. Its authors are told by email.")
    return redirect(f"/awards/projects/{project.id}")


@router.get("/{key}/edit")
async def edit_form(request: Request, key: str, _: Office) -> Response:
    """The form to change a project on behalf of its authors."""
    project = await load_project(awards_of(request).read, key)
    return await _page(request, project, filled(project))


@router.post("/{key}/edit")
async def edit_one(request: Request, key: str, office: Office, closed: ClosedPeople) -> Response:
    """Change a project that is not submitted."""
    sent = await read_project(request)
    try:
        reason = required(sent.reason, "Say why the office changes it")
        _check_known(sent.authors, closed)
        given = (sent.details, sent.authors)
        await change(request, office, key, edit_for_authors, *given, reason=reason)
    except (AlreadySo, NoSuch):
        raise
    except Refused as refusal:
        form = refused_form(sent.typed, refusal)
        return await _page(request, await load_project(awards_of(request).read, key), form, 422)
    flash(
        request, "The project is changed. Whoever is an author now, or no longer, is told by email."
    )
    return redirect(f"/awards/projects/{key}")


async def _attach(request: Request, key: str, office: Office) -> Response:
    """Attach a poster on behalf of the authors."""
    sent = await read_project(request)
    if sent.poster is None:
        raise Refused("Choose a PDF to attach.")
    await attach(request, office, await load_project(awards_of(request).read, key), sent.poster)
    flash(request, "The poster is attached.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/submit")
async def submit_one(request: Request, key: str, office: Office, reason: Reason = "") -> Response:
    """Submit a project on behalf of its authors."""
    why = required(reason, "Say why the office submits it")
    await change(request, office, key, submit, reason=why)
    flash(request, "The project is submitted.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/give-back")
async def give_one_back(
    request: Request, key: str, office: Office, reason: Reason = ""
) -> Response:
    """Let the authors edit a submitted project again."""
    await change(request, office, key, give_back, reason)
    flash(request, "The authors can edit the project again.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/poster-settled")
async def settle_poster(
    request: Request, key: str, office: Office, reason: Reason = ""
) -> Response:
    """Say that nothing more is to be done about a poster that was removed."""
    await change(request, office, key, settle_removed_poster, reason)
    flash(request, "The removed poster is settled.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/remove")
async def remove_one(request: Request, key: str, office: Office, reason: Reason = "") -> Response:
    """Take a project out of judging."""
    await change(request, office, key, remove, reason)
    flash(request, "The project is not judged.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/restore")
async def restore_one(request: Request, key: str, office: Office, reason: Reason = "") -> Response:
    """Put a project back into judging."""
    await change(request, office, key, restore, reason)
    flash(request, "The project is judged again.")
    return redirect(f"/awards/projects/{key}")


def routes(poster_limit: int) -> APIRouter:
    """The routes; the one that takes a poster allows a body as large as a poster may be."""
    found = APIRouter(tags=["pages"])
    found.include_router(router)
    size = poster_limit + FORM_ROOM
    found.post("/awards/projects/{key}/poster", max_body_size=size)(_attach)
    return found
