"""The composition root: the only place where the service is wired."""

from collections.abc import Callable

from fastapi import Depends, FastAPI

from nextstep_messaging import Clock, Lease, Messaging, Pace
from nextstep_programme import load
from nextstep_web import create_app
from nextstep_web.conflicts import nothing_closed
from notifications import handlers
from notifications.calendar import store as calendar_store
from notifications.calendar.keeping import settle_marks
from notifications.delivery import store as delivery_store
from notifications.delivery.packing import Packer
from notifications.delivery.sender import Sender
from notifications.delivery.smtp import Pool, Server
from notifications.emails.sent_from import From
from notifications.emails.writing import Frame, Writer
from notifications.hearing import store as hearing_store
from notifications.hearing.act import Notifications
from notifications.hearing.email_record import PENDING
from notifications.hearing.form_emails import Bounds
from notifications.hearing.marks import MARKS
from notifications.office.audit_email import tell_office
from notifications.office.pages.audit import AUDIT
from notifications.routes import PAGES
from notifications.settings import Settings

COLLECTIONS = (
    *hearing_store.COLLECTIONS,
    *calendar_store.COLLECTIONS,
    *delivery_store.COLLECTIONS,
)
TEMPLATES = ("notifications.office.pages", "notifications.person.pages")
"""Packages with a folder `templates`: each feature keeps its own beside its pages."""
PACE = Pace(sweep=1.0, quiet=0.04, longest_wait=0.04)
"""Of both workers. An email that waited to be tried again is found within a second; what causes
one email often causes several, which come together in a twenty-fifth of that."""


AUDIT_PACE = Pace(sweep=300.0)
"""Of the daily email about the audit logs, which is due at some time in the morning."""


def build(settings: Settings, clock: Clock) -> tuple[FastAPI, Messaging]:
    """Build the service; nothing is started yet."""
    loaded = load(settings.cohort)
    cohort = loaded.cohort
    us = From(settings.sender_name, settings.sender_address, settings.contact)
    messaging = Messaging(handlers.router, settings, clock=clock, collections=COLLECTIONS)

    async def keep_calendars(_lease: Lease) -> bool:
        return await settle_marks(here)

    here = Notifications(
        messaging,
        Writer(Frame(cohort.title, settings.contact, settings.service_urls, loaded.legal_pages)),
        us,
        cohort.zone,
        Bounds(settings.form_emails_an_hour, settings.form_emails_a_day),
        programme_page=f"{settings.scheduling_url.rstrip('/')}/scheduling/me",
        wake_sender=_add_sender(messaging, us, settings),
        wake_calendar_keeper=messaging.add_worker("calendar", keep_calendars, PACE).wake,
    )
    messaging.provide(here)
    messaging.pending("calendars", lambda: here.db.read(MARKS).count({}))  # they become emails
    messaging.pending(
        "emails", lambda: here.db.read(hearing_store.EMAILS).count({"state": {"$in": [*PENDING]}})
    )
    if (recipient := settings.audit_recipient) is not None:

        async def tell(_lease: Lease) -> bool:
            await tell_office(here, recipient)
            return False

        messaging.add_worker("audit email", tell, AUDIT_PACE)
    app = create_app(
        messaging=messaging,
        here=here,
        title="Messages",
        settings=settings,
        zone=cohort.zone,
        legal=loaded.legal_pages,
        routers=PAGES,
        audit=AUDIT,
        templates=TEMPLATES,
        people_at=hearing_store.people_at,
        dead_letter_guards=[Depends(nothing_closed)],
    )
    return app, messaging


def _add_sender(messaging: Messaging, us: From, settings: Settings) -> Callable[[], None]:
    """Let the service send emails. Returns how to say that there is one to send."""
    packer = Packer(us, settings.link_private_key.get_secret_value())
    pool = Pool(_server(settings), settings.smtp_connections)
    sender = Sender(messaging, packer, pool, settings.smtp_retry_delays)
    return messaging.add_worker("sender", sender.look, PACE, at_end=pool.close).wake


def _server(settings: Settings) -> Server:
    password = settings.smtp_password
    return Server(
        host=settings.smtp_host,
        port=settings.smtp_port,
        starttls=settings.starttls,
        tls=settings.smtp_tls,
        user=settings.smtp_user or None,
        password=password.get_secret_value() if password else None,
        timeout=settings.smtp_timeout,
    )
