"""The Fellows who have not registered a project."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards.fellows.store import known_fellows
from awards.projects.authors import without_project
from awards.projects.store import projects_of
from awards.web.access import Viewer
from awards.web.acting import awards_of
from nextstep_web import asks_for_file, column, listing, render, table_file
from nextstep_web.answers import TABLE_FILES
from nextstep_web.conflicts import ClosedPeople
from nextstep_web.employers import known_employers

router = APIRouter(prefix="/awards/projects", tags=["pages"])
COLUMNS = [
    column("name", "Fellow", sort=True),
    column("employer", "Employer", sort=True),
    column("email", "Email"),
]
HEADER = ("person_id", "name", "email", "employer")


@router.get("/missing", responses=TABLE_FILES)
async def missing(request: Request, _: Viewer, closed: ClosedPeople) -> Response:
    """The list, and the same as a file."""
    here = awards_of(request)
    fellows, projects = await known_fellows(here.read), await projects_of(here.read, here)
    known = (one for one in fellows.values() if one.id not in closed)
    found = without_project(known, projects.values())
    employers = await known_employers(here.read)
    sort_keys: dict[str, Any] = {
        "name": lambda one: one.name.casefold(),
        "employer": lambda one: employers.called(one.trust),
    }
    page = listing(request, found, sort_keys, "name", per_page=0)
    if asks_for_file(request):
        rows = [(one.id, one.name, one.email, employers.called(one.trust)) for one in page.rows]
        return await table_file(request, "without-project", HEADER, rows)
    return render(
        request,
        "awards/without_project.html",
        download=HEADER,
        found=page,
        columns=COLUMNS,
        rows=[
            {"name": one.name, "employer": employers.called(one.trust), "email": one.email}
            for one in page.rows
        ],
    )
