"""The result: the ranking, a tie to settle, and the decision staged, applied or dropped."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards.result import deciding
from awards.result.pages.files import result_file, result_header
from awards.result.ranking import BY_AVERAGE, RankingRow, presented
from awards.result.result import Result
from awards.result.settling_a_tie import resolve_tie
from awards.result.store import known_result
from awards.web.access import Office, Viewer
from awards.web.acting import awards_of, people_here, perform
from nextstep_web import asks_for_file, column, flash, redirect, render
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix="/awards/result", tags=["pages"])
Text = Annotated[str, Form()]
PLACE = "place-"
"""Before a project's id in the name of a form field."""
COLUMNS = [
    column("project", "Project"),
    column("rank", "Rank", numeric=True),
    column("average", "Average", numeric=True),
    column("range", "Lowest to highest", numeric=True),
    column("deviation", "Deviation", numeric=True),
    column("judges", "Judges", numeric=True),
    column("why", "Below the one above by"),
    column("bursary", "Bursary"),
]
AVERAGES = [one for one in COLUMNS if one["key"] not in ("rank", "why", "bursary")]
"""Of projects in no order, for whom some are left out."""


@router.get("", responses=TABLE_FILES)
async def ranking(request: Request, _: Viewer) -> Response:
    """The ranking by the sheets that count now, and what can be done with it."""
    here = awards_of(request)
    result = await known_result(here.read, here, people_here(request))
    if asks_for_file(request):
        return await result_file(request, result)
    projects = result.judging.panel.projects
    return render(
        request,
        "awards/result.html",
        result=result,
        method=result.judging.method,
        resolution=result.judging.scoring.resolution,
        left_out=not result.judging.whole,
        rows=[
            _row(result, row) for row in (result.rows if result.judging.whole else result.averages)
        ],
        download=result_header(result),
        columns=COLUMNS if result.judging.whole else AVERAGES,
        tied=[projects[key] for key in result.contested],
        announced=result.announced,
        staged=result.staged,
        history=[one for one in result.decisions if one.state != "staged"],
    )


def _row(result: Result, row: RankingRow) -> dict[str, Any]:
    title = result.judging.panel.title_of(row.project_id)
    return {
        "rank": row.rank,
        "project": {"text": title, "href": f"/awards/projects/{row.project_id}"},
        "average": presented(row.average),
        "range": f"{row.totals[0]} to {row.totals[-1]}",
        "deviation": presented(row.deviation),
        "judges": row.judges,
        "why": explanation(result, row),
        "bursary": _bursary(result, row.project_id),
    }


def explanation(result: Result, row: RankingRow) -> str:
    """Why a row stands below the one above it, in words."""
    if row.separated_by is None:
        return "Nothing: equal by every tie-break"
    if row.separated_by == BY_AVERAGE:
        return "" if row.rank == 1 else "Average"
    titles = {one.key: one.title for one in result.judging.method.criteria}
    return f"Tie-break: {titles[row.separated_by]}"


def _bursary(result: Result, project_id: str) -> dict[str, str] | None:
    if project_id in result.provisional:
        return {"tag": "Bursary", "colour": "green"}
    if project_id in result.contested and not result.tie_settled:
        return {"tag": "Tied", "colour": "orange"}
    return None


@router.post("/tie")
async def settle_tie(request: Request, office: Office, reason: Text = "") -> Response:
    """Record how the panel settled a tie: the projects in order, and why."""
    form = await request.form()
    places = {key.removeprefix(PLACE): str(form[key]) for key in form if key.startswith(PLACE)}
    order = sorted(places, key=lambda key: (len(places[key]), places[key]))
    if len(set(places.values())) < len(places):
        order = []  # two projects in one place are no order; the rule says what is wanted
    await perform(request, office, lambda act: resolve_tie(act, order, reason))
    flash(request, "The panel's order is on record.")
    return redirect("/awards/result")


@router.post("/stage")
async def stage(request: Request, office: Office, reason: Text = "") -> Response:
    """Prepare a decision."""
    await perform(request, office, lambda act: deciding.stage(act, reason))
    flash(request, "The decision is staged. Look at it, then apply or drop it.")
    return redirect("/awards/result")


@router.post("/apply")
async def apply(request: Request, office: Office, decision_id: Text = "") -> Response:
    """Announce the staged decision."""
    await perform(request, office, lambda act: deciding.apply(act, decision_id))
    flash(request, "The decision is announced. The winners are told by email.")
    return redirect("/awards/result")


@router.post("/drop")
async def drop(request: Request, office: Office, decision_id: Text = "") -> Response:
    """Give up the staged decision."""
    await perform(request, office, lambda act: deciding.drop(act, decision_id))
    flash(request, "The staged decision is dropped.")
    return redirect("/awards/result")
