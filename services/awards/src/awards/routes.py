"""All pages of the service. They find what they need in the application that they belong to."""

from fastapi import APIRouter

from awards.fellow.pages import own_page
from awards.fellows.act import Awards
from awards.graduation.pages import graduation
from awards.judging.pages import panellist, panellists, scoring, sheets
from awards.office.pages import home, project, projects
from awards.panel.pages import conflicts
from awards.panellist.pages import my_projects, my_sheet
from awards.projects.pages import on_behalf, poster, without_project
from awards.result.pages import files, result


def page_routes(here: Awards) -> list[APIRouter]:
    """The routes of every page."""
    return [
        home.router,
        projects.router,
        on_behalf.routes(here.poster_limit),  # before one project: "new" is no project's id
        without_project.router,
        poster.router,
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
        own_page.routes(here.poster_limit),
    ]
