"""The pages: the office's, the panellists' and a Fellow's own."""

from fastapi import APIRouter, FastAPI

from awards.pages import (
    audit,
    conflicts,
    fellow,
    graduation,
    office,
    panellist,
    panellists,
    project_changes,
    projects,
    result,
    scoring,
    site,
)
from awards.terms import Terms
from nextstep_messaging import Messaging
from nextstep_web.dead_letter_pages import dead_letter_pages


def routers(terms: Terms, messaging: Messaging) -> tuple[APIRouter, ...]:
    """The routes of every page."""
    return (
        office.router,
        project_changes.routes(terms),  # before projects: "new" is no project's id
        projects.router,
        panellists.router,
        conflicts.router,
        scoring.router,
        result.router,
        graduation.router,
        audit.router,
        panellist.router,
        fellow.routes(terms),
        dead_letter_pages("awards", lambda: messaging.dead_letters),
    )


def install(app: FastAPI, terms: Terms, messaging: Messaging) -> None:
    """Give the pages what they need."""
    site.install(app, site.Site(terms, messaging))
