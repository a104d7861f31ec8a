"""A panellist's own pages, for a phone or a tablet on the day.

Nothing here is given a project that the panellist must not see: the list, its sorting, its search
and its files are all made from `Board.visible_to`, and a recused project reads like none at all.
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response

from awards.board import Board
from awards.commands import panel as panel_commands
from awards.commands import scoring as commands
from awards.commands.act import Act
from awards.pages.projects import SHEET_COLOURS, poster_file
from awards.pages.scoring import sheet_header, sheet_row
from awards.pages.site import (
    Judge,
    column,
    judge_among,
    judge_of,
    options,
    perform,
    refused_form,
    site,
)
from awards.panel import KIND_NAMES, Panellist
from awards.projects import Project
from awards.sheets import STATE_NAMES, Sheet
from nextstep_contracts import NoSuch, Refused
from nextstep_web import blank, csv_response, flash, listing, redirect, render

router = APIRouter(prefix="/awards/panel", tags=["pages"])
Text = Annotated[str, Form()]
LOCKING = ("lock", "lock-next")
POINTS = "points-"
"""Before a criterion's key in the name of a form field."""
COLUMNS = [
    column("title", "Project"),
    column("authors", "Presented by"),
    column("state", "My sheet"),
    column("total", "My total", numeric=True),
]


def _visible(board: Board, judge: Panellist, key: str) -> Project:
    for project in board.visible_to(judge.id):
        if project.id == key:
            return project
    raise NoSuch("There is no such project.")


@router.get("")
async def projects(request: Request, principal: Judge) -> Response:
    """My projects, with what I have left to do first."""
    board = await site(request).board()
    judge = judge_among(board.panellists.values(), principal)
    words = request.query_params.get("q", "").casefold()
    wanted = request.query_params.get("sheet", "")
    every = board.visible_to(judge.id)
    sheets = {one.id: board.sheet((one.id, judge.id)) for one in every}
    found = [
        one
        for one in every
        if words in f"{one.title} {board.author_names(one)}".casefold()
        and wanted in ("", sheets[one.id].state)
    ]
    keys: dict[str, Any] = {
        "title": lambda one: one.title.casefold(),
        "authors": lambda one: board.author_names(one).casefold(),
        "state": lambda one: list(STATE_NAMES).index(sheets[one.id].state),
        "total": lambda one: _total(board, sheets[one.id]),
    }
    page = listing(request, found, keys, "state", per_page=0)
    rows = [_row(board, one, sheets[one.id]) for one in page.rows]
    return render(
        request,
        "awards/panel_home.html",
        judge=judge,
        scoring=board.scoring,
        found=page,
        rows=rows,
        columns=COLUMNS,
        states=list(STATE_NAMES.items()),
        locked=sum(1 for one in sheets.values() if one.state == "locked"),
        number=len(sheets),
    )


def _total(board: Board, sheet: Sheet) -> int | None:
    return board.method.total(sheet.scores) if sheet.locked_at else None


def _row(board: Board, project: Project, sheet: Sheet) -> dict[str, Any]:
    return {
        "title": {"text": project.title, "href": f"/awards/panel/projects/{project.id}"},
        "authors": board.author_names(project),
        "state": {"tag": STATE_NAMES[sheet.state], "colour": SHEET_COLOURS[sheet.state]},
        "total": _total(board, sheet),
    }


@router.get("/sheets.csv")
async def sheets_csv(request: Request, principal: Judge) -> Response:
    """My sheets, and the others' where mine is locked."""
    board = await site(request).board()
    judge = judge_among(board.panellists.values(), principal)
    rows = []
    for project in board.visible_to(judge.id):
        pair = (project.id, judge.id)
        rows += [sheet_row(board, one) for one in (board.sheet(pair), *board.others(pair))]
    return csv_response("my-sheets.csv", sheet_header(board), rows)


