"""A session got a day, another day or was called off: Fellows are asked about the new day."""

from datetime import date, timedelta

from applications.admissions.act import Act
from applications.admissions.offers import REMINDER_TIMER
from applications.admissions.outcome import Outcome
from applications.study_leave.calendar import SessionEvent, as_told, day_of, newest
from applications.study_leave.missing_leave import local_day, missing_of
from applications.study_leave.reminding import REMINDED_AT
from applications.study_leave.store import calendar_of, fellows, keep_session, session_heard


def asked_again(so_far: Outcome, key: str) -> Outcome:
    """Whoever now owes an answer about this session is reminded on the next morning.

    Not at once: the office may move several sessions, or one twice. What was declared for the day
    before stays; `so_far.cohort` has the calendar as it is now.
    """
    owed = missing_of(so_far.application, so_far.cohort, so_far.now)
    if not any(need.session_key == key for need in owed):
        return so_far
    today = local_day(so_far.now, so_far.cohort)
    due = so_far.cohort.moment(today, REMINDED_AT)
    if due <= so_far.now:
        due = so_far.cohort.moment(today + timedelta(days=1), REMINDED_AT)
    return so_far.timed(REMINDER_TIMER, due)


async def follow(act: Act, event: SessionEvent) -> None:
    """Keep what the calendar says of a session, unless something later is known already."""
    told = newest(await session_heard(act.read, event.session_id), as_told(event))
    if told is None:
        return
    before = await calendar_of(act.read, act.cohort)
    await keep_session(act.uow, told)
    after = await calendar_of(act.read, act.cohort)
    if told.cohort == act.cohort.id and _is_news(
        day_of(before, told.key), day_of(after, told.key), local_day(act.now, act.cohort)
    ):
        found = await fellows(act.read, act.cohort)
        for fellow in await act.applications([one.id for one in found]):
            so_far = (await act.about(fellow)).within(after)
            await act.keep(asked_again(so_far, told.key))


def _is_news(before: date | None, after: date | None, today: date) -> bool:
    """Whether there is a day to ask about that nobody was asked about yet."""
    return after is not None and after >= today and after != before
