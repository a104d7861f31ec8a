"""The composition root: the only place where things are wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from nextstep_messaging import Clock, Messaging
from nextstep_programme import load
from nextstep_web import create_app
from nextstep_web.dead_letter_pages import dead_letter_pages
from scheduling import pages
from scheduling.commands.standings import RECHECK, recheck
from scheduling.desk import Desk
from scheduling.handlers import subscriptions
from scheduling.programme import Programme
from scheduling.settings import Settings
from scheduling.store import COLLECTIONS


def build(settings: Settings, clock: Clock) -> tuple[FastAPI, Messaging]:
    """The web application and its messaging, nothing started yet."""
    programme = Programme.of(load(settings.cohort), settings.late_joiners)
    messaging = Messaging(
        "scheduling",
        settings,
        clock=clock,
        subscriptions=subscriptions(programme),
        timers={RECHECK: partial(recheck, programme=programme)},
        collections=COLLECTIONS,
        workers={"calendar": lambda: desk.keep_calendar()},  # noqa: PLW0108 - the desk is made below
    )
    desk = Desk(messaging, programme)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await messaging.start()
        try:
            yield
        finally:
            await messaging.stop()

    app = create_app(
        service="scheduling",
        title="Schedule",
        settings=settings,
        routers=[*pages.routers(), dead_letter_pages("scheduling", lambda: messaging.dead_letters)],
        templates=["scheduling.pages"],
        readiness=messaging.readiness,
        lifespan=lifespan,
        now=messaging.clock.now,
        metrics=messaging.measure,
    )
    app.state.desk = desk
    return app, messaging
