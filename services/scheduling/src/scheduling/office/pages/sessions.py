"""The list of sessions, and a session's own page."""

from collections.abc import Collection

from fastapi import APIRouter, Request, Response

from nextstep_contracts import NoSuch
from nextstep_programme.searching import says
from nextstep_web import asks_for_file, listing, render, table_file
from nextstep_web.answers import TABLE_FILES
from nextstep_web.conflicts import ClosedPeople
from scheduling.attendance.register_state import SESSION_WORDS, RegisterState
from scheduling.attendance.store import register_known_to
from scheduling.calendar.clashes import concerning
from scheduling.calendar.pages.cells import KIND_WORDS, session_path, times, when
from scheduling.calendar.session import Session
from scheduling.fellows.access import Here, Staff
from scheduling.office.emails import counted
from scheduling.office.overview import look
from scheduling.office.pages.cells import session_cells
from scheduling.office.store import emails_about

router = APIRouter(prefix="/scheduling")
SORTABLE = {
    "title": lambda row: row.session.title,
    "on": lambda row: row.session.order if row.session.on else None,
    "venue": lambda row: row.session.venue,
    "state": lambda row: row.state,
    "invited": lambda row: len(row.invited),
    "attended": lambda row: row.marks["attended"] if row.marks else None,
}
CSV_HEADER = (
    *("session_id", "kind", "title", "on", "starts", "ends", "zone", "venue", "joining"),
    *("state", "set_id", "revision", "invited", "attended", "absent", "apologies", "not_marked"),
)


@router.get("/sessions", responses=TABLE_FILES)
async def sessions(request: Request, here: Here, _: Staff, closed: ClosedPeople) -> Response:
    """All sessions, filtered and sorted; `format=csv` gives the whole table."""
    seen = await look(here, closed)
    kind, state, q = (request.query_params.get(name, "") for name in ("kind", "state", "q"))
    rows = [
        row
        for row in seen.sessions
        if kind in ("", row.session.kind)
        and state in ("", row.state)
        and says(q, row.session.title, row.session.venue)
    ]
    if asks_for_file(request):
        lines = [_csv(row, closed) for row in rows]
        return await table_file(request, "sessions", CSV_HEADER, lines)
    found = listing(request, rows, SORTABLE, "on")
    return render(
        request,
        "scheduling/sessions.html",
        download=CSV_HEADER,
        found=found,
        rows=[session_cells(row) for row in found.rows],
        kinds=list(KIND_WORDS.items()),
        states=list(SESSION_WORDS.items()),
    )


@router.get("/sessions/{session_id}")
async def session(
    request: Request, here: Here, staff: Staff, closed: ClosedPeople, session_id: str
) -> Response:
    """One session: details, warnings, register; for the office, what became of its emails."""
    seen = await look(here, closed)
    row = next((row for row in seen.sessions if row.session.session_id == session_id), None)
    if row is None:
        raise NoSuch("There is no such session.")
    return render(
        request,
        "scheduling/session.html",
        row=row,
        session=row.session,
        revision=_revision(row.session, closed),
        kind=KIND_WORDS[row.session.kind],
        when=when(row.session),
        times=times(row.session),
        warnings=concerning(seen.clashes, session_id),
        emails=counted(
            one for one in await emails_about(here.read, session_id) if one.person_id not in closed
        )
        if staff.has("office", "read_only")
        else None,
        register=await register_known_to(here.read, session_id, closed),
        path=session_path(session_id),
        may_change=staff.has("office") and row.session.live,
        may_mark=staff.has("office", "facilitator") and row.session.live and row.session.on,
    )


def _revision(session: Session, closed: Collection[str]) -> int | None:
    """Which revision was told of; None if whoever asks must not know of all who may cause one.

    A learning set's meeting has another whenever somebody joins or leaves the set.
    """
    return None if closed and session.set_id else session.revision


def _csv(row: RegisterState, closed: Collection[str]) -> list[object]:
    session = row.session
    plain = [
        session.session_id,
        session.kind,
        session.title,
        session.on,
        session.starts,
        session.ends,
        session.zone,
        session.venue,
        session.joining,
        row.state,
        session.set_id,
        _revision(session, closed),
    ]
    marks = [row.marks[status] for status in ("attended", "absent", "apologies")]
    return [*plain, len(row.invited), *marks, row.unmarked]
