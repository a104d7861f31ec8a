"""Single sheets from the office's side, and all of them as a file."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from awards.judging.excluding_sheets import exclude, include
from awards.judging.filling_in_sheets import unlock
from awards.judging.judging import Judging
from awards.judging.pages.cells import csv_header, csv_row, sheet_tag
from awards.judging.store import known_judging
from awards.panel.conflicts import Pair
from awards.web.access import Office, Viewer
from awards.web.acting import awards_of, people_here, perform
from nextstep_contracts import NoSuch
from nextstep_web import flash, redirect, render, table_file
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix="/awards", tags=["pages"])


@router.get("/scoring/sheets.csv", responses=TABLE_FILES)
async def sheets_csv(request: Request, _: Viewer) -> Response:
    """Every sheet, expected or written: enough to recount the result without this software."""
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    rows = [csv_row(judging, judging.sheet(pair)) for pair in _pairs(judging)]
    return await table_file(request, "sheets", csv_header(judging.method), rows)


def _pairs(judging: Judging) -> list[Pair]:
    """The pairs that expect a sheet, have one, or are recused from a competing project."""
    panel = judging.panel
    every = {(one.id, judge) for one in panel.competing for judge in panel.panellists}
    return sorted({*judging.expected, *judging.sheets, *(every & panel.recused)})


@router.get("/sheets/{project_id}/{panellist_id}")
async def sheet_page(request: Request, project_id: str, panellist_id: str, _: Viewer) -> Response:
    """One sheet, with its corrections."""
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    panel = judging.panel
    if project_id not in panel.projects or panellist_id not in panel.panellists:
        raise NoSuch("There is no such sheet.")
    pair = (project_id, panellist_id)
    sheet = judging.sheet(pair)
    return render(
        request,
        "awards/sheet.html",
        left_out=not judging.whole,
        oneself=panellist_id in panel.reader,
        sheet=sheet,
        state=sheet_tag(sheet),
        project=panel.projects[project_id],
        panellist=panel.panellists[panellist_id],
        recused=pair in panel.recused,
        expected=pair in judging.expected,
        method=judging.method,
    )


@router.post("/sheets/{project_id}/{panellist_id}/{act_name}")
async def change_sheet(
    request: Request,
    project_id: str,
    panellist_id: str,
    act_name: str,
    office: Office,
    *,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Open a sheet for correction, exclude it or include it again."""
    pair = (project_id, panellist_id)
    if act_name == "unlock":
        await perform(request, office, lambda act: unlock(act, pair, reason))
    elif act_name == "exclude":
        await perform(request, office, lambda act: exclude(act, pair, reason))
    elif act_name == "include":
        await perform(request, office, lambda act: include(act, pair))
    else:
        raise NoSuch("A sheet can be unlocked, excluded or included.")
    flash(request, "Recorded.")
    return redirect(f"/awards/sheets/{project_id}/{panellist_id}")
