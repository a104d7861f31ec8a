"""The list of sessions, and a session's own page."""

from fastapi import APIRouter, Request, Response

from nextstep_contracts import NoSuch
from nextstep_web import csv_response, listing, render
from scheduling.attendance.register_state import SESSION_WORDS, RegisterState
from scheduling.attendance.store import register_of
from scheduling.calendar.clashes import concerning
from scheduling.calendar.pages.cells import KIND_WORDS, session_path, times, when
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


@router.get("/sessions")
async def sessions(request: Request, here: Here, _: Staff) -> Response:
    """All sessions, filtered and sorted; `format=csv` gives the whole table."""
    seen = await look(here)
    kind, state, q = (request.query_params.get(name, "") for name in ("kind", "state", "q"))
    rows = [
        row
        for row in seen.sessions
        if kind in ("", row.session.kind)
        and state in ("", row.state)
        and q.casefold() in f"{row.session.title} {row.session.venue}".casefold()
    ]
    if request.query_params.get("format") == "csv":
        return csv_response("sessions.csv", CSV_HEADER, [_csv(row) for row in rows])
    found = listing(request, rows, SORTABLE, "on")
    return render(
        request,
        "scheduling/sessions.html",
        found=found,
        rows=[session_cells(row) for row in found.rows],
        kinds=list(KIND_WORDS.items()),
        states=list(SESSION_WORDS.items()),
    )


@router.get("/sessions/{session_id}")
async def session(request: Request, here: Here, staff: Staff, session_id: str) -> Response:
    """One session: details, warnings, register, emails."""
    seen = await look(here)
    row = next((row for row in seen.sessions if row.session.session_id == session_id), None)
    if row is None:
        raise NoSuch("There is no such session.")
    return render(
        request,
        "scheduling/session.html",
        row=row,
        session=row.session,
        kind=KIND_WORDS[row.session.kind],
        when=when(row.session),
        times=times(row.session),
        warnings=concerning(seen.clashes, session_id),
        emails=counted(await emails_about(here.read, session_id)),
        register=await register_of(here.read, session_id),
        path=session_path(session_id),
        may_change=staff.has("office") and row.session.live,
        may_mark=staff.has("office", "facilitator") and row.session.live and row.session.on,
    )


def _csv(row: RegisterState) -> list[object]:
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
        session.revision,
    ]
    marks = [row.marks[status] for status in ("attended", "absent", "apologies")]
    return [*plain, len(row.invited), *marks, row.unmarked]
