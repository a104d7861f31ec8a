"""The composition root: the only place where the service is wired."""

import os
from collections.abc import Sequence

from fastapi import FastAPI

from applications import handlers
from applications.admissions import store as admissions_store
from applications.admissions.act import Applications
from applications.documents import store as documents_store
from applications.documents.discarding import add_discarding
from applications.documents.download import Downloader
from applications.documents.fetching import add_fetching
from applications.documents.rescanning import add_rescanning
from applications.documents.virus_scanner import Scanner
from applications.intake import store as intake_store
from applications.intake.sources import LiveSource, load_sources
from applications.intake.webhook import Webhook, webhook_routes
from applications.intake.worker import add_intake
from applications.review import store as review_store
from applications.routes import page_routes
from applications.settings import Settings
from applications.web.acting import Site
from nextstep_messaging import Check, Clock, Messaging
from nextstep_programme import load
from nextstep_web import create_app

TEMPLATES = (
    "applications.applicant",
    "applications.documents.pages",
    "applications.intake.pages",
    "applications.office.pages",
    "applications.review.pages",
    "applications.study_leave.pages",
    "applications.web",
)
"""Packages with a folder `templates`: each feature keeps its own beside its pages."""
COLLECTIONS = (
    *admissions_store.COLLECTIONS,
    *documents_store.COLLECTIONS,
    *intake_store.COLLECTIONS,
    *review_store.COLLECTIONS,
)


def build(
    settings: Settings, clock: Clock, downloader: Downloader | None = None
) -> tuple[FastAPI, Messaging]:
    """Build the service; nothing is started yet.

    `downloader` fetches the files that forms give as links; a test gives one of its own.
    """
    loaded = load(settings.cohort)
    sources = load_sources(settings.sources, os.environ)
    scanner = Scanner(settings.clamav)
    messaging = Messaging(
        "applications",
        settings,
        clock=clock,
        subscriptions=handlers.subscriptions(loaded.cohort),
        timers=handlers.timers(loaded.cohort),
        collections=COLLECTIONS,
    )
    applications = Applications(messaging, loaded)
    intake = add_intake(applications, sources, scanner)
    hosts = {source.name: source.file_hosts for source in sources.values()}
    add_fetching(applications, hosts, scanner, downloader or Downloader())
    add_rescanning(applications, scanner)
    add_discarding(messaging)

    async def readiness() -> Sequence[Check]:
        return [*await messaging.readiness(), *map(_has_secret, sources.values())]

    webhook = Webhook(sources, messaging.db, clock.now, intake.wake)
    app = create_app(
        service="applications",
        title="Applications",
        settings=settings,
        routers=[
            webhook_routes(webhook, settings.largest_body),
            *page_routes(messaging.dead_letters),
        ],
        templates=TEMPLATES,
        readiness=readiness,
        lifespan=messaging.lifespan,
        now=clock.now,
        metrics=messaging.measure,
    )
    app.state.site = Site(applications)
    app.state.sources, app.state.wake_intake = sources, intake.wake
    app.state.scanner = scanner
    return app, messaging


def _has_secret(source: LiveSource) -> Check:
    names = " or ".join(source.definition.secrets)
    missing = "" if source.secrets else f"set {names}; until then every submission is refused"
    return Check(f"source {source.name}", bool(source.secrets), missing)
