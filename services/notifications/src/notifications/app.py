"""The composition root: the only place where the service is wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
from notifications.pages import page_routes
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

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await messaging.start()
        try:
            yield
        finally:
            await messaging.stop()

    app = create_app(
        service="notifications",
        title="Messages",
        settings=settings,
        routers=page_routes(messaging.dead_letters),
        templates=["notifications.pages"],
        readiness=messaging.readiness,
        lifespan=lifespan,
        now=clock.now,
        metrics=messaging.measure,
    )
    app.state.site = Site(messaging, desk.writer, desk.sending.wake)
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
