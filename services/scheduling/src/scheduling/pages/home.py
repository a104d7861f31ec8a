"""The office's start page: what waits, what comes next, where the Fellows stand."""

from fastapi import APIRouter, Request, Response

from nextstep_web import render
from scheduling.desk import Desk
from scheduling.overview import Overview, Todo, look, todos
from scheduling.pages.cells import session_cells
from scheduling.pages.people import AtDesk, Staff

router = APIRouter(prefix="/scheduling")
LETTERS = "/scheduling/dead-letters"
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
        todos=[t for t in await _todos(desk, seen) if for_office or t.for_facilitators],
        coming=[session_cells(row) for row in coming[:NEXT]],
        standings=seen.standings(),
        fellows=len(seen.active),
        held=sum(row.state == "register_complete" for row in seen.sessions),
        to_come=len(coming),
        clashes=seen.clashes,
        open_points=desk.programme.open_points,
        for_office=for_office,
    )


async def _todos(desk: Desk, seen: Overview) -> list[Todo]:
    lost = await desk.messaging.dead_letters.count()
    letters = [Todo(f"Decide on messages that could not be handled ({lost})", LETTERS)]
    return todos(seen) + (letters if lost else [])
