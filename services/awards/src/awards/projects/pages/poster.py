"""A project's poster, as a file to save."""

from fastapi import APIRouter, Request, Response

from awards.projects.attaching_a_poster import poster_data
from awards.projects.project import Project
from awards.projects.store import load_project
from awards.web.access import Viewer
from awards.web.acting import awards_of
from nextstep_web.answers import files

router = APIRouter(prefix="/awards/projects", tags=["pages"])


@router.get("/{key}/poster", responses=files("application/pdf"))
async def poster(request: Request, key: str, _: Viewer) -> Response:
    """The poster, for the office."""
    return await poster_file(request, await load_project(awards_of(request).read, key))


async def poster_file(request: Request, project: Project) -> Response:
    """Answer with a project's poster.

    Raises:
        NoSuch: it has none.

    """
    data = await poster_data(awards_of(request), project)
    name = f"poster-{project.id[:8]}.pdf"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)
