"""The composition root: the only place where the parts of the service are wired together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from awards import pages, store
from awards.commands import membership
from awards.handlers import subscriptions
from awards.people import DELETE_POSTER_TIMER
from awards.settings import Settings
from awards.terms import Terms
from nextstep_messaging import Clock, Messaging, Timer, UnitOfWork
from nextstep_programme import load
from nextstep_web import create_app

PORT = 8104


def build(settings: Settings, clock: Clock) -> tuple[FastAPI, Messaging]:
    """Build the application and its messaging; nothing is started yet."""
    terms = Terms(
        cohort=load(settings.cohort).cohort,
        minimum_judges=settings.minimum_judges,
        poster_limit=settings.poster_megabytes * 1_000_000,
    )

    async def remind(timer: Timer, uow: UnitOfWork) -> None:
        await membership.remind(timer, uow, terms)

    async def delete_poster(timer: Timer, _uow: UnitOfWork) -> None:
        await messaging.db.files.delete(timer.data["file_id"])

    messaging = Messaging(
        "awards",
        settings,
        clock=clock,
        subscriptions=subscriptions(terms),
        timers={membership.TIMER: remind, DELETE_POSTER_TIMER: delete_poster},
        collections=store.COLLECTIONS,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await messaging.start()
        try:
            yield
        finally:
            await messaging.stop()

    app = create_app(
        service="awards",
        title="Awards",
        settings=settings,
        routers=pages.routers(terms, messaging),
        templates=("awards.pages",),
        readiness=messaging.readiness,
        lifespan=lifespan,
        now=clock.now,
        metrics=messaging.measure,
    )
    pages.install(app, terms, messaging)
    return app, messaging
