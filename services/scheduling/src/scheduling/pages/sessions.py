"""The list of sessions, and a session's own page."""

from fastapi import APIRouter, Request, Response

from nextstep_contracts import NoSuch
from nextstep_web import csv_response, listing, render
from scheduling import messages, store
from scheduling.clashes import concerning
from scheduling.overview import SESSION_WORDS, SessionRow, look
from scheduling.pages.cells import KIND_WORDS, session_cells, session_path, times, when
from scheduling.pages.people import AtDesk, Staff

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
async def sessions(
    request: Request,
    desk: AtDesk,
    _: Staff,
) -> Response:
    """All sessions, filtered and sorted; `format=csv` gives the whole table."""
    seen = await look(desk)
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
async def session(request: Request, desk: AtDesk, staff: Staff, session_id: str) -> Response:
    """One session: details, warnings, register, messages."""
    seen = await look(desk)
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
        messages=await messages.counted(desk.read, session_id),
        register=await store.register(desk.read, session_id),
        path=session_path(session_id),
        may_change=staff.has("office") and row.session.live,
        may_mark=staff.has("office", "facilitator") and row.session.live and row.session.on,
    )


def _csv(row: SessionRow) -> list[object]:
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
