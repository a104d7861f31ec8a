"""The office's start page: what waits, what comes next, where the Fellows stand."""

from collections.abc import Collection

from fastapi import APIRouter, Request, Response

from nextstep_web import audit_todos, render
from nextstep_web.conflicts import ClosedPeople
from scheduling.fellows.access import Here, Staff
from scheduling.fellows.act import Scheduling
from scheduling.office.overview import Overview, look
from scheduling.office.pages.cells import session_cells
from scheduling.office.todos import Todo, todos

router = APIRouter(prefix="/scheduling")
DEAD_LETTERS = "/scheduling/dead-letters"
NEXT = 6
"""Sessions shown as coming next: about a month of the programme."""


@router.get("/")
async def home(request: Request, here: Here, staff: Staff, closed: ClosedPeople) -> Response:
    """To-dos from the state, the next sessions, the standing of the cohort."""
    seen = await look(here, closed)
    for_office = staff.has("office", "read_only")
    coming = [row for row in seen.sessions if row.state == "to_come"]
    return render(
        request,
        "scheduling/home.html",
        cohort=here.cohort,
        todos=[t for t in await _todos(here, seen, closed) if for_office or t.for_facilitators],
        coming=[session_cells(row) for row in coming[:NEXT]],
        standings=seen.standings(),
        fellows=len(seen.active),
        held=sum(row.state == "register_complete" for row in seen.sessions),
        to_come=len(coming),
        clashes=seen.clashes,
        open_points=here.open_points,
        for_office=for_office,
    )


async def _todos(here: Scheduling, seen: Overview, closed: Collection[str]) -> list[Todo]:
    # what could not be handled is about all, and read by who may know all
    dead = 0 if closed else await here.messaging.dead_letters.count()
    decide = [Todo(f"Decide on messages that could not be handled ({dead})", DEAD_LETTERS)]
    logs = [Todo(one["text"], one["href"]) for one in await audit_todos(here.messaging)]
    return logs + todos(seen) + (decide if dead else [])
