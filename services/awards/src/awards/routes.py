"""All pages of the service. They find what they need in the application that they belong to."""

from functools import cache

from fastapi import APIRouter, Depends

from awards.fellow.pages import own_page
from awards.fellows.act import Awards
from awards.fellows.fellow import Fellow
from awards.fellows.records import get
from awards.graduation.pages import graduation
from awards.judging.pages import panellist, panellists, scoring, sheets
from awards.office.pages import home, project, projects
from awards.panel.pages import conflicts
from awards.panel.pages.known_project import known_project
from awards.panel.panellists import Panellist
from awards.panellist.pages import my_projects, my_sheet
from awards.projects.pages import on_behalf, poster, without_project
from awards.result.pages import files, result
from nextstep_web.conflicts import closed_people


@cache
def page_routes(poster_limit: int) -> list[APIRouter]:
    """The routes of every page; a poster may have `poster_limit` bytes."""
    found = APIRouter(dependencies=[Depends(closed_people)])
    for router in _routers(poster_limit):
        found.include_router(router)
    return [found]


def _routers(poster_limit: int) -> list[APIRouter]:
    return [
        home.router,
        projects.router,
        without_project.router,
        _of_known_projects(
            on_behalf.routes(poster_limit),  # before one project: "new" is no project's id
            poster.router,
        ),
        project.router,
        panellists.router,
        panellist.router,
        conflicts.router,
        scoring.router,
        sheets.router,
        result.router,
        files.router,
        graduation.router,
        my_projects.router,
        my_sheet.router,
        own_page.routes(poster_limit),
    ]


def _of_known_projects(*routers: APIRouter) -> APIRouter:
    """Pages of the office about projects, none of which says anything of a hidden one."""
    found = APIRouter(dependencies=[Depends(known_project)])
    for router in routers:
        found.include_router(router)
    return found


async def roles_of(here: Awards, person_id: str) -> frozenset[str]:
    """What somebody is here, which says what pages an emailed link opens: Fellow, panellist."""
    fellow = await get(here.read, Fellow, person_id)
    panellist = await get(here.read, Panellist, person_id)
    held = {
        "fellow": fellow is not None and fellow.active and not fellow.erased,
        "panellist": panellist is not None and panellist.judges,
    }
    return frozenset(role for role, holds in held.items() if holds)
