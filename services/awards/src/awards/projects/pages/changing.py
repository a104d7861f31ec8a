"""How pages change a project that they know by its id."""

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec

from fastapi import Request
from starlette.datastructures import UploadFile

from awards.fellows.act import Act
from awards.projects.attaching_a_poster import attach_poster, keep_poster
from awards.projects.project import Project
from awards.projects.store import load_project
from awards.web.acting import awards_of, perform
from nextstep_web import Principal
from nextstep_web.bodies import in_memory
from nextstep_web.rates import files_of

P = ParamSpec("P")
Verb = Callable[Concatenate[Act, Project, P], Awaitable[Project]]


async def change(
    request: Request,
    principal: Principal,
    project_id: str,
    verb: Verb[P],
    *given: P.args,
    **named: P.kwargs,
) -> Project:
    """Do `verb` to the project with this id."""

    async def use_case(act: Act) -> Project:
        return await verb(act, await load_project(act.read, project_id), *given, **named)

    return await perform(request, principal, use_case)


async def attach(
    request: Request, principal: Principal, project: Project, upload: UploadFile
) -> None:
    """Keep the poster that was sent, then attach it."""
    files_of(request, principal.subject, 1)
    async with in_memory(request.app.state.rooms, upload.size or 0):
        name, data = upload.filename or "", await upload.read()
        poster = await keep_poster(awards_of(request), project.id, name, data, principal.subject)
    await change(request, principal, project.id, attach_poster, poster)
