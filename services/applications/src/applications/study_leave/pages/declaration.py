"""Accepting a place with the study-leave declaration, and bringing the declaration up to date."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from applications.admissions.act import on
from applications.admissions.application import Application, Rotation
from applications.admissions.clean_text import clean
from applications.study_leave import accepting
from applications.study_leave.declaration import (
    STATUSES,
    DeclarationError,
    Declared,
    dates_ahead,
    declare,
)
from applications.study_leave.missing_leave import local_day
from applications.study_leave.rotations import (
    MOST,
    RotationError,
    read_rotations,
    trust_on,
)
from applications.web.access import Person
from applications.web.acting import applications_here, perform
from applications.web.own_application import HOME, must_be_allowed, own_application
from nextstep_contracts import Refused, StudyLeaveEntry
from nextstep_programme import Session
from nextstep_web import Form, blank, flash, redirect, render
from nextstep_web.display import day

router = APIRouter(prefix="/applications/me", tags=["pages"])


@dataclass(frozen=True)
class DeclaredLeave:
    """What the form says, read without a fault."""

    entries: tuple[StudyLeaveEntry, ...]
    rotations: tuple[Rotation, ...]


@router.get("/accept")
async def before_accepting(request: Request, person: Person) -> Response:
    """The offer, and the declaration that goes with accepting it."""
    application = await own_application(request, person)
    if application.state != "offered":
        raise Refused("There is no open offer to you.")
    return _page(request, application, blank(), accepting=True)


@router.post("/accept")
async def accept(request: Request, person: Person) -> Response:
    """Take the place."""
    application = await own_application(request, person)
    must_be_allowed(application, "accept")
    form, said = await _declared(request, application)
    if said is None:
        return _page(request, application, form, accepting=True, status=422)
    entries, rotations = said.entries, said.rotations
    await perform(request, person, on(application.id, accepting.accept, entries, rotations))
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
    for row, rotation in enumerate(application.rotations, start=1):
        known[f"rotation-trust-{row}"] = rotation.trust
        known[f"rotation-from-{row}"] = rotation.from_date
    return _page(request, application, blank(**known), accepting=False)


@router.post("/study-leave")
async def change(request: Request, person: Person) -> Response:
    """Bring the declaration up to date."""
    application = await own_application(request, person)
    form, said = await _declared(request, application)
    if said is None:
        return _page(request, application, form, accepting=False, status=422)
    await perform(
        request,
        person,
        on(application.id, accepting.record_study_leave, said.entries, said.rotations),
    )
    flash(request, "Your study leave is recorded.")
    return redirect(HOME)


def _sessions(request: Request) -> tuple[Session, ...]:
    here = applications_here(request)
    return dates_ahead(here.cohort, _today(request))


def _today(request: Request) -> date:
    here = applications_here(request)
    return local_day(here.messaging.clock.now(), here.cohort)


async def _declared(
    request: Request, application: Application
) -> tuple[Form[Any], DeclaredLeave | None]:
    """What the form says, or what is wrong with it."""
    sent = await request.form()
    typed = {name: [str(value) for value in sent.getlist(name)] for name in sent}
    form: Form[Any] = Form(typed, None, {})
    rotations = _rotations(request, application, form)
    entries = _entries(request, form)
    if form.errors:
        return form, None
    return form, DeclaredLeave(entries, rotations)


def _rotations(request: Request, application: Application, form: Form[Any]) -> tuple[Rotation, ...]:
    rows = [
        (clean(form.value(f"rotation-trust-{row}")), form.value(f"rotation-from-{row}").strip())
        for row in range(1, MOST + 1)
    ]
    try:
        return read_rotations(rows, applications_here(request).cohort, application.answers.trust)
    except RotationError as error:
        for row, fault in error.faults.items():
            form.refuse(f"rotation-trust-{row}", fault)
        return ()


def _entries(request: Request, form: Form[Any]) -> tuple[StudyLeaveEntry, ...]:
    sessions = _sessions(request)
    declared = {
        session.key: Declared(
            form.value(f"status-{session.key}"),
            clean(form.value(f"trust-{session.key}")),
            form.value(f"notified-{session.key}"),
        )
        for session in sessions
    }
    try:
        return declare(sessions, declared, _today(request))
    except DeclarationError as error:
        for key, fault in error.faults.items():
            form.refuse(f"status-{key}", fault)
        return ()


def _page(
    request: Request,
    application: Application,
    form: Form[Any],
    *,
    accepting: bool,
    status: int = 200,
) -> Response:
    more = [row for row in range(3, MOST + 1) if form.value(f"rotation-trust-{row}")]
    return render(
        request,
        "applications/accept.html" if accepting else "applications/declaration.html",
        status,
        application=application,
        sessions=[
            {
                "key": session.key,
                "title": session.title,
                "on": day(session.on),
                "venue": session.venue,
                "trust": _where(application, session),
            }
            for session in _sessions(request)
        ],
        statuses=[{"value": key, "text": text} for key, text in STATUSES.items()],
        rows=range(1, MOST + 1),
        more=bool(more),
        form=form,
    )


def _where(application: Application, session: Session) -> str | None:
    """The trust of a date, where rotations make that worth saying."""
    if session.on is None or not application.rotations:
        return None
    return trust_on(session.on, application.answers.trust, application.rotations)
