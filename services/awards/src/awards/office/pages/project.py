"""One project with everything about it: details, judges, rank, and what may be done."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards.fellows.store import at_the_capstone
from awards.judging.judging import Judging
from awards.judging.pages.cells import RECUSED, sheet_tag, sheet_total
from awards.panel.conflicts import KIND_NAMES
from awards.panel.panellists import Panellist
from awards.projects.pages.cells import state_tag
from awards.projects.pages.waiting import names_waited_for
from awards.projects.project import Project
from awards.result.ranking import presented
from awards.result.store import known_result
from awards.web.access import Viewer
from awards.web.acting import awards_of, people_here
from nextstep_contracts import NoSuch
from nextstep_web import options, render
from nextstep_web.conflicts import ClosedPeople

router = APIRouter(prefix="/awards/projects", tags=["pages"])


@router.get("/{key}")
async def project_page(request: Request, key: str, _: Viewer, closed: ClosedPeople) -> Response:
    """The page."""
    here = awards_of(request)
    result = await known_result(here.read, here, people_here(request))
    judging, panel = result.judging, result.judging.panel
    project = panel.projects.get(key)
    if project is None:
        raise NoSuch("There is no such project.")
    present = await at_the_capstone(here.read, here.cohort, project.authors)
    return render(
        request,
        "awards/project.html",
        left_out=not judging.whole,
        project=project,
        where=panel.employers.called(project.details.trust),
        authors=[(one, present.get(one.id)) for one in panel.authors(project)],
        waiting=await names_waited_for(here, project, closed),
        state=state_tag(project),
        judges=[_judge_row(judging, project, one) for one in panel.judges],
        panellists=options(
            [(one.id, one.name) for one in panel.judges if one.id not in panel.reader],
            "Choose a panellist",
        ),
        kinds=options(list(KIND_NAMES.items()), "Choose a kind"),
        row=next((row for row in result.averages if row.project_id == key), None),
        presented=presented,
        scoring=judging.scoring,
    )


def _judge_row(judging: Judging, project: Project, judge: Panellist) -> dict[str, Any]:
    pair = (project.id, judge.id)
    sheet = judging.sheet(pair)
    return {
        "name": {"text": judge.name, "href": f"/awards/panellists/{judge.id}"},
        "organisation": judge.organisation,
        "state": RECUSED if pair in judging.panel.recused else sheet_tag(sheet),
        "total": sheet_total(judging.method, sheet),
        "sheet": {"text": "Open", "href": f"/awards/sheets/{project.id}/{judge.id}"},
    }
