"""The composition root: the only place where the service is wired."""

import os
from functools import partial

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
from applications.office import store as office_store
from applications.office.list import store as list_store
from applications.office.list.card_index import CardIndex
from applications.office.pages.audit import AUDIT
from applications.review import store as review_store
from applications.review.store import hidden_from
from applications.routes import PAGES
from applications.settings import Settings
from nextstep_messaging import Check, Clock, Messaging
from nextstep_programme import load
from nextstep_web import create_app

TEMPLATES = (
    "applications.applicant.pages",
    "applications.documents.pages",
    "applications.intake.pages",
    "applications.office.pages",
    "applications.review.pages",
    "applications.study_leave.pages",
    "applications.web",
)
"""Packages with a folder `templates`: each feature keeps its own beside its pages."""
STORES = (
    admissions_store,
    documents_store,
    intake_store,
    review_store,
    office_store,
    list_store,
)
COLLECTIONS = [collection for store in STORES for collection in store.COLLECTIONS]


def build(
    settings: Settings, clock: Clock, downloader: Downloader | None = None
) -> tuple[FastAPI, Messaging]:
    """Build the service; nothing is started yet.

    `downloader` fetches the files that forms give as links; a test gives one of its own.
    """
    loaded = load(settings.cohort)
    sources = load_sources(settings.sources, os.environ)
    scanner = Scanner(settings.clamav)
    messaging = Messaging(handlers.router, settings, clock=clock, collections=COLLECTIONS)
    applications = Applications(messaging, loaded)
    messaging.provide(applications)
    intake = add_intake(applications, sources, scanner)
    hosts = {source.name: source.file_hosts for source in sources.values()}
    add_fetching(applications, hosts, scanner, downloader or Downloader())
    add_rescanning(applications, scanner)
    add_discarding(messaging)

    webhook = Webhook(sources, messaging.db, clock.now, intake.wake)
    app = create_app(
        messaging=messaging,
        here=applications,
        title="Applications",
        settings=settings,
        zone=loaded.cohort.zone,
        routers=[webhook_routes(webhook, settings.largest_body), *PAGES],
        audit=AUDIT,
        templates=TEMPLATES,
        checks=lambda: map(_has_secret, sources.values()),
    )
    app.state.cards = CardIndex()
    app.state.hidden_from = partial(hidden_from, messaging.db.read, loaded.cohort)
    app.state.sources, app.state.wake_intake = sources, intake.wake
    app.state.scanner = scanner
    return app, messaging


def _has_secret(source: LiveSource) -> Check:
    names = " or ".join(source.definition.secrets)
    missing = "" if source.secrets else f"set {names}; until then every submission is refused"
    return Check(f"source {source.name}", bool(source.secrets), missing)
