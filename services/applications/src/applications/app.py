"""The composition root: the only place where the service is wired."""

import os
from functools import partial

from fastapi import Depends, FastAPI

from applications import handlers
from applications.admissions import store as admissions_store
from applications.admissions.act import Applications
from applications.data_requests import store as data_requests_store
from applications.data_requests.gathering import Own
from applications.documents import store as documents_store
from applications.documents.discarding import add_discarding
from applications.documents.download import Downloader
from applications.documents.fetching import add_fetching
from applications.documents.rescanning import add_rescanning
from applications.employers import store as employers_store
from applications.employers.keeping import begin_list
from applications.intake import store as intake_store
from applications.intake.doors import Doors
from applications.intake.sources import (
    LiveSource,
    by_hand,
    check_documents,
    load_sources,
    refuse_weak_secrets,
)
from applications.intake.webhook import Webhook, webhook_routes
from applications.intake.worker import add_intake
from applications.office import store as office_store
from applications.office.list import store as list_store
from applications.office.list.card_index import CardIndex
from applications.office.pages.audit import AUDIT
from applications.person_export import files_of, told_of_person
from applications.review import store as review_store
from applications.review.saying_conflicts import say_everything, say_of_changed
from applications.review.store import hidden_from, people_at
from applications.routes import PAGES
from applications.settings import Settings
from applications.study_leave import store as study_leave_store
from applications.web.access import hides_nothing
from applications.web.own_application import kept_from, roles_of
from nextstep_documents.virus_scanner import Scanner
from nextstep_messaging import Check, Clock, Lease, Messaging, Pace
from nextstep_programme import load
from nextstep_web import create_app
from nextstep_web.bodies import Rooms

TEMPLATES = (
    "applications.applicant.pages",
    "applications.data_requests.pages",
    "applications.documents.pages",
    "applications.employers.pages",
    "applications.intake.pages",
    "applications.office.pages",
    "applications.public.pages",
    "applications.review.pages",
    "applications.study_leave.pages",
    "applications.web",
)
"""Packages with a folder `templates`: each feature keeps its own beside its pages."""
STORES = (
    admissions_store,
    documents_store,
    employers_store,
    intake_store,
    review_store,
    office_store,
    list_store,
    study_leave_store,
    data_requests_store,
)
CONFLICTS_PACE = Pace(sweep=600.0)
"""Each decision says itself what it closes. This finds what an earlier release left unsaid, and a
likeness that two people made at the same moment, one by applying and one by becoming a reviewer."""
EMPLOYERS_PACE = Pace(sweep=3600.0)
"""The cohort's file brings its employers when the service starts. Later looks change nothing."""
COLLECTIONS = [collection for store in STORES for collection in store.COLLECTIONS]


def build(
    settings: Settings, clock: Clock, downloader: Downloader | None = None
) -> tuple[FastAPI, Messaging]:
    """Build the service; nothing is started yet.

    `downloader` fetches the files that forms give as links; a test gives one of its own.
    """
    loaded = load(settings.cohort)
    sources = load_sources(settings.sources, os.environ)
    check_documents(sources, loaded.cohort.eligibility.documents)
    if settings.environment != "local":
        refuse_weak_secrets(sources)
    scanner = Scanner(settings.clamav)
    messaging = Messaging(handlers.router, settings, clock=clock, collections=COLLECTIONS)
    applications = Applications(messaging, loaded, say_of_changed)
    messaging.provide(applications)
    rooms = Rooms.of(settings)
    entered = by_hand(loaded.cohort.eligibility.documents)
    readers = {**sources, entered.name: entered}
    intake = add_intake(applications, readers, scanner, rooms)
    hosts = {source.name: source.file_hosts for source in sources.values()}
    add_fetching(applications, hosts, scanner, downloader or Downloader())
    add_rescanning(applications, scanner)
    add_discarding(messaging)

    async def keep_conflicts_said(_lease: Lease) -> bool:
        await applications.perform(say_everything)
        return False

    conflicts = messaging.add_worker("conflicts", keep_conflicts_said, CONFLICTS_PACE)

    async def begin_employers(_lease: Lease) -> bool:
        await applications.perform(begin_list)
        return False

    messaging.add_worker("employers", begin_employers, EMPLOYERS_PACE)

    doors = Doors(settings.submissions_per_second, settings.bodies_on_disk)
    webhook = Webhook(sources, messaging.db, clock.now, intake.wake, doors)
    app = create_app(
        messaging=messaging,
        here=applications,
        title="Applications",
        settings=settings,
        zone=loaded.cohort.zone,
        legal=loaded.legal_pages,
        routers=[webhook_routes(webhook, settings.largest_body), *PAGES],
        audit=AUDIT,
        templates=TEMPLATES,
        checks=lambda: map(_has_secret, sources.values()),
        roles_of=partial(roles_of, applications),
        kept_from=kept_from,
        people_at=people_at,
        dead_letter_guards=[Depends(hides_nothing)],
        rooms=rooms,
    )
    app.state.cards = CardIndex()
    app.state.hidden_from = partial(hidden_from, messaging.db.read, loaded.cohort)
    app.state.sources, app.state.wake_intake = sources, intake.wake
    app.state.readers = readers
    app.state.wake_conflicts = conflicts.wake
    app.state.scanner = scanner
    app.state.own_data = Own(partial(told_of_person, messaging), partial(files_of, messaging))
    return app, messaging


def _has_secret(source: LiveSource) -> Check:
    names = " or ".join(source.definition.secrets)
    missing = "" if source.secrets else f"set {names}; until then every submission is refused"
    return Check(f"source {source.name}", bool(source.secrets), missing)
