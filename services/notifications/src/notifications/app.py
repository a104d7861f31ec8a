"""The composition root: the only place where the service is wired."""

from fastapi import FastAPI

from nextstep_messaging import Clock, Messaging
from nextstep_programme import load
from nextstep_web import create_app
from notifications import handlers
from notifications.calendar.keeping import CalendarKeeper
from notifications.commands import Desk
from notifications.delivery.postbox import Postbox
from notifications.delivery.sender import Sender
from notifications.delivery.smtp import Pool, Server
from notifications.emails import PENDING
from notifications.mail.message import Sender as From
from notifications.mail.writing import Letterhead, Writer
from notifications.pages import PAGES
from notifications.pages.audit import AUDIT
from notifications.pages.site import Site
from notifications.settings import Settings
from notifications.store import CALENDAR_WORK, COLLECTIONS, EMAILS


def build(settings: Settings, clock: Clock) -> tuple[FastAPI, Messaging]:
    """Build the service; nothing is started yet."""
    cohort = load(settings.cohort).cohort
    letterhead = Letterhead(cohort.title, settings.contact, settings.service_urls)
    desk = Desk(Writer(letterhead), cohort.zone)
    us = From(settings.sender_name, settings.sender_address, settings.contact)
    postbox = Postbox(us, settings.link_private_key.get_secret_value())
    pool = Pool(_server(settings), settings.smtp_connections)
    sender = Sender(postbox, pool, settings.smtp_retry_delays, desk.sending)
    page = f"{settings.scheduling_url.rstrip('/')}/scheduling/me"
    keeper = CalendarKeeper(desk, us, page)
    messaging = Messaging(
        "notifications",
        settings,
        clock=clock,
        subscriptions=handlers.subscriptions(desk),
        collections=COLLECTIONS,
        workers={
            "calendars": lambda: keeper.run(messaging),
            "sender": lambda: sender.run(messaging),
        },
    )
    messaging.pending("emails", lambda: _count(messaging, EMAILS, {"state": {"$in": [*PENDING]}}))
    messaging.pending("calendars", lambda: _count(messaging, CALENDAR_WORK, {}))

    app = create_app(
        messaging=messaging,
        here=Site(messaging, desk.writer, desk.sending.wake),
        title="Messages",
        settings=settings,
        zone=cohort.zone,
        routers=PAGES,
        audit=AUDIT,
        templates=["notifications.pages"],
    )
    return app, messaging


async def _count(messaging: Messaging, name: str, matching: dict[str, object]) -> int:
    return await messaging.db.read(name).count(matching)


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
