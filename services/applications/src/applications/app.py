"""The composition root: the only place where the service is wired."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from applications import handlers
from applications.admissions.act import Applications
from applications.admissions.store import COLLECTIONS
from applications.documents.discarding import keep_removing
from applications.documents.fetching import FetchWorker
from applications.documents.rescanning import ScanWorker
from applications.documents.virus_scanner import Scanner
from applications.intake.sources import LiveSource, load_sources
from applications.intake.webhook import webhook_routes
from applications.intake.worker import IntakeWorker
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


def build(settings: Settings, clock: Clock) -> tuple[FastAPI, Messaging]:
    """Build the service; nothing is started yet."""
    loaded = load(settings.cohort)
    sources = load_sources(settings.sources, os.environ)
    messaging = Messaging(
        "applications",
        settings,
        clock=clock,
        subscriptions=handlers.subscriptions(loaded.cohort),
        timers=handlers.timers(loaded.cohort),
        collections=COLLECTIONS,
        workers={
            "intake": lambda: intake.run(),  # noqa: PLW0108 - made below
            "fetching": lambda: fetching.run(),  # noqa: PLW0108 - made below
            "scanning": lambda: scanning.run(),  # noqa: PLW0108 - made below
            "discards": lambda: keep_removing(messaging.db),
        },
    )
    applications, scanner = Applications(messaging, loaded), Scanner(settings.clamav)
    intake = IntakeWorker(applications, sources, scanner)
    fetching = FetchWorker(applications, sources, scanner)
    scanning = ScanWorker(applications, scanner)
    intake.attach(messaging)
    fetching.attach(messaging)
    scanning.attach(messaging)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await messaging.start()
        try:
            yield
        finally:
            await messaging.stop()

    async def readiness() -> Sequence[Check]:
        return [*await messaging.readiness(), *map(_has_secret, sources.values())]

    webhook = webhook_routes(
        sources, lambda: messaging.db, clock.now, intake.woken.set, settings.largest_body
    )
    app = create_app(
        service="applications",
        title="Applications",
        settings=settings,
        routers=[webhook, *page_routes(messaging.dead_letters)],
        templates=TEMPLATES,
        readiness=readiness,
        lifespan=lifespan,
        now=clock.now,
        metrics=messaging.measure,
    )
    app.state.site = Site(applications, intake)
    app.state.fetching, app.state.scanning = fetching, scanning
    return app, messaging


def _has_secret(source: LiveSource) -> Check:
    names = " or ".join(source.definition.secrets)
    missing = "" if source.secrets else f"set {names}; until then every submission is refused"
    return Check(f"source {source.name}", bool(source.secrets), missing)
