"""Accepting a place, and then study leave: the same for all dates, or date by date."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from applications.admissions.act import on
from applications.admissions.application import Application, LeaveEntry, Rotation
from applications.study_leave import accepting
from applications.study_leave.declaration import (
    ALL,
    STATUSES,
    DeclarationError,
    Declared,
    dates_ahead,
    declare,
    declare_alike,
)
from applications.study_leave.missing_leave import local_day, missing_of
from applications.study_leave.rotations import (
    MOST,
    RotationError,
    read_rotations,
    trust_on,
)
from applications.study_leave.store import calendar_of
from applications.web.access import Deciding, Person
from applications.web.acting import applications_here, perform
from applications.web.own_application import HOME, must_be_allowed, own_application
from nextstep_documents.clean_text import clean
from nextstep_programme import Cohort, Session
from nextstep_programme.writing import span
from nextstep_web import Form, Principal, blank, flash, redirect, render
from nextstep_web.display import day, plural, weekday

router = APIRouter(prefix="/applications/me", tags=["pages"])


PAGE = f"{HOME}/study-leave"


@dataclass(frozen=True)
class DeclaredLeave:
    """What the form says, read without a fault."""

    entries: tuple[LeaveEntry, ...]
    rotations: tuple[Rotation, ...]


@dataclass(frozen=True)
class AskedApplicant:
    """Who is asked about which dates."""

    application: Application
    calendar: Cohort
    now: datetime

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.now, self.calendar)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The dates ahead."""
        return dates_ahead(self.calendar, self.today)


async def _asked(request: Request, person: Principal) -> AskedApplicant:
    here = applications_here(request)
    application = await own_application(request, person)
    calendar = await calendar_of(here.db.read, here.cohort)
    return AskedApplicant(application, calendar, here.messaging.clock.now())


@router.get("/accept")
async def before_accepting(request: Request, person: Deciding) -> Response:
    """The offer and the programme dates; one button accepts."""
    asked = await _asked(request, person)
    must_be_allowed(asked.application, "accept")
    return render(
        request,
        "applications/accept.html",
        application=asked.application,
        dates=programme_dates(asked.calendar, asked.now),
    )


@router.post("/accept")
async def accept(request: Request, person: Deciding) -> Response:
    """Take the place; study leave is asked for on the page that follows."""
    application = await own_application(request, person)
    must_be_allowed(application, "accept")
    await perform(request, person, on(application.id, accepting.accept))
    flash(request, "You have accepted your place. Welcome to the programme.")
    return redirect(PAGE)


@router.get("/study-leave")
async def before_declaring(request: Request, person: Person) -> Response:
    """The declaration as it stands, to change."""
    asked = await _asked(request, person)
    return _page(request, asked, _as_declared(asked))


@router.post("/study-leave")
async def change(request: Request, person: Person) -> Response:
    """Bring the declaration up to date, date by date."""
    asked = await _asked(request, person)
    form, said = await _declared(request, asked)
    if said is None:
        return _page(request, asked, form, status=422)
    await perform(
        request,
        person,
        on(asked.application.id, accepting.record_study_leave, said.entries, said.rotations),
    )
    flash(request, "Your study leave is recorded.")
    return redirect(HOME)


@router.post("/study-leave/every-date")
async def change_alike(request: Request, person: Person) -> Response:
    """The same answer for every date ahead; single dates can be changed afterwards."""
    asked = await _asked(request, person)
    sent = await request.form()
    form = _as_declared(asked, **{name: str(sent[name]) for name in sent})
    try:
        entries = declare_alike(asked.sessions, _said(form, ALL), asked.today)
    except DeclarationError as error:
        form.refuse(f"status-{ALL}", error.faults[ALL])
        return _page(request, asked, form, status=422)
    await perform(request, person, on(asked.application.id, accepting.record_study_leave, entries))
    flash(
        request,
        f"Your study leave is recorded for all {plural(len(entries), 'date')}. "
        "You can change single dates below.",
    )
    return redirect(PAGE)


