"""Files for an independent recount: the ranking, and the method with its fingerprint."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from awards.judging.store import current_method, load_scoring
from awards.result.ranking import RankingRow, exact, presented
from awards.result.result import Result
from awards.web.access import Viewer
from awards.web.acting import awards_of
from nextstep_web import table_file
from nextstep_web.answers import files

router = APIRouter(prefix="/awards/result", tags=["pages"])


@router.get("/method.json", responses=files("application/json"))
async def method(request: Request, _: Viewer) -> Response:
    """The method in force with its fingerprint."""
    here = awards_of(request)
    scoring = await load_scoring(here.read, here)
    in_force = scoring.method or current_method(here)
    registered = scoring.registered_at
    return JSONResponse(
        {
            "fingerprint": in_force.fingerprint,
            "registered_at": registered.isoformat() if registered else None,
            "method": in_force.model_dump(mode="json"),
        }
    )


async def result_file(request: Request, result: Result) -> Response:
    """The ranking, with exact fractions; averages in no order for whom some are left out."""
    header = result_header(result)
    rows = result.rows if result.judging.whole else result.averages
    return await table_file(request, "result", header, [_csv_row(result, row) for row in rows])


def result_header(result: Result) -> tuple[str, ...]:
    """The columns of the file."""
    return (
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
        *(f"average_{key}_exact" for key in result.judging.method.keys),
        "separated_by",
        "bursary",
        "method",
    )


def _csv_row(result: Result, row: RankingRow) -> tuple[Any, ...]:
    panel, method = result.judging.panel, result.judging.method
    project = panel.projects[row.project_id]
    whole = result.judging.whole
    return (
        row.rank if whole else None,
        row.project_id,
        project.title,
        panel.author_names(project),
        " ".join(project.authors),
        presented(row.average),
        exact(row.average),
        row.totals[0],
        row.totals[-1],
        presented(row.deviation),
        row.judges,
        *(exact(row.criteria[key]) for key in method.keys),
        row.separated_by if whole else None,
        row.project_id in result.provisional if whole else None,
        method.fingerprint,
    )
