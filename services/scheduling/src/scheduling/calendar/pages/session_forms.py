"""Adding, changing and cancelling a session."""

from datetime import date, time
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from nextstep_contracts import AlreadySo, Refused
from nextstep_programme import SessionKind
from nextstep_web import Form, blank, flash, read_form, redirect, render
from nextstep_web.conflicts import ClosedPeople
from scheduling.calendar.changing import add_session, cancel_session, change_session
from scheduling.calendar.pages.cells import KIND_WORDS, session_path
from scheduling.calendar.session import Session
from scheduling.calendar.store import the_session
from scheduling.fellows.access import Here, Office, perform

router = APIRouter(prefix="/scheduling/sessions")


class Details(BaseModel):
    """What people are told of a session. Empty means: to be confirmed, or none."""

    title: Annotated[str, Field(title="Title", max_length=160)]
    on: Annotated[date | None, Field(title="Date")] = None
    starts: Annotated[time | None, Field(title="Start")] = None
    ends: Annotated[time | None, Field(title="End")] = None
    venue: Annotated[str, Field(title="Venue", max_length=200)]
    joining: Annotated[str | None, Field(title="Joining link", max_length=500)] = None


class NewSession(Details):
    """A session that the cohort file does not have."""

    kind: SessionKind = "networking"


class Cancellation(BaseModel):
    """Why a session is called off."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=500)]


@router.get("/new")
async def show_new(request: Request, _: Office) -> Response:
    """The empty form."""
    return _form_page(request, blank(kind="networking", venue="To be confirmed"), None)


@router.post("/new")
async def add(request: Request, office: Office) -> Response:
    """Add a session."""
    form = await read_form(request, NewSession)
    if form.valid:
        given = form.data.model_dump()
        try:
            added = await perform(request, office, lambda act: add_session(act, **given))
        except AlreadySo:
            raise
        except Refused as no:
            form.show(no)
        else:
            flash(request, "The session is added.")
            return redirect(session_path(added.session_id))
    return _form_page(request, form, None, 422)


@router.get("/{session_id}/edit")
async def show_edit(request: Request, here: Here, _: Office, session_id: str) -> Response:
    """The form with the session as it is."""
    session = await the_session(here.read, here.cohort.id, session_id)
    shown = session.model_dump(include={*Details.model_fields})
    for name in ("starts", "ends"):
        shown[name] = f"{shown[name]:%H:%M}" if shown[name] else None
    return _form_page(request, blank(**shown), session)


@router.post("/{session_id}/edit")
async def edit(
    request: Request, here: Here, office: Office, closed: ClosedPeople, session_id: str
) -> Response:
    """Change a session; people are told if it has a date."""
    form = await read_form(request, Details)
    if form.valid:
        given = form.data.model_dump()
        try:
            await perform(
                request,
                office,
                lambda act: change_session(act, session_id, given, knows_all=not closed),
            )
        except AlreadySo:
            raise
        except Refused as no:
            form.show(no)
        else:
            flash(request, "The session is saved.")
            return redirect(session_path(session_id))
    session = await the_session(here.read, here.cohort.id, session_id)
    return _form_page(request, form, session, 422)


@router.get("/{session_id}/cancel")
async def show_cancel(request: Request, here: Here, _: Office, session_id: str) -> Response:
    """Ask for the reason."""
    session = await the_session(here.read, here.cohort.id, session_id)
    return render(request, "scheduling/cancel.html", form=blank(), session=session)


@router.post("/{session_id}/cancel")
async def cancel(
    request: Request, here: Here, office: Office, closed: ClosedPeople, session_id: str
) -> Response:
    """Call a session off."""
    form = await read_form(request, Cancellation)
    if form.valid:
        reason = form.data.reason
        try:
            await perform(
                request,
                office,
                lambda act: cancel_session(act, session_id, reason, knows_all=not closed),
            )
        except AlreadySo:
            raise
        except Refused as no:
            form.show(no)
        else:
            flash(request, "The session is cancelled.")
            return redirect(session_path(session_id))
    session = await the_session(here.read, here.cohort.id, session_id)
    return render(request, "scheduling/cancel.html", 422, form=form, session=session)


def _form_page(
    request: Request, form: Form[Any], session: Session | None, status: int = 200
) -> Response:
    kinds = [{"value": value, "text": text} for value, text in KIND_WORDS.items()]
    return render(
        request, "scheduling/session_form.html", status, form=form, session=session, kinds=kinds
    )
