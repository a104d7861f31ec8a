"""Scoring from the office's side: method, coverage, progress, and single sheets."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards.board import Board
from awards.commands import scoring as commands
from awards.pages.projects import SHEET_COLOURS
from awards.pages.site import Office, Viewer, column, perform, site
from awards.sheets import STATE_NAMES, Sheet
from nextstep_contracts import NoSuch
from nextstep_web import csv_response, flash, redirect, render

router = APIRouter(prefix="/awards", tags=["pages"])
Text = Annotated[str, Form()]
COVERAGE = [
    column("project", "Project", sort=False),
    column("judges", "Judges", sort=False, numeric=True),
    column("locked", "Locked", sort=False, numeric=True),
    column("missing", "No judge from", sort=False),
    column("state", "Coverage", sort=False),
]
PROGRESS = [
    column("name", "Panellist", sort=False),
    column("locked", "Locked", sort=False, numeric=True),
    column("draft", "Drafts", sort=False, numeric=True),
    column("missing", "Not started", sort=False, numeric=True),
    column("excluded", "Excluded", sort=False, numeric=True),
    column("recused", "Recused", sort=False, numeric=True),
]


@router.get("/scoring")
async def scoring(request: Request, _: Viewer) -> Response:
    """The method, who judges what, and how far everybody is."""
    board = await site(request).board()
    return render(
        request,
        "awards/scoring.html",
        board=board,
        method=board.method,
        changed=board.current_method.fingerprint != board.method.fingerprint,
        coverage=[_coverage_row(board, one) for one in board.coverage],
        coverage_columns=COVERAGE,
        progress=[_progress_row(one) for one in board.progress],
        progress_columns=PROGRESS,
    )


def _coverage_row(board: Board, one: Any) -> dict[str, Any]:
    locked = sum(1 for judge in one.judges if board.sheet((one.project_id, judge)).locked_at)
    enough = {"tag": "Enough", "colour": "green"}
    short = {"tag": f"Needs {one.minimum}", "colour": "red"}
    title = board.projects[one.project_id].title
    return {
        "project": {"text": title, "href": f"/awards/projects/{one.project_id}"},
        "judges": len(one.judges),
        "locked": locked,
        "missing": ", ".join(one.missing_organisations),
        "state": enough if one.enough else short,
    }


def _progress_row(one: Any) -> dict[str, Any]:
    href = f"/awards/panellists/{one.panellist.id}"
    return {
        "name": {"text": f"{one.panellist.name} ({one.panellist.organisation})", "href": href},
        "locked": one.locked,
        "draft": one.draft,
        "missing": one.missing,
        "excluded": one.excluded,
        "recused": one.recused,
    }


@router.post("/scoring/method")
async def register(request: Request, office: Office) -> Response:
    """Register the cohort file's method."""
    await perform(request, office, commands.register_method)
    flash(request, "The method is registered.")
    return redirect("/awards/scoring")


@router.post("/scoring/open")
async def open_scoring(request: Request, office: Office) -> Response:
    """Open scoring."""
    await perform(request, office, commands.open_scoring)
    flash(request, "Scoring is open. The method can no longer be changed.")
    return redirect("/awards/scoring")


def sheet_header(board: Board) -> tuple[str, ...]:
    """The columns of a sheets CSV file."""
    points = (f"points_{key}" for key in board.method.keys)
    return (
        "project_id",
        "project",
        "panellist_id",
        "panellist",
        "organisation",
        "state",
        "counts",
        *points,
        "total",
        "revision",
        "locked_at",
        "reason",
        "comment",
    )


def sheet_row(board: Board, sheet: Sheet) -> tuple[Any, ...]:
    """One sheet for a CSV file; points and total only once it is locked."""
    panellist = board.panellists[sheet.panellist_id]
    locked = sheet.locked_at is not None
    recused = sheet.pair in board.recused
    reason = sheet.excluded.reason if sheet.excluded else ""
    return (
        sheet.project_id,
        board.projects[sheet.project_id].title,
        sheet.panellist_id,
        panellist.name,
        panellist.organisation,
        "recused" if recused else sheet.state,
        locked and sheet.pair in board.expected,
        *(sheet.scores.get(key) if locked else None for key in board.method.keys),
        board.method.total(sheet.scores) if locked else None,
        sheet.revision or None,
        sheet.locked_at.isoformat() if sheet.locked_at else None,
        reason,
        sheet.comment if locked else "",
    )


@router.get("/scoring/sheets.csv")
async def sheets_csv(request: Request, _: Viewer) -> Response:
    """Every sheet, expected or written: enough to recount the result without this software."""
    board = await site(request).board()
    pairs = sorted(
        set(board.expected)
        | set(board.sheets)
        | {
            (one.id, judge)
            for one in board.competing
            for judge in board.panellists
            if (one.id, judge) in board.recused
        }
    )
    rows = [sheet_row(board, board.sheet(pair)) for pair in pairs]
    return csv_response("sheets.csv", sheet_header(board), rows)


@router.get("/sheets/{project_id}/{panellist_id}")
async def sheet_page(request: Request, project_id: str, panellist_id: str, _: Viewer) -> Response:
    """One sheet, with its corrections."""
    board = await site(request).board()
    if project_id not in board.projects or panellist_id not in board.panellists:
        raise NoSuch("There is no such sheet.")
    pair = (project_id, panellist_id)
    sheet = board.sheet(pair)
    return render(
        request,
        "awards/sheet.html",
        sheet=sheet,
        state={"tag": STATE_NAMES[sheet.state], "colour": SHEET_COLOURS[sheet.state]},
        project=board.projects[project_id],
        panellist=board.panellists[panellist_id],
        recused=pair in board.recused,
        expected=pair in board.expected,
        method=board.method,
    )


@router.post("/sheets/{project_id}/{panellist_id}/{act_name}")
async def change_sheet(
    request: Request,
    project_id: str,
    panellist_id: str,
    act_name: str,
    office: Office,
    *,
    reason: Text = "",
) -> Response:
    """Open a sheet for correction, exclude it or include it again."""
    pair = (project_id, panellist_id)
    if act_name == "unlock":
        await perform(request, office, lambda act: commands.unlock(act, pair, reason))
    elif act_name == "exclude":
        await perform(request, office, lambda act: commands.exclude(act, pair, reason))
    elif act_name == "include":
        await perform(request, office, lambda act: commands.include(act, pair))
    else:
        raise NoSuch("A sheet can be unlocked, excluded or included.")
    flash(request, "Recorded.")
    return redirect(f"/awards/sheets/{project_id}/{panellist_id}")