@router.get("/projects/{key}")
async def sheet(request: Request, key: str, principal: Judge) -> Response:
    """My sheet for one project; the others' below it once mine is locked."""
    board = await site(request).board()
    judge = judge_among(board.panellists.values(), principal)
    project = _visible(board, judge, key)
    mine = board.sheet((key, judge.id))
    points = {f"{POINTS}{name}": value for name, value in mine.scores.items()}
    return _sheet(request, board, judge, project, blank(comment=mine.comment, **points))


def _sheet(
    request: Request,
    board: Board,
    judge: Panellist,
    project: Project,
    form: Any,
    *,
    status: int = 200,
) -> Response:
    pair = (project.id, judge.id)
    mine = board.sheet(pair)
    others = board.others(pair)
    return render(
        request,
        "awards/panel_sheet.html",
        status,
        project=project,
        authors=board.author_names(project),
        form=form,
        mine=mine,
        state={"tag": STATE_NAMES[mine.state], "colour": SHEET_COLOURS[mine.state]},
        method=board.method,
        points=POINTS,
        others=[(board.panellists[one.panellist_id], one) for one in others],
        scoring=board.scoring,
        kinds=options(list(KIND_NAMES.items())),
        next=_next(board, judge, project),
    )


def _next(board: Board, judge: Panellist, project: Project) -> Project | None:
    """The project to score after this one: the next in the list without a locked sheet."""
    every = board.visible_to(judge.id)
    here = every.index(project)
    waiting = ("missing", "draft")
    for one in (*every[here + 1 :], *every[:here]):
        if board.sheet((one.id, judge.id)).state in waiting:
            return one
    return None


@router.post("/projects/{key}")
async def score(
    request: Request, key: str, principal: Judge, comment: Text = "", do: Text = "save"
) -> Response:
    """Keep my sheet as a draft (`do=save`) or lock it (`do=lock`, or `lock-next` to go on)."""
    sent = await request.form()
    judge = await judge_of(request, principal)
    typed = {name: sent.getlist(name) for name in sent}

    async def work(act: Act) -> Sheet:
        pair = (key, judge.id)
        return await commands.score(act, pair, _points(typed), comment, lock=do in LOCKING)

    try:
        kept = await perform(request, principal, work)
    except NoSuch:
        raise
    except Refused as refusal:
        if not refusal.fields:
            raise
        board = await site(request).board()
        form = refused_form(typed, refusal.prefixed(POINTS, board.method.keys))
        return _sheet(request, board, judge, _visible(board, judge, key), form, status=422)
    locked = kept.locked_at is not None
    flash(request, "Locked. You cannot change it any more." if locked else "Saved as a draft.")
    onward = str(sent.get("next", "")) if do == "lock-next" else ""
    return redirect(f"/awards/panel/projects/{quote(onward or key, safe='')}")


def _points(typed: dict[str, Any]) -> dict[str, int]:
    """The points by criterion key; what is no number counts as off the scale."""
    found = {}
    for name, values in typed.items():
        if name.startswith(POINTS) and str(values[-1]).strip():
            text = str(values[-1]).strip()
            number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004 - no scale has four digits
            found[name.removeprefix(POINTS)] = number
    return found


@router.post("/projects/{key}/conflict")
async def declare(
    request: Request, key: str, principal: Judge, kind: Text = "", note: Text = ""
) -> Response:
    """Declare a conflict of interest: the project disappears from my pages at once."""
    board = await site(request).board()
    judge = judge_among(board.panellists.values(), principal)
    _visible(board, judge, key)

    async def work(act: Act) -> None:
        pair = (key, judge.id)
        await panel_commands.decide_conflict(act, pair, kind=kind, effective=True, note=note)

    await perform(request, principal, work)
    flash(request, "Recorded. You will not see this project again.")
    return redirect("/awards/panel")


@router.get("/projects/{key}/poster")
async def poster(request: Request, key: str, principal: Judge) -> Response:
    """The poster of a project that I may see."""
    board = await site(request).board()
    judge = judge_among(board.panellists.values(), principal)
    return await poster_file(request, _visible(board, judge, key))
