"""A session is new: from the cohort's file at the start, or added; who is invited is told."""

from scheduling.calendar.session import Session, from_cohort
from scheduling.calendar.session_changes import schedule
from scheduling.calendar.store import save_session, sessions_of
from scheduling.fellows.act import Act


async def announce_session(act: Act, planned: Session) -> Session:
    """Store a new session and tell whom it invites, if it has a date."""
    announced, event = schedule(planned)
    if event:
        act.uow.publish(event)
    return await save_session(act.uow, announced)


async def seed_calendar(act: Act) -> None:
    """Create the sessions of the cohort file that are missing and announce the dated ones.

    What exists already is left alone: the office may have changed it.
    """
    known = {session.session_id for session in await sessions_of(act.read, act.cohort.id)}
    missing = [one for one in from_cohort(act.cohort) if one.session_id not in known]
    for planned in missing:
        await announce_session(act, planned)
    if missing:
        await act.here.calendar_changed(act)


async def seeded_calendar(act: Act) -> list[Session]:
    """The cohort's sessions; seeded now if an event came before the service got round to it."""
    found = await sessions_of(act.read, act.cohort.id)
    if found:
        return found
    await seed_calendar(act)
    return await sessions_of(act.read, act.cohort.id)
