"""What the office does to projects, each act with its reason on the audit trail."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards.commands import projects as commands
from awards.commands.act import Act
from awards.pages.project_form import (
    FORM_ROOM,
    Sent,
    author_options,
    filled,
    keep_poster,
    read_project,
)
from awards.pages.site import Office, perform, refused_form, site
from awards.projects import Project
from awards.records import required
from awards.terms import Terms
from nextstep_contracts import NoSuch, Refused
from nextstep_web import flash, redirect, render

Reason = Annotated[str, Form()]

router = APIRouter(prefix="/awards/projects", tags=["pages"])


async def _page(
    request: Request, project: Project | None, form: Any, status: int = 200
) -> Response:
    board = await site(request).board()
    return render(
        request,
        "awards/project_form.html",
        status,
        project=project,
        form=form,
        authors=author_options(board.fellows.values(), board.projects.values(), project),
    )


async def _known(request: Request, key: str) -> Project:
    project = (await site(request).board()).projects.get(key)
    if project is None:
        raise NoSuch("There is no such project.")
    return project


@router.get("/new")
async def new(request: Request, _: Office) -> Response:
    """The form to register a project for Fellows who cannot."""
    return await _page(request, None, filled(None))


@router.post("/new")
async def register(request: Request, office: Office) -> Response:
    """Register a project on behalf of its authors."""
    sent = await read_project(request)

    async def work(act: Act) -> Project:
        reason = required(sent.reason, "Say why the office registers it")
        return await commands.register(act, sent.details, sent.authors, reason=reason)

    try:
        project = await perform(request, office, work)
    except Refused as refusal:
        return await _page(request, None, refused_form(sent.typed, refusal), 422)
    flash(request, "The project is registered. Its authors are told by email.")
    return redirect(f"/awards/projects/{project.id}")


@router.get("/{key}/edit")
async def edit_form(request: Request, key: str, _: Office) -> Response:
    """The form to change a project on behalf of its authors."""
    project = await _known(request, key)
    return await _page(request, project, filled(project))


@router.post("/{key}/edit")
async def edit(request: Request, key: str, office: Office) -> Response:
    """Change a project that is not submitted."""
    sent = await read_project(request)

    async def work(act: Act) -> Project:
        reason = required(sent.reason, "Say why the office changes it")
        return await commands.edit(act, key, sent.details, sent.authors, reason=reason)

    try:
        await perform(request, office, work)
    except NoSuch:
        raise
    except Refused as refusal:
        form = refused_form(sent.typed, refusal)
        return await _page(request, await _known(request, key), form, 422)
    flash(request, "The project is changed.")
    return redirect(f"/awards/projects/{key}")


async def _attach(request: Request, key: str, office: Office) -> Response:
    """Attach a poster on behalf of the authors."""
    sent: Sent = await read_project(request)
    if sent.poster is None:
        raise Refused("Choose a PDF to attach.")
    await _known(request, key)
    poster = await keep_poster(request, key, sent.poster)

    async def work(act: Act) -> Project:
        return await commands.attach_poster(act, key, poster)

    await perform(request, office, work)
    flash(request, "The poster is attached.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/submit")
async def submit(request: Request, key: str, office: Office, reason: Reason = "") -> Response:
    """Submit a project on behalf of its authors."""
    why = required(reason, "Say why the office submits it")
    await perform(request, office, lambda act: commands.submit(act, key, reason=why))
    flash(request, "The project is submitted.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/give-back")
async def give_back(request: Request, key: str, office: Office, reason: Reason = "") -> Response:
    """Let the authors edit a submitted project again."""
    await perform(request, office, lambda act: commands.give_back(act, key, reason))
    flash(request, "The authors can edit the project again.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/remove")
async def remove(request: Request, key: str, office: Office, reason: Reason = "") -> Response:
    """Take a project out of judging."""
    await perform(request, office, lambda act: commands.remove(act, key, reason))
    flash(request, "The project is not judged.")
    return redirect(f"/awards/projects/{key}")


@router.post("/{key}/restore")
async def restore(request: Request, key: str, office: Office, reason: Reason = "") -> Response:
    """Put a project back into judging."""
    await perform(request, office, lambda act: commands.restore(act, key, reason))
    flash(request, "The project is judged again.")
    return redirect(f"/awards/projects/{key}")


def routes(terms: Terms) -> APIRouter:
    """The routes; the one that takes a poster allows a body as large as a poster may be."""
    size = terms.poster_limit + FORM_ROOM
    found = APIRouter(tags=["pages"])
    found.include_router(router)
    found.post("/awards/projects/{key}/poster", max_body_size=size)(_attach)
    return found
