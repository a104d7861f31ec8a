"""The office's list of projects, with how far their sheets are."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards.judging.judging import Judging
from awards.judging.store import known_judging
from awards.panel.panel import Panel
from awards.projects.pages.cells import state_tag
from awards.projects.project import STATE_NAMES, Project
from awards.web.access import Viewer
from awards.web.acting import awards_of, people_here
from nextstep_programme.searching import says
from nextstep_web import asks_for_file, column, listing, render, table_file
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix="/awards/projects", tags=["pages"])

COLUMNS = [
    column("title", "Project", sort=True),
    column("authors", "Authors", sort=True),
    column("supervisor", "Supervisor", sort=True),
    column("employer", "Employer", sort=True),
    column("state", "State", sort=True),
    column("sheets", "Sheets", sort=True, numeric=True),
]
HEADER = ("project_id", "title", "authors", "author_ids", "supervisor", "employer", "state")


@router.get("", responses=TABLE_FILES)
async def projects(request: Request, _: Viewer) -> Response:
    """All projects, filtered and sorted."""
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    panel = judging.panel
    asked = request.query_params
    words, state = asked.get("q", ""), asked.get("state", "")
    found = [one for one in panel.projects.values() if _matches(panel, one, words, state)]
    if asks_for_file(request):
        ordered = sorted(found, key=lambda one: (one.title.casefold(), one.id))
        return await table_file(
            request, "projects", HEADER, [_csv_row(panel, one) for one in ordered]
        )
    keys = {
        "title": lambda one: one.title.casefold(),
        "authors": lambda one: panel.author_names(one).casefold(),
        "supervisor": lambda one: one.details.supervisor.casefold(),
        "employer": lambda one: (panel.employers.called(one.details.trust) or "").casefold(),
        "state": lambda one: one.state,
        "sheets": lambda one: _sheets(judging, one),
    }
    page = listing(request, found, keys, "title")
    return render(
        request,
        "awards/projects.html",
        download=HEADER,
        left_out=not judging.whole,
        found=page,
        rows=[_row(judging, one) for one in page.rows],
        columns=COLUMNS,
        states=list(STATE_NAMES.items()),
    )


def _matches(panel: Panel, project: Project, words: str, state: str) -> bool:
    if state and project.state != state:
        return False
    details = project.details
    said = (details.title, details.supervisor, panel.author_names(project))
    return says(words, *said, *panel.employers.names(details.trust))


def _sheets(judging: Judging, project: Project) -> tuple[int, int]:
    """How many of the project's sheets are locked, and how many are expected."""
    expected = [pair for pair in judging.expected if pair[0] == project.id]
    return sum(1 for pair in expected if judging.sheet(pair).state == "locked"), len(expected)


def _row(judging: Judging, project: Project) -> dict[str, Any]:
    locked, expected = _sheets(judging, project)
    return {
        "title": {"text": project.title, "href": f"/awards/projects/{project.id}"},
        "authors": judging.panel.author_names(project),
        "supervisor": project.details.supervisor,
        "employer": judging.panel.employers.called(project.details.trust),
        "state": state_tag(project),
        "sheets": f"{locked} / {expected}" if expected else None,
    }


def _csv_row(panel: Panel, project: Project) -> tuple[str | None, ...]:
    return (
        project.id,
        project.title,
        panel.author_names(project),
        " ".join(project.authors),
        project.details.supervisor,
        panel.employers.called(project.details.trust),
        project.state,
    )
