"""Conflicts of interest: suggested ones to answer, decided ones to look up."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards.board import Board
from awards.commands import panel as commands
from awards.commands.act import Act
from awards.pages.site import Office, Viewer, column, perform, site
from awards.panel import KIND_NAMES
from nextstep_web import csv_response, flash, listing, redirect, render

router = APIRouter(prefix="/awards", tags=["pages"])
Text = Annotated[str, Form()]
HEADER = ("project_id", "project", "panellist_id", "panellist", "kind", "recused", "note", "by")
COLUMNS = [
    column("project", "Project"),
    column("panellist", "Panellist"),
    column("kind", "Kind"),
    column("state", "State"),
    column("note", "Note", sort=False),
    column("at", "When"),
]


def _title(board: Board, key: str) -> str:
    return board.projects[key].title if key in board.projects else key


def _name(board: Board, key: str) -> str:
    return board.panellists[key].name if key in board.panellists else key


@router.get("/conflicts")
async def conflicts(request: Request, _: Viewer) -> Response:
    """What is suggested, and what was decided."""
    board = await site(request).board()
    keys: dict[str, Any] = {
        "project": lambda one: _title(board, one.project_id).casefold(),
        "panellist": lambda one: _name(board, one.panellist_id).casefold(),
        "kind": lambda one: one.kind,
        "state": lambda one: not one.effective,
        "at": lambda one: one.at,
    }
    page = listing(request, board.conflicts, keys, "project")
    if request.query_params.get("format") == "csv":
        return csv_response("conflicts.csv", HEADER, [_csv_row(board, c) for c in board.conflicts])
    return render(
        request,
        "awards/conflicts.html",
        suggestions=[
            {
                "one": one,
                "project": _title(board, one.project_id),
                "panellist": _name(board, one.panellist_id),
                "kind": KIND_NAMES[one.kind],
            }
            for one in board.suggestions
        ],
        found=page,
        columns=COLUMNS,
        rows=[_row(board, one) for one in page.rows],
    )


def _csv_row(board: Board, one: Any) -> tuple[Any, ...]:
    return (
        one.project_id,
        _title(board, one.project_id),
        one.panellist_id,
        _name(board, one.panellist_id),
        one.kind,
        one.effective,
        one.note,
        one.by,
    )


def _row(board: Board, one: Any) -> dict[str, Any]:
    recused = {"tag": "Recused", "colour": "red"}
    cleared = {"tag": "May judge", "colour": "green"}
    return {
        "project": {
            "text": _title(board, one.project_id),
            "href": f"/awards/projects/{one.project_id}",
        },
        "panellist": _name(board, one.panellist_id),
        "kind": KIND_NAMES[one.kind],
        "state": recused if one.effective else cleared,
        "note": one.note,
        "at": one.at.strftime("%Y-%m-%d"),
    }


@router.post("/conflicts")
async def decide(
    request: Request,
    office: Office,
    *,
    project_id: Text = "",
    panellist_id: Text = "",
    kind: Text = "",
    decision: Text = "",
    note: Text = "",
) -> Response:
    """Recuse a panellist from a project (`decision=recuse`) or clear them (`decision=clear`)."""

    async def work(act: Act) -> None:
        await commands.decide_conflict(
            act, (project_id, panellist_id), kind=kind, effective=decision != "clear", note=note
        )

    await perform(request, office, work)
    flash(request, "Recorded.")
    return redirect("/awards/conflicts")


@router.post("/conflicts/confirm")
async def confirm_all(request: Request, office: Office) -> Response:
    """Confirm every suggested conflict: the safe answer to all of them at once."""

    async def work(act: Act) -> int:
        return await commands.confirm_suggestions(act)

    number = await perform(request, office, work)
    flash(request, f"{number} conflicts are confirmed.")
    return redirect("/awards/conflicts")
