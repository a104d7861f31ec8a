"""The office's first page: what the state of things asks for next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from awards import store
from awards.board import Board
from awards.commands.graduating import DryRun, dry_run
from awards.emails import Email, latest
from awards.pages.site import site
from nextstep_web import Principal, redirect, render, require

router = APIRouter(prefix="/awards", tags=["pages"])

Staff = Annotated[Principal, Depends(require("office", "read_only", "panel"))]


@dataclass(frozen=True)
class ToDo:
    """Something that waits for the office."""

    text: str
    href: str


def count(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"


def todos(board: Board, run: DryRun, bounced: int, dead: int) -> Iterator[ToDo]:
    """What waits, derived from state alone."""
    yield from _projects(board)
    yield from _panel(board, bounced)
    yield from _scoring(board)
    yield from _result(board)
    yield from _graduation(board, run)
    if dead:
        text = f"Look at {count(dead, 'dead letter', 'dead letters')}"
        yield ToDo(text, "/awards/dead-letters")


def _projects(board: Board) -> Iterator[ToDo]:
    if board.scoring.open:
        return
    authors = {person for one in board.projects.values() for person in one.authors}
    active = [key for key, fellow in board.fellows.items() if fellow.active]
    without = [person for person in active if person not in authors]
    if without:
        who = count(len(without), "Fellow has", "Fellows have")
        yield ToDo(f"{who} not registered a project", "/awards/projects/missing")
    waiting = [one for one in board.projects.values() if one.state == "registered"]
    if waiting:
        what = count(len(waiting), "project is", "projects are")
        yield ToDo(f"{what} registered but not submitted", "/awards/projects?state=registered")


def _panel(board: Board, bounced: int) -> Iterator[ToDo]:
    present = {one.organisation for one in board.judges}
    absent = [one for one in board.organisations if one not in present]
    if absent:
        yield ToDo(f"Add panellists from {', '.join(absent)}", "/awards/panellists")
    if board.suggestions:
        what = count(len(board.suggestions), "suggested conflict", "suggested conflicts")
        yield ToDo(f"Confirm or dismiss {what} of interest", "/awards/conflicts")
    if bounced:
        what = count(bounced, "invitation", "invitations")
        yield ToDo(f"{what} to panellists could not be delivered", "/awards/panellists")


def _scoring(board: Board) -> Iterator[ToDo]:
    if board.scoring.method is None:
        yield ToDo("Register the method", "/awards/scoring")
    elif not board.scoring.open:
        ready = not board.opening_problems
        text = "Open scoring" if ready else "See what keeps scoring from opening"
        yield ToDo(text, "/awards/scoring")
    else:
        for one in board.progress:
            if one.waiting:
                text = f"{one.panellist.name}: {count(one.waiting, 'sheet', 'sheets')} to lock"
                yield ToDo(text, f"/awards/panellists/{one.panellist.id}")


def _result(board: Board) -> Iterator[ToDo]:
    if not board.scoring.open or board.deciding_problems:
        return
    if board.staged:
        yield ToDo("Look at the staged decision and apply it", "/awards/result")
    elif not board.tie_settled:
        yield ToDo("Settle the tie across the last bursary", "/awards/result")
    elif board.announced is None:
        yield ToDo("The result is complete: stage the decision", "/awards/result")
    elif board.stale:
        yield ToDo("The result has changed since it was announced", "/awards/result")


def _graduation(board: Board, run: DryRun) -> Iterator[ToDo]:
    if board.announced is None:
        return
    acting = sum(1 for line in run.lines if line.acts)
    if acting:
        who = count(acting, "Fellow is", "Fellows are")
        yield ToDo(f"{who} ready to graduate", "/awards/graduation")
    differing = sum(1 for line in run.lines if line.outcome == "discrepancy")
    if differing:
        who = count(differing, "graduate no longer meets", "graduates no longer meet")
        yield ToDo(f"{who} the requirements", "/awards/graduation?outcome=discrepancy")


@router.get("/")
async def home(request: Request, principal: Staff) -> Response:
    """The first page of the service."""
    if not principal.has("office", "read_only"):
        return redirect("/awards/panel")
    here = site(request)
    board = await here.board()
    run = await dry_run(here.messaging.db.read, here.terms, board)
    judges = {"person_id": {"$in": [one.id for one in board.judges]}}
    emails = latest(await store.find(here.messaging.db.read, Email, judges))
    bounced = sum(1 for one in emails.values() if one.outcome != "sent")
    dead = await here.messaging.dead_letters.count()
    return render(
        request,
        "awards/home.html",
        cohort=here.terms.cohort,
        todos=list(todos(board, run, bounced, dead)),
        figures=_figures(board, run),
        chart=[(one.panellist.name, one.locked) for one in board.progress],
    )


def _figures(board: Board, run: DryRun) -> list[dict[str, object]]:
    active = sum(1 for one in board.fellows.values() if one.active)
    graduated = len(run.graduations)
    return [
        {"label": "Fellows", "value": active},
        {"label": "Projects", "value": len(board.projects), "href": "/awards/projects"},
        {
            "label": "In judging",
            "value": len(board.competing),
            "href": "/awards/projects?state=submitted",
        },
        {"label": "Panellists", "value": len(board.judges), "href": "/awards/panellists"},
        {
            "label": "Sheets locked",
            "value": f"{len(board.ballots)} / {len(board.expected)}",
            "href": "/awards/scoring",
        },
        {"label": "Graduated", "value": graduated, "href": "/awards/graduation"},
    ]
