"""A Fellow's own page: the project, and what graduation brought."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response

from awards.fellow.own_project import (
    answer_invitation,
    leave_own,
    save_own,
    submit_own,
    withdraw_own_invitation,
)
from awards.fellow.pages.co_authors import invitations_for, people_asked
from awards.fellows.store import known_fellows
from awards.graduation.benefits import membership_ends
from awards.graduation.store import graduation_of
from awards.projects.authors import authors_of
from awards.projects.gate import load_gate
from awards.projects.pages.cells import state_tag
from awards.projects.pages.changing import attach
from awards.projects.pages.form import FORM_ROOM, co_author_options, filled, read_project
from awards.projects.pages.poster import poster_file
from awards.projects.store import own_project, projects_of
from awards.web.access import FellowHere, Person, person_of
from awards.web.acting import awards_of, perform
from awards.web.refused_form import refused_form
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import flash, redirect, render
from nextstep_web.answers import files

router = APIRouter(prefix="/awards/me", tags=["pages"])


@router.get("")
async def me(request: Request, principal: Person) -> Response:
    """Where an emailed link leads: a Fellow's page, or a panellist's projects."""
    if not principal.has("fellow"):
        return redirect("/awards/panel")
    return await _page(request, person_of(principal))


async def _page(request: Request, person: str, form: Any = None, status: int = 200) -> Response:
    """The page with `form`, or with one that shows the project as it was saved."""
    here = awards_of(request)
    fellows = await known_fellows(here.read)
    fellow = fellows.get(person)
    if fellow is None or fellow.erased:
        raise NoSuch("We do not know you as a Fellow of this cohort yet. Try again shortly.")
    projects = (await projects_of(here.read, here)).values()
    project = next((one for one in projects if person in one.authors), None)
    asked = await people_asked(here, project, fellows) if project else []
    not_to_ask = {person, *(one.person_id for one in asked)}
    return render(
        request,
        "awards/own_page.html",
        status,
        fellow=fellow,
        project=project,
        form=form or filled(project),
        state=project and state_tag(project),
        authors=", ".join(one.name for one in authors_of(project, fellows)) if project else "",
        joint=project is not None and len(project.authors) > 1,
        asked=asked,
        waiting=[one.name for one in asked if one.open],
        others=co_author_options(fellows.values(), projects, not_to_ask),
        invitations=await invitations_for(here, person, fellows),
        scoring=await load_gate(here.read, here),
        graduation=await graduation_of(here.read, person),
        cohort=here.cohort,
        membership_ends=membership_ends(here.cohort),
    )


async def _save(request: Request, principal: FellowHere) -> Response:
    """Register my project or change it, with its poster if one is attached."""
    sent = await read_project(request)
    person = person_of(principal)
    try:
        project = await perform(
            request, principal, lambda act: save_own(act, person, sent.details, sent.co_authors)
        )
        if sent.poster:
            await attach(request, principal, project, sent.poster)
    except AlreadySo:
        raise
    except Refused as refusal:
        if not refusal.fields:
            raise
        return await _page(request, person, refused_form(sent.typed, refusal), 422)
    flash(request, "Your project is saved.")
    return redirect("/awards/me")


@router.post("/submit")
async def submit(request: Request, principal: FellowHere) -> Response:
    """Hand my project in."""
    person = person_of(principal)
    await perform(request, principal, lambda act: submit_own(act, person))
    flash(request, "Your project is submitted. A receipt is on its way by email.")
    return redirect("/awards/me")


@router.post("/leave")
async def leave(request: Request, principal: FellowHere) -> Response:
    """Take my name off a joint project."""
    person = person_of(principal)
    await perform(request, principal, lambda act: leave_own(act, person))
    flash(request, "You are no longer an author of the project.")
    return redirect("/awards/me")


@router.post("/invitations/{key}")
async def answer(
    request: Request,
    key: str,
    principal: FellowHere,
    answer: Annotated[Literal["yes", "no"], Form()],
) -> Response:
    """Say whether I am an author of the project that I was invited to."""
    person, agreed = person_of(principal), answer == "yes"
    await perform(
        request, principal, lambda act: answer_invitation(act, person, key, accepted=agreed)
    )
    flash(
        request,
        "You are an author of the project."
        if agreed
        else "You are not an author of the project. Whoever asked you is told by email.",
    )
    return redirect("/awards/me")


@router.post("/co-authors/{key}/withdraw")
async def withdraw(request: Request, key: str, principal: FellowHere) -> Response:
    """Ask a Fellow no longer to be an author of my project."""
    person = person_of(principal)
    await perform(request, principal, lambda act: withdraw_own_invitation(act, person, key))
    flash(request, "They are asked no longer, and told so by email.")
    return redirect("/awards/me")


@router.get("/poster", responses=files("application/pdf"))
async def poster(request: Request, principal: FellowHere) -> Response:
    """My project's poster."""
    here = awards_of(request)
    return await poster_file(request, await own_project(here.read, here, person_of(principal)))


def routes(poster_limit: int) -> APIRouter:
    """The routes; the one that takes a poster allows a body as large as a poster may be."""
    found = APIRouter(tags=["pages"])
    found.include_router(router)
    size = poster_limit + FORM_ROOM
    found.post("/awards/me/project", max_body_size=size)(_save)
    return found
