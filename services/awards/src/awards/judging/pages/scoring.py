"""Scoring from the office's side: the method, who judges what, and how far everybody is."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards.judging.judging import Judging, PanellistProgress
from awards.judging.opening import open_scoring, register_method
from awards.judging.pages.cells import csv_header
from awards.judging.store import known_judging
from awards.panel.coverage import Coverage
from awards.web.access import Office, Viewer
from awards.web.acting import awards_of, people_here, perform
from nextstep_web import column, flash, redirect, render

router = APIRouter(prefix="/awards/scoring", tags=["pages"])
COVERAGE = [
    column("project", "Project"),
    column("judges", "Judges", numeric=True),
    column("locked", "Locked", numeric=True),
    column("missing", "No judge from"),
    column("state", "Coverage"),
]
PROGRESS = [
    column("name", "Panellist"),
    column("locked", "Locked", numeric=True),
    column("draft", "Drafts", numeric=True),
    column("missing", "Not started", numeric=True),
    column("excluded", "Excluded", numeric=True),
    column("recused", "Recused", numeric=True),
]


@router.get("")
async def scoring(request: Request, _: Viewer) -> Response:
    """The method, who judges what, and how far everybody is."""
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    return render(
        request,
        "awards/scoring.html",
        left_out=not judging.whole,
        scoring=judging.scoring,
        may_open=not judging.panel.left_out,
        problems=() if judging.panel.left_out else judging.opening_problems,
        method=judging.method,
        changed=judging.current_method.fingerprint != judging.method.fingerprint,
        coverage=[_coverage_row(judging, one) for one in judging.coverage],
        coverage_columns=COVERAGE,
        progress=[_progress_row(one) for one in judging.progress],
        progress_columns=PROGRESS,
        download=csv_header(judging.method),
    )


def _coverage_row(judging: Judging, one: Coverage) -> dict[str, Any]:
    locked = sum(1 for judge in one.judges if judging.sheet((one.project_id, judge)).locked_at)
    enough = {"tag": "Enough", "colour": "green"}
    short = {"tag": f"Needs {one.minimum}", "colour": "red"}
    title = judging.panel.projects[one.project_id].title
    return {
        "project": {"text": title, "href": f"/awards/projects/{one.project_id}"},
        "judges": len(one.judges),
        "locked": locked,
        "missing": ", ".join(one.missing_organisations),
        "state": enough if one.enough else short,
    }


def _progress_row(one: PanellistProgress) -> dict[str, Any]:
    href = f"/awards/panellists/{one.panellist.id}"
    return {
        "name": {"text": f"{one.panellist.name} ({one.panellist.organisation})", "href": href},
        "locked": one.locked,
        "draft": one.draft,
        "missing": one.missing,
        "excluded": one.excluded,
        "recused": one.recused,
    }


@router.post("/method")
async def register(request: Request, office: Office) -> Response:
    """Register the cohort file's method."""
    await perform(request, office, register_method)
    flash(request, "The method is registered.")
    return redirect("/awards/scoring")


@router.post("/open")
async def open_for_all(request: Request, office: Office) -> Response:
    """Open scoring."""
    await perform(request, office, open_scoring)
    flash(request, "Scoring is open. The method can no longer be changed.")
    return redirect("/awards/scoring")
