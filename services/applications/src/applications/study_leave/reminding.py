"""Study leave after the acceptance: reminders of what is missing, and evidence."""

from datetime import date, time, timedelta

from applications.admissions.act import Act
from applications.admissions.application import Application, Evidence
from applications.admissions.deciding import needs
from applications.admissions.offers import REMINDER_TIMER
from applications.admissions.outcome import Outcome
from applications.admissions.states import TIMER
from applications.study_leave.declaration import dates_ahead
from applications.study_leave.missing_leave import (
    Declaring,
    Missing,
    local_day,
    missing,
    missing_of,
)
from applications.study_leave.quota import refuse_beyond
from applications.study_leave.store import calendar_of
from nextstep_contracts import LeaveNeed, Refused, StudyLeaveOutstanding
from nextstep_programme import Cohort

REMINDED_AT = time(9)
"""Local time of a reminder: in working hours, when a rota office answers the telephone."""
UNEVENTFUL_DAYS = 42
"""The longest time without a look: a new cohort file can move a date."""


def next_look(who: Declaring, cohort: Cohort, today: date, days: int) -> date | None:
    """The day to look again at what a Fellow owes us; None when no date is ahead by then.

    The first day from `days` on with something missing as things now stand. Only the Fellow's own
    declaration, the calendar (see `following_the_calendar`) and the cohort file change that.
    """
    first = today + timedelta(days=days)
    if not dates_ahead(cohort, first):
        return None
    last = max(first, today + timedelta(days=UNEVENTFUL_DAYS))
    for day in (first + timedelta(days=number) for number in range((last - first).days)):
        if missing(who.study_leave, cohort, day, who.trust, who.rotations):
            return day
    return last


def with_reminders(so_far: Outcome) -> Outcome:
    """From the acceptance, or a new declaration, on: the first look at what is missing."""
    return looked_at_again(so_far, so_far.cohort.study_leave.first_reminder_days)


def reminded(so_far: Outcome, who: str, why: str = "") -> Outcome:
    """The Fellow is told what is missing, if anything is, and the timer is set for a later look.

    Something can become missing by itself (leave that nobody answers, a date that moves), so the
    looking ends only with the last date, and with the fellowship.
    """
    found = missing_of(so_far.application, so_far.cohort, so_far.now)
    if not found:
        return looked_at_again(so_far, 1)
    return looked_at_again(_told(so_far, found, who, why), so_far.cohort.study_leave.reminder_days)


def looked_at_again(so_far: Outcome, days: int) -> Outcome:
    """The timer is set some days on, unless no date is left by then."""
    cohort = so_far.cohort
    day = next_look(so_far.application, cohort, local_day(so_far.now, cohort), days)
    return so_far if day is None else so_far.timed(REMINDER_TIMER, cohort.moment(day, REMINDED_AT))


async def remind(act: Act, application: Application) -> None:
    """The timer's moment: remind if something is missing, and look again later."""
    if application.state == "accepted" and not application.erased:
        so_far = (await act.about(application)).within(await calendar_of(act.read, act.cohort))
        await act.keep(reminded(so_far, TIMER.name))


def last_reminder(application: Application) -> str:
    """The last reminder, to name it in a form; empty for none."""
    return application.reminded_at.isoformat() if application.reminded_at else ""


async def remind_now(act: Act, application: Application, reason: str, known: str) -> None:
    """The office reminds a Fellow at once; the next reminder by itself comes as long after.

    Args:
        act: where it happens.
        application: the Fellow's.
        reason: why.
        known: the last reminder (`last_reminder`) when the office decided to send another: the
            same decision reminds once, however often and by whomever it is sent.

    Raises:
        Refused: nothing is missing, somebody was quicker, or there is no reason.

    """
    needs(reason)
    if last_reminder(application) != known:
        raise Refused("This Fellow has been reminded since the page was opened.")
    calendar = await calendar_of(act.read, act.cohort)
    if not missing_of(application, calendar, act.now):
        raise Refused("Nothing is missing from this Fellow's study leave.")
    so_far = (await act.about(application)).within(calendar)
    so_far = so_far.audited("remind-study-leave", reason)
    await act.keep(reminded(so_far, act.by.name, reason))


async def add_evidence(act: Act, application: Application, evidence: tuple[Evidence, ...]) -> None:
    """Keep files that show how leave stands.

    Raises:
        Refused: only Fellows send evidence, and not without end.

    """
    if application.state != "accepted" or application.erased:
        raise Refused("Evidence of study leave is sent once a place is accepted.")
    whole = application.leave_evidence
    for file in evidence:
        refuse_beyond(whole, file.size)
        whole = (*whole, file)
    act.put(application.model_copy(update={"leave_evidence": whole}))
    about = ", ".join(file.session_key or "in general" for file in evidence)
    what = f"Evidence of leave sent: {about}"
    act.done(application.id, "leave-evidence", "leave_evidence", what)


def _told(so_far: Outcome, found: tuple[Missing, ...], who: str, why: str) -> Outcome:
    what, needs = f"Reminded of study leave, {len(found)} missing", tuple(map(_as_told, found))
    return (
        so_far.changed(reminded_at=so_far.now)
        .noted("leave_reminder", what, who, why)
        .told(StudyLeaveOutstanding, reference=so_far.application.reference, needs=needs)
    )


def _as_told(one: Missing) -> LeaveNeed:
    return LeaveNeed(
        session_key=one.session_key,
        title=one.title,
        on=one.on,
        need=one.need if one.need in {"tell_trust", "chase"} else "declare",
        trust=one.trust,
        not_applied_for=one.need == "apply",
        moved_from=one.moved_from,
    )
