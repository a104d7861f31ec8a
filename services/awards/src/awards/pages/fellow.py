"""A Fellow's own page: the project, and what graduation brought."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from awards import store
from awards.commands import projects as commands
from awards.commands.act import Act
from awards.fellows import Fellow
from awards.graduation import Graduation, membership_ends
from awards.pages.project_form import (
    FORM_ROOM,
    Sent,
    author_options,
    filled,
    keep_poster,
    read_project,
)
from awards.pages.projects import COLOURS, poster_file
from awards.pages.site import FellowHere, perform, person_of, refused_form, site
from awards.projects import STATE_NAMES, Project, authors_of, own
from awards.terms import Terms
from nextstep_contracts import NoSuch, Refused
from nextstep_web import Principal, flash, redirect, render, require

router = APIRouter(prefix="/awards/me", tags=["pages"])
Person = Annotated[Principal, Depends(require("fellow", "panellist"))]


async def _own(request: Request, person: str) -> Project | None:
    here = site(request)
    mine = {"cohort": here.terms.cohort.id, "authors": person}
    found = await store.find(here.messaging.db.read, Project, mine)
    return found[0] if found else None


@router.get("")
async def me(request: Request, principal: Person) -> Response:
    """Where an emailed link leads: a Fellow's page, or a panellist's projects."""
    if not principal.has("fellow"):
        return redirect("/awards/panel")
    person = person_of(principal)
    return await _page(request, person, filled(await _own(request, person)))


async def _page(request: Request, person: str, form: Any, status: int = 200) -> Response:
    here = site(request)
    read = here.messaging.db.read
    fellows = {one.id: one for one in await store.find(read, Fellow) if one.known}
    fellow = fellows.get(person)
    if fellow is None or fellow.erased:
        raise NoSuch("We do not know you as a Fellow of this cohort yet. Try again shortly.")
    projects = await store.find(read, Project, {"cohort": here.terms.cohort.id})
    project = next((one for one in projects if person in one.authors), None)
    return render(
        request,
        "awards/me.html",
        status,
        fellow=fellow,
        project=project,
        form=form,
        state=project and {"tag": STATE_NAMES[project.state], "colour": COLOURS[project.state]},
        authors=", ".join(one.name for one in authors_of(project, fellows)) if project else "",
        others=author_options(fellows.values(), projects, project, without=person),
        scoring=await store.load_scoring(read, here.terms),
        graduation=await store.get(read, Graduation, person),
        cohort=here.terms.cohort,
        membership_ends=membership_ends(here.terms.cohort),
    )


async def _save(request: Request, principal: FellowHere) -> Response:
    """Register my project or change it, with its poster if one is attached."""
    sent = await read_project(request)
    person = person_of(principal)
    authors = [person, *(one for one in sent.authors if one != person)]
    known = await _own(request, person)

    async def work(act: Act) -> Project:
        if known is None:
            return await commands.register(act, sent.details, authors)
        own(await commands.load(act, known.id), person)
        # whoever registered the project stays its first author, whoever of them edits it
        kept = [one for one in known.authors if one in authors]
        ordered = [*kept, *(one for one in authors if one not in kept)]
        return await commands.edit(act, known.id, sent.details, ordered)

    try:
        project = await perform(request, principal, work)
        await _attach(request, principal, project, sent)
    except Refused as refusal:
        if not refusal.fields:
            raise
        form = refused_form(sent.typed, refusal)
        return await _page(request, person, form, 422)
    flash(request, "Your project is saved.")
    return redirect("/awards/me")


async def _attach(request: Request, principal: Principal, project: Project, sent: Sent) -> None:
    if sent.poster is None:
        return
    poster = await keep_poster(request, project.id, sent.poster)
    await perform(request, principal, lambda act: commands.attach_poster(act, project.id, poster))


@router.post("/submit")
async def submit(request: Request, principal: FellowHere) -> Response:
    """Hand my project in."""
    person = person_of(principal)
    project = own(await _own(request, person), person)

    async def work(act: Act) -> Project:
        own(await commands.load(act, project.id), person)
        return await commands.submit(act, project.id)

    await perform(request, principal, work)
    flash(request, "Your project is submitted. A receipt is on its way by email.")
    return redirect("/awards/me")


@router.post("/leave")
async def leave(request: Request, principal: FellowHere) -> Response:
    """Take my name off a joint project."""
    person = person_of(principal)
    project = own(await _own(request, person), person)

    async def work(act: Act) -> Project:
        return await commands.leave(act, await commands.load(act, project.id), person)

    await perform(request, principal, work)
    flash(request, "You are no longer an author of the project.")
    return redirect("/awards/me")


@router.get("/poster")
async def poster(request: Request, principal: FellowHere) -> Response:
    """My project's poster."""
    person = person_of(principal)
    return await poster_file(request, own(await _own(request, person), person))


def routes(terms: Terms) -> APIRouter:
    """The routes; the one that takes a poster allows a body as large as a poster may be."""
    size = terms.poster_limit + FORM_ROOM
    found = APIRouter(tags=["pages"])
    found.include_router(router)
    found.post("/awards/me/project", max_body_size=size)(_save)
    return found
