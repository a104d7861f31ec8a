"""My projects, with what I have left to do first; my sheets as a file."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards.judging.blindness import others
from awards.judging.judging import Judging
from awards.judging.pages.cells import csv_header, csv_row, sheet_tag, sheet_total
from awards.judging.sheets import STATE_NAMES, Sheet
from awards.judging.store import known_judging
from awards.panellist.recognised import recognised
from awards.projects.project import Project
from awards.web.access import Judge
from awards.web.acting import awards_of, people_here
from nextstep_programme.searching import says
from nextstep_web import actor_of, column, listing, render, table_file
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix="/awards/panel", tags=["pages"])
COLUMNS = [
    column("title", "Project", sort=True),
    column("authors", "Presented by", sort=True),
    column("state", "My sheet", sort=True),
    column("total", "My total", sort=True, numeric=True),
]


@router.get("")
async def projects(request: Request, principal: Judge) -> Response:
    """The list."""
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    panel, method = judging.panel, judging.method
    judge = recognised(panel.panellists.values(), actor_of(request, principal))
    sheets = {one.id: judging.sheet((one.id, judge.id)) for one in panel.visible_to(judge.id)}
    keys: dict[str, Any] = {
        "title": lambda one: one.title.casefold(),
        "authors": lambda one: panel.author_names(one).casefold(),
        "state": lambda one: list(STATE_NAMES).index(sheets[one.id].state),
        "total": lambda one: sheet_total(method, sheets[one.id]),
    }
    page = listing(request, _found(request, judging, sheets), keys, "state", per_page=0)
    return render(
        request,
        "awards/my_projects.html",
        judge=judge,
        scoring=judging.scoring,
        found=page,
        rows=[_row(judging, one, sheets[one.id]) for one in page.rows],
        columns=COLUMNS,
        download=csv_header(judging.method),
        states=list(STATE_NAMES.items()),
        locked=sum(1 for one in sheets.values() if one.state == "locked"),
        number=len(sheets),
    )


def _found(request: Request, judging: Judging, sheets: dict[str, Sheet]) -> list[Project]:
    """Those of the projects with these sheets that were asked for."""
    words = request.query_params.get("q", "")
    wanted = request.query_params.get("sheet", "")
    panel = judging.panel
    return [
        one
        for one in panel.competing
        if one.id in sheets
        and says(words, one.title, panel.author_names(one))
        and wanted in ("", sheets[one.id].state)
    ]


def _row(judging: Judging, project: Project, sheet: Sheet) -> dict[str, Any]:
    return {
        "title": {"text": project.title, "href": f"/awards/panel/projects/{project.id}"},
        "authors": judging.panel.author_names(project),
        "state": sheet_tag(sheet),
        "total": sheet_total(judging.method, sheet),
    }


@router.get("/sheets.csv", responses=TABLE_FILES)
async def sheets_csv(request: Request, principal: Judge) -> Response:
    """My sheets, and the others' where mine is locked."""
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    judge = recognised(judging.panel.panellists.values(), actor_of(request, principal))
    rows = []
    for project in judging.panel.visible_to(judge.id):
        pair = (project.id, judge.id)
        rows += [csv_row(judging, one) for one in (judging.sheet(pair), *others(judging, pair))]
    return await table_file(request, "my-sheets", csv_header(judging.method), rows)
