"""The office's start page: what waits, what comes next, where the Fellows stand."""

from fastapi import APIRouter, Request, Response

from nextstep_web import render
from scheduling.overview import look, todos
from scheduling.pages.cells import session_cells
from scheduling.pages.people import AtDesk, Staff

router = APIRouter(prefix="/scheduling")
NEXT = 6
"""Sessions shown as coming next: about a month of the programme."""


@router.get("/")
async def home(request: Request, desk: AtDesk, staff: Staff) -> Response:
    """To-dos from the state, the next sessions, the standing of the cohort."""
    seen = await look(desk)
    for_office = staff.has("office", "read_only")
    coming = [row for row in seen.sessions if row.state == "to_come"]
    return render(
        request,
        "scheduling/home.html",
        cohort=desk.programme.cohort,
        todos=[t for t in todos(seen) if for_office or t.href.endswith("/register")],
        coming=[session_cells(row) for row in coming[:NEXT]],
        standings=seen.standings(),
        fellows=len(seen.active),
        held=sum(row.state == "register_complete" for row in seen.sessions),
        to_come=len(coming),
        clashes=seen.clashes,
        open_points=desk.programme.open_points,
        dead_letters=await desk.messaging.dead_letters.count(),
        for_office=for_office,
    )
