"""The composition root: the only place where the parts of the service are wired together."""

from fastapi import FastAPI

from awards import handlers
from awards.fellows import store as fellows
from awards.fellows.act import Awards
from awards.graduation import store as graduation
from awards.judging import store as judging
from awards.office.pages.audit import AUDIT
from awards.panel import store as panel
from awards.projects import store as projects
from awards.result import store as result
from awards.routes import page_routes
from awards.settings import Settings
from nextstep_messaging import Clock, Messaging
from nextstep_programme import load
from nextstep_web import create_app

PORT = 8104
STORES = (fellows, projects, panel, judging, result, graduation)
TEMPLATES = (
    "awards.fellow.pages",
    "awards.graduation.pages",
    "awards.judging.pages",
    "awards.office.pages",
    "awards.panel.pages",
    "awards.panellist.pages",
    "awards.projects.pages",
    "awards.result.pages",
    "awards.web",
)
"""Packages with a folder `templates`: each feature keeps its own beside its pages."""


def build(settings: Settings, clock: Clock) -> tuple[FastAPI, Messaging]:
    """Build the application and its messaging; nothing is started yet."""
    messaging = Messaging(
        handlers.router,
        settings,
        clock=clock,
        collections=[one for store in STORES for one in store.COLLECTIONS],
    )
    here = Awards(
        messaging,
        cohort=load(settings.cohort).cohort,
        minimum_judges=settings.minimum_judges,
        poster_limit=settings.poster_megabytes * 1_000_000,
    )
    messaging.provide(here)
    app = create_app(
        messaging=messaging,
        here=here,
        title="Awards",
        settings=settings,
        zone=here.cohort.zone,
        routers=page_routes(here),
        audit=AUDIT,
        templates=TEMPLATES,
    )
    return app, messaging
