"""The result: the ranking, a tie to settle, and the decision staged, applied or dropped."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse

from awards.board import Board
from awards.commands import awarding
from awards.pages.site import Office, Viewer, column, perform, site
from awards.ranking import BY_AVERAGE, Row, exact, presented
from nextstep_web import csv_response, flash, redirect, render

router = APIRouter(prefix="/awards/result", tags=["pages"])
Text = Annotated[str, Form()]
COLUMNS = [
    column("project", "Project", sort=False),
    column("rank", "Rank", sort=False, numeric=True),
    column("average", "Average", sort=False, numeric=True),
    column("range", "Lowest to highest", sort=False, numeric=True),
    column("deviation", "Deviation", sort=False, numeric=True),
    column("judges", "Judges", sort=False, numeric=True),
    column("why", "Below the one above by", sort=False),
    column("bursary", "Bursary", sort=False),
]


def explanation(board: Board, row: Row) -> str:
    """Why a row stands below the one above it, in words."""
    if row.separated_by is None:
        return "Nothing: equal by every tie-break"
    if row.separated_by == BY_AVERAGE:
        return "" if row.rank == 1 else "Average"
    titles = {one.key: one.title for one in board.method.criteria}
    return f"Tie-break: {titles[row.separated_by]}"


def _provisional(board: Board) -> set[str]:
    """The projects that would receive a bursary as things stand; ties across the last do not."""
    from awards.ranking import awarded

    order = board.scoring.resolution.order if board.scoring.resolution else ()
    return {row.project_id for row in awarded(board.rows, board.method.bursaries, order)}


def _row(board: Board, row: Row, winners: set[str]) -> dict[str, Any]:
    project = board.projects[row.project_id]
    bursary: Any = None
    if row.project_id in winners:
        bursary = {"tag": "Bursary", "colour": "green"}
    elif row.project_id in board.contested and not board.tie_settled:
        bursary = {"tag": "Tied", "colour": "orange"}
    return {
        "rank": row.rank,
        "project": {"text": project.title, "href": f"/awards/projects/{project.id}"},
        "average": presented(row.average),
        "range": f"{row.totals[0]} to {row.totals[-1]}",
        "deviation": presented(row.deviation),
        "judges": row.judges,
        "why": explanation(board, row),
        "bursary": bursary,
    }


@router.get("")
async def result(request: Request, _: Viewer) -> Response:
    """The ranking by the sheets that count now, and what can be done with it."""
    board = await site(request).board()
    winners = _provisional(board)
    if request.query_params.get("format") == "csv":
        return _csv(board, winners)
    rows = [_row(board, row, winners) for row in board.rows]
    return render(
        request,
        "awards/result.html",
        board=board,
        rows=rows,
        columns=COLUMNS,
        tied=[board.projects[key] for key in board.contested],
        announced=board.announced,
        staged=board.staged,
        history=[one for one in board.decisions if one.state != "staged"],
    )


def _csv(board: Board, winners: set[str]) -> Response:
    header = (
        "rank",
        "project_id",
        "project",
        "authors",
        "author_ids",
        "average",
        "average_exact",
        "lowest",
        "highest",
        "deviation",
        "judges",
        *(f"average_{key}_exact" for key in board.method.keys),
        "separated_by",
        "bursary",
        "method",
    )
    rows = [
        (
            row.rank,
            row.project_id,
            board.projects[row.project_id].title,
            board.author_names(board.projects[row.project_id]),
            " ".join(board.projects[row.project_id].authors),
            presented(row.average),
            exact(row.average),
            row.totals[0],
            row.totals[-1],
            presented(row.deviation),
            row.judges,
            *(exact(row.criteria[key]) for key in board.method.keys),
            row.separated_by or "",
            row.project_id in winners,
            board.method.fingerprint,
        )
        for row in board.rows
    ]
    return csv_response("result.csv", header, rows)


@router.get("/method.json")
async def method(request: Request, _: Viewer) -> Response:
    """The method in force with its fingerprint, for an independent recount."""
    board = await site(request).board()
    registered = board.scoring.registered_at
    return JSONResponse(
        {
            "fingerprint": board.method.fingerprint,
            "registered_at": registered.isoformat() if registered else None,
            "method": board.method.model_dump(mode="json"),
        }
    )


@router.post("/tie")
async def settle_tie(request: Request, office: Office, reason: Text = "") -> Response:
    """Record how the panel settled a tie: the projects in order, and why."""
    form = await request.form()
    places = {key[6:]: str(form[key]) for key in form if key.startswith("place-")}
    order = sorted(places, key=lambda key: (len(places[key]), places[key]))
    if len(set(places.values())) < len(places):
        order = []  # two projects in one place are no order; the rule says what is wanted
    await perform(request, office, lambda act: awarding.resolve_tie(act, order, reason))
    flash(request, "The panel's order is on record.")
    return redirect("/awards/result")


@router.post("/stage")
async def stage(request: Request, office: Office, reason: Text = "") -> Response:
    """Prepare a decision."""
    await perform(request, office, lambda act: awarding.stage(act, reason))
    flash(request, "The decision is staged. Look at it, then apply or drop it.")
    return redirect("/awards/result")


@router.post("/apply")
async def apply(request: Request, office: Office, decision_id: Text = "") -> Response:
    """Announce the staged decision."""
    await perform(request, office, lambda act: awarding.apply(act, decision_id))
    flash(request, "The decision is announced. The winners are told by email.")
    return redirect("/awards/result")


@router.post("/drop")
async def drop(request: Request, office: Office, decision_id: Text = "") -> Response:
    """Give up the staged decision."""
    await perform(request, office, lambda act: awarding.drop(act, decision_id))
    flash(request, "The staged decision is dropped.")
    return redirect("/awards/result")
