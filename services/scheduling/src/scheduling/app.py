"""The composition root: the only place where things are wired."""

from functools import partial

from fastapi import Depends, FastAPI

from nextstep_messaging import Clock, Lease, Messaging, Pace
from nextstep_programme import load
from nextstep_web import create_app, employers
from nextstep_web.conflicts import kept_from, nothing_closed
from scheduling import handlers
from scheduling.attendance import store as attendance
from scheduling.calendar import store as calendar
from scheduling.calendar.announcing import seed_calendar
from scheduling.completion.restanding import restand_everyone
from scheduling.fellows import store as fellows
from scheduling.fellows.access import roles_of
from scheduling.fellows.act import Scheduling
from scheduling.learning_sets import store as learning_sets
from scheduling.office import store as office
from scheduling.office.pages.audit import AUDIT
from scheduling.routes import PAGES
from scheduling.settings import Settings

STORES = (calendar, fellows, attendance, learning_sets, office, employers)
TEMPLATES = (
    "scheduling.attendance.pages",
    "scheduling.calendar.pages",
    "scheduling.completion.pages",
    "scheduling.fellow.pages",
    "scheduling.learning_sets.pages",
    "scheduling.office.pages",
)
"""Packages with a folder `templates`: each feature keeps its own beside its pages."""
CALENDAR_PACE = Pace(sweep=60.0)
"""There is something to do once, when a cohort's file is new; a minute after a crash is soon
enough, since the first event of a Fellow seeds the calendar too."""


def build(settings: Settings, clock: Clock) -> tuple[FastAPI, Messaging]:
    """The web application and its messaging, nothing started yet."""
    cohort_file = load(settings.cohort)
    messaging = Messaging(
        handlers.router,
        settings,
        clock=clock,
        collections=[collection for store in STORES for collection in store.COLLECTIONS],
    )
    here = Scheduling(
        messaging,
        cohort_file.cohort,
        settings.late_joiners,
        open_points=tuple(point.message for point in cohort_file.warnings),
        calendar_changed=restand_everyone,
    )
    messaging.provide(here)

    async def keep_calendar(_lease: Lease) -> bool:
        await here.perform(seed_calendar)
        return False

    messaging.add_worker("calendar", keep_calendar, CALENDAR_PACE)
    app = create_app(
        messaging=messaging,
        here=here,
        title="Schedule",
        settings=settings,
        zone=here.cohort.zone,
        legal=cohort_file.legal_pages,
        routers=PAGES,
        audit=AUDIT,
        templates=TEMPLATES,
        roles_of=partial(roles_of, here),
        kept_from=kept_from,
        people_at=fellows.people_at,
        dead_letter_guards=[Depends(nothing_closed)],
    )
    return app, messaging
