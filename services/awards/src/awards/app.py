"""The composition root: the only place where the parts of the service are wired together."""

from functools import partial

from fastapi import Depends, FastAPI

from awards import handlers
from awards.fellows import store as fellows
from awards.fellows.act import Awards
from awards.graduation import store as graduation
from awards.judging import store as judging
from awards.judging.pages.knowing_all import knows_all
from awards.office.pages.audit import AUDIT
from awards.panel import store as panel
from awards.panel.saying_recusals import say_recusals
from awards.projects import store as projects
from awards.projects.scanning_posters import add_scanning
from awards.result import store as result
from awards.routes import page_routes, roles_of
from awards.settings import Settings
from nextstep_documents.virus_scanner import Scanner
from nextstep_messaging import Clock, Lease, Messaging, Pace
from nextstep_programme import load
from nextstep_web import create_app, employers
from nextstep_web.conflicts import kept_from

PORT = 8104
RECUSALS_PACE = Pace(sweep=600.0)
"""Each act says itself whom it closes. This finds what an earlier release left unsaid, and a
likeness that two people made at the same moment, one by a project and one by joining the panel."""
STORES = (fellows, projects, panel, judging, result, graduation, employers)
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
    loaded = load(settings.cohort)
    messaging = Messaging(
        handlers.router,
        settings,
        clock=clock,
        collections=[one for store in STORES for one in store.COLLECTIONS],
    )
    here = Awards(
        messaging,
        cohort=loaded.cohort,
        minimum_judges=settings.minimum_judges,
        poster_limit=settings.poster_megabytes * 1_000_000,
        judges_changed=say_recusals,
        scanner=Scanner(settings.clamav),
    )
    messaging.provide(here)
    add_scanning(here)

    async def keep_recusals_said(_lease: Lease) -> bool:
        await messaging.transact(lambda uow: say_recusals(uow, here))
        return False

    messaging.add_worker("recusals", keep_recusals_said, RECUSALS_PACE)
    app = create_app(
        messaging=messaging,
        here=here,
        title="Awards",
        settings=settings,
        zone=here.cohort.zone,
        legal=loaded.legal_pages,
        routers=page_routes(here.poster_limit),
        audit=AUDIT,
        templates=TEMPLATES,
        roles_of=partial(roles_of, here),
        kept_from=kept_from,
        people_at=fellows.people_at,
        dead_letter_guards=[Depends(knows_all)],
    )
    return app, messaging