def programme_dates(calendar: Cohort, now: datetime) -> list[dict[str, str]]:
    """The dates ahead as a table shows them."""
    return [
        {
            "on": weekday(session.on),
            "title": session.title,
            "time": span(session.starts, session.ends).capitalize(),
            "venue": session.venue,
        }
        for session in dates_ahead(calendar, local_day(now, calendar))
    ]


def _as_declared(asked: AskedApplicant, /, **typed: str) -> Form[Any]:
    """The form filled in with what is known, and with what was just typed."""
    known: dict[str, Any] = {}
    application = asked.application
    days: dict[tuple[str, date | None], LeaveEntry] = {
        (entry.session_key, entry.on): entry for entry in application.study_leave
    }
    for session in asked.sessions:
        if entry := days.get((session.key, session.on)):
            known[f"status-{session.key}"] = entry.status
            known[f"trust-{session.key}"] = entry.trust_notified
            known[f"notified-{session.key}"] = entry.notified_on
    for row, rotation in enumerate(application.rotations, start=1):
        known[f"rotation-trust-{row}"] = rotation.trust
        known[f"rotation-from-{row}"] = rotation.from_date
    return blank(**known | typed)


async def _declared(
    request: Request, asked: AskedApplicant
) -> tuple[Form[Any], DeclaredLeave | None]:
    """What the form says, or what is wrong with it."""
    sent = await request.form()
    typed = {name: [str(value) for value in sent.getlist(name)] for name in sent}
    form: Form[Any] = Form(typed, None, {})
    rotations = _rotations(asked, form)
    entries = _entries(asked, form)
    if not entries and not rotations and not form.errors:
        form.refuse("", "Answer for at least one date first")
    return form, None if form.errors else DeclaredLeave(entries, rotations)


def _rotations(asked: AskedApplicant, form: Form[Any]) -> tuple[Rotation, ...]:
    rows = [
        (clean(form.value(f"rotation-trust-{row}")), form.value(f"rotation-from-{row}").strip())
        for row in range(1, MOST + 1)
    ]
    try:
        return read_rotations(rows, asked.calendar, asked.application.answers.trust)
    except RotationError as error:
        for row, fault in error.faults.items():
            form.refuse(f"rotation-trust-{row}", fault)
        return ()


def _entries(asked: AskedApplicant, form: Form[Any]) -> tuple[LeaveEntry, ...]:
    declared = {session.key: _said(form, session.key) for session in asked.sessions}
    try:
        return declare(asked.sessions, declared, asked.today)
    except DeclarationError as error:
        for key, fault in error.faults.items():
            form.refuse(f"status-{key}", fault)
        return ()


def _said(form: Form[Any], key: str) -> Declared:
    return Declared(
        form.value(f"status-{key}"),
        clean(form.value(f"trust-{key}")),
        form.value(f"notified-{key}").strip(),
    )


def _page(
    request: Request, asked: AskedApplicant, form: Form[Any], *, status: int = 200
) -> Response:
    more = [row for row in range(3, MOST + 1) if form.value(f"rotation-trust-{row}")]
    sessions, moved, application = asked.sessions, _moved(asked), asked.application
    return render(
        request,
        "applications/declaration.html",
        status,
        application=application,
        sessions=[
            {
                "key": session.key,
                "title": session.title,
                "on": weekday(session.on),
                "venue": session.venue,
                "trust": _where(application, session),
                "moved": moved.get(session.key),
            }
            for session in sessions
        ],
        declared=any(form.value(f"status-{session.key}") for session in sessions),
        statuses=[{"value": key, "text": text} for key, text in STATUSES.items()],
        rows=range(1, MOST + 1),
        more=bool(more),
        form=form,
    )


def _moved(asked: AskedApplicant) -> dict[str, str]:
    """Of each session that moved since leave was declared for it: what was said of which day."""
    earlier = {entry.session_key: entry for entry in asked.application.study_leave}
    return {
        one.session_key: f"{STATUSES[earlier[one.session_key].status]} for {day(one.moved_from)}"
        for one in missing_of(asked.application, asked.calendar, asked.now)
        if one.moved_from
    }


def _where(application: Application, session: Session) -> str | None:
    """The employer of a date, where rotations make that worth saying."""
    if session.on is None or not application.rotations:
        return None
    return trust_on(session.on, application.answers.trust, application.rotations)
