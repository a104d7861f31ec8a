"""The office's list of projects, and one project with everything about it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards import store
from awards.board import Board
from awards.fellows import Presence, capstone
from awards.pages.site import Viewer, column, options, site
from awards.panel import KIND_NAMES
from awards.projects import STATE_NAMES, Project
from awards.ranking import presented
from awards.sheets import STATE_NAMES as SHEET_STATES
from awards.terms import Terms
from nextstep_contracts import NoSuch
from nextstep_web import csv_response, listing, render

router = APIRouter(prefix="/awards/projects", tags=["pages"])

COLOURS = {"registered": "yellow", "submitted": "green", "removed": "grey"}
SHEET_COLOURS = {"missing": "grey", "draft": "yellow", "locked": "green", "excluded": "orange"}
COLUMNS = [
    column("title", "Project"),
    column("authors", "Authors"),
    column("supervisor", "Supervisor"),
    column("trust", "Trust"),
    column("state", "State"),
    column("sheets", "Sheets", numeric=True),
]


def _sheets(board: Board, project: Project) -> tuple[int, int]:
    expected = [pair for pair in board.expected if pair[0] == project.id]
    return sum(1 for pair in expected if board.sheet(pair).state == "locked"), len(expected)


def _matches(board: Board, project: Project, words: str, state: str) -> bool:
    if state and project.state != state:
        return False
    details = project.details
    text = f"{details.title} {details.supervisor} {details.trust} {board.author_names(project)}"
    return all(word in text.casefold() for word in words.casefold().split())


@router.get("")
async def projects(request: Request, _: Viewer) -> Response:
    """All projects, filtered and sorted."""
    board = await site(request).board()
    asked = request.query_params
    words, state = asked.get("q", ""), asked.get("state", "")
    found = [one for one in board.projects.values() if _matches(board, one, words, state)]
    if asked.get("format") == "csv":
        return _csv(board, found)
    keys = {
        "title": lambda one: one.title.casefold(),
        "authors": lambda one: board.author_names(one).casefold(),
        "supervisor": lambda one: one.details.supervisor.casefold(),
        "trust": lambda one: one.details.trust.casefold(),
        "state": lambda one: one.state,
        "sheets": lambda one: _sheets(board, one),
    }
    page = listing(request, found, keys, "title")
    rows = [_row(board, one) for one in page.rows]
    states = list(STATE_NAMES.items())
    return render(
        request, "awards/projects.html", found=page, rows=rows, columns=COLUMNS, states=states
    )


def _row(board: Board, project: Project) -> dict[str, Any]:
    locked, expected = _sheets(board, project)
    return {
        "title": {"text": project.title, "href": f"/awards/projects/{project.id}"},
        "authors": board.author_names(project),
        "supervisor": project.details.supervisor,
        "trust": project.details.trust,
        "state": {"tag": STATE_NAMES[project.state], "colour": COLOURS[project.state]},
        "sheets": f"{locked} / {expected}" if expected else None,
    }


def _csv(board: Board, found: list[Project]) -> Response:
    header = ("project_id", "title", "authors", "author_ids", "supervisor", "trust", "state")
    rows = [
        (
            one.id,
            one.title,
            board.author_names(one),
            " ".join(one.authors),
            one.details.supervisor,
            one.details.trust,
            one.state,
        )
        for one in sorted(found, key=lambda one: (one.title.casefold(), one.id))
    ]
    return csv_response("projects.csv", header, rows)


@router.get("/missing")
async def missing(request: Request, _: Viewer) -> Response:
    """The Fellows who have not registered a project."""
    board = await site(request).board()
    authors = {person for one in board.projects.values() for person in one.authors}
    found = [one for one in board.fellows.values() if one.active and one.id not in authors]
    keys = {"name": lambda one: one.name.casefold(), "trust": lambda one: one.trust}
    page = listing(request, found, keys, "name", per_page=0)
    if request.query_params.get("format") == "csv":
        rows = [(one.id, one.name, one.email, one.trust) for one in page.rows]
        return csv_response("without-project.csv", ("person_id", "name", "email", "trust"), rows)
    return render(
        request,
        "awards/without_project.html",
        found=page,
        columns=[
            column("name", "Fellow"),
            column("trust", "Trust"),
            column("email", "Email", sort=False),
        ],
        rows=[{"name": one.name, "trust": one.trust, "email": one.email} for one in page.rows],
    )


@router.get("/{key}/poster")
async def poster(request: Request, key: str, _: Viewer) -> Response:
    """The poster, as a file to save."""
    here = site(request)
    project = await store.get(here.messaging.db.read, Project, key)
    return await poster_file(request, project)


async def poster_file(request: Request, project: Project | None) -> Response:
    """Answer with a project's poster.

    Raises:
        NoSuch: there is no such project, or it has no poster.

    """
    if project is None or project.poster is None:
        raise NoSuch("There is no poster.")
    data = await site(request).messaging.db.files.get(project.poster.file_id)
    if data is None:
        raise NoSuch("There is no poster.")
    name = f"poster-{project.id[:8]}.pdf"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)


@router.get("/{key}")
async def project_page(request: Request, key: str, _: Viewer) -> Response:
    """One project: details, judges, conflicts, what may be done."""
    here = site(request)
    board = await here.board()
    project = board.projects.get(key)
    if project is None:
        raise NoSuch("There is no such project.")
    present = await _present(here.messaging.db.read, here.terms, project)
    return render(
        request,
        "awards/project.html",
        project=project,
        authors=[(one, present.get(one.id)) for one in board.authors(project)],
        state={"tag": STATE_NAMES[project.state], "colour": COLOURS[project.state]},
        judges=[_judge_row(board, project, one.id) for one in board.judges],
        panellists=options([(one.id, one.name) for one in board.judges], "Choose a panellist"),
        kinds=options(list(KIND_NAMES.items()), "Choose a kind"),
        row=next((row for row in board.rows if row.project_id == key), None),
        presented=presented,
        scoring=board.scoring,
    )


def _judge_row(board: Board, project: Project, judge: str) -> dict[str, Any]:
    pair = (project.id, judge)
    sheet = board.sheet(pair)
    panellist = board.panellists[judge]
    if pair in board.recused:
        state: Any = {"tag": "Recused", "colour": "red"}
    else:
        state = {"tag": SHEET_STATES[sheet.state], "colour": SHEET_COLOURS[sheet.state]}
    total = board.method.total(sheet.scores) if sheet.locked_at else None
    return {
        "name": {"text": panellist.name, "href": f"/awards/panellists/{judge}"},
        "organisation": panellist.organisation,
        "state": state,
        "total": total,
        "sheet": {"text": "Open", "href": f"/awards/sheets/{project.id}/{judge}"},
    }


async def _present(read: store.Reader, terms: Terms, project: Project) -> dict[str, bool]:
    """Which authors were at the capstone, as far as the register is known."""
    last = capstone(terms.cohort)
    if last is None:
        return {}
    session = f"{terms.cohort.id}:{last.key}"
    matching = {"person_id": {"$in": list(project.authors)}, "session_id": session}
    return {one.person_id: one.attended for one in await store.find(read, Presence, matching)}
