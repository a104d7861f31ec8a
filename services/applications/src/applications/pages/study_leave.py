"""Accepting a place with the study-leave declaration, and bringing the declaration up to date."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from applications.application import Application
from applications.commands import replies
from applications.pages.me import HOME, own_application
from applications.pages.site import Person, act, doer, site
from applications.study_leave import (
    STATUSES,
    DeclarationError,
    Declared,
    dates_ahead,
    declare,
)
from nextstep_contracts import StudyLeaveEntry
from nextstep_programme import Session
from nextstep_web import Form, Refusal, blank, flash, redirect, render
from nextstep_web.display import day

router = APIRouter(prefix="/applications/me", tags=["pages"])


@router.get("/accept")
async def before_accepting(request: Request, person: Person) -> Response:
    """The offer, and the declaration that goes with accepting it."""
    application = await own_application(request, person)
    if application.state != "offered":
        raise Refusal("There is no open offer to you.")
    return _page(request, application, blank(), accepting=True)


@router.post("/accept")
async def accept(request: Request, person: Person) -> Response:
    """Take the place."""
    application = await own_application(request, person)
    form, entries = await _declared(request)
    if entries is None:
        return _page(request, application, form, accepting=True, status=422)
    who = doer(request, person)
    await act(request, lambda desk: replies.accept(desk, application.id, entries, who))
    flash(request, "You have accepted your place. Welcome to the programme.")
    return redirect(HOME)


@router.get("/study-leave")
async def before_declaring(request: Request, person: Person) -> Response:
    """The declaration as it stands, to change."""
    application = await own_application(request, person)
    known: dict[str, Any] = {}
    for entry in application.study_leave:
        known[f"status-{entry.session_key}"] = entry.status
        known[f"trust-{entry.session_key}"] = entry.trust_notified
        known[f"notified-{entry.session_key}"] = entry.notified_on
    return _page(request, application, blank(**known), accepting=False)


@router.post("/study-leave")
async def change(request: Request, person: Person) -> Response:
    """Bring the declaration up to date."""
    application = await own_application(request, person)
    form, entries = await _declared(request)
    if entries is None:
        return _page(request, application, form, accepting=False, status=422)
    who = doer(request, person)
    await act(request, lambda desk: replies.record_study_leave(desk, application.id, entries, who))
    flash(request, "Your study leave is recorded.")
    return redirect(HOME)


def _sessions(request: Request) -> tuple[Session, ...]:
    here = site(request)
    return dates_ahead(here.cohort, _today(request))


def _today(request: Request) -> Any:
    here = site(request)
    return here.messaging.clock.now().astimezone(ZoneInfo(here.cohort.zone)).date()


async def _declared(
    request: Request,
) -> tuple[Form[Any], tuple[StudyLeaveEntry, ...] | None]:
    """What the form says, or what is wrong with it."""
    sent = await request.form()
    typed = {name: [str(value) for value in sent.getlist(name)] for name in sent}
    form: Form[Any] = Form(typed, None, {})
    sessions = _sessions(request)
    declared = {
        session.key: Declared(
            form.value(f"status-{session.key}"),
            form.value(f"trust-{session.key}"),
            form.value(f"notified-{session.key}"),
        )
        for session in sessions
    }
    try:
        return form, declare(sessions, declared, _today(request))
    except DeclarationError as error:
        for key, fault in error.faults.items():
            form.refuse(f"status-{key}", fault)
        return form, None


def _page(
    request: Request,
    application: Application,
    form: Form[Any],
    *,
    accepting: bool,
    status: int = 200,
) -> Response:
    return render(
        request,
        "applications/accept.html" if accepting else "applications/study_leave.html",
        status,
        application=application,
        sessions=[
            {
                "key": session.key,
                "title": session.title,
                "on": day(session.on),
                "venue": session.venue,
            }
            for session in _sessions(request)
        ],
        statuses=[{"value": key, "text": text} for key, text in STATUSES.items()],
        form=form,
    )
