"""Study leave after the acceptance: reminders of what is missing, and evidence."""

from datetime import time

from applications.admissions.act import Act
from applications.admissions.application import Application, Evidence
from applications.admissions.deciding import needs
from applications.study_leave.missing_leave import local_day, missing_of, next_look
from nextstep_contracts import Refused, StudyLeaveOutstanding
from nextstep_messaging import Actor

REMINDER_TIMER = "study-leave"
REMINDED_AT = time(9)
"""Local time of a reminder: in working hours, when a rota office answers the telephone."""
MOST_EVIDENCE = 40
"""Files of one Fellow: several for each date; more is a mistake or mischief."""


def reminder_timer(application_id: str) -> str:
    """The one timer of an application that reminds of study leave."""
    return f"{REMINDER_TIMER}:{application_id}"


async def start_reminders(act: Act, application_id: str) -> None:
    """From the acceptance, or a new declaration, on: the first look at what is missing."""
    application = await act.application(application_id)
    await _look_again(act, application, act.cohort.study_leave.first_reminder_days)


async def remind(act: Act, application_id: str) -> None:
    """The timer's moment: remind if something is missing, and look again later.

    Something can become missing by itself (leave that nobody answers, a date that moves), so the
    looking ends only with the last date, and with the fellowship.
    """
    application = await act.application(application_id)
    if application.state != "accepted" or application.erased:
        return
    sent = _send(act, application)
    pause = act.cohort.study_leave.reminder_days if sent else 1
    await _look_again(act, application, pause)


async def remind_now(act: Act, application_id: str, who: Actor, reason: str) -> None:
    """The office reminds a Fellow at once; the next reminder by itself comes as long after.

    Raises:
        Refused: nothing is missing, or there is no reason.

    """
    needs(reason)
    application = await act.application(application_id)
    if not missing_of(application, act.cohort, act.now):
        raise Refused("Nothing is missing from this Fellow's study leave.")
    await act.audit(who, "remind-study-leave", application_id, reason)
    _send(act, application, who.name, reason)
    await _look_again(act, application, act.cohort.study_leave.reminder_days)


async def add_evidence(
    act: Act, application_id: str, evidence: tuple[Evidence, ...], who: Actor
) -> None:
    """Keep files that show how leave stands.

    Raises:
        Refused: only Fellows send evidence, and not without end.

    """
    application = await act.application(application_id)
    if application.state != "accepted" or application.erased:
        raise Refused("Evidence of study leave is sent once a place is accepted.")
    whole = (*application.leave_evidence, *evidence)
    if len(whole) > MOST_EVIDENCE:
        raise Refused(f"At most {MOST_EVIDENCE} files can be kept. Write to the office.")
    act.put(application.model_copy(update={"leave_evidence": whole}))
    about = ", ".join(file.session_key or "in general" for file in evidence)
    await act.done_by(who, application_id, "leave-evidence", f"Evidence of leave sent: {about}")


def _send(act: Act, application: Application, who: str = "Timer", why: str = "") -> bool:
    """Tell the Fellow what is missing; whether anything is."""
    found = missing_of(application, act.cohort, act.now)
    if not found:
        return False
    act.put(application.model_copy(update={"reminded_at": act.now}))
    act.note(application.id, f"Reminded of study leave, {len(found)} missing", who, why)
    act.tell(application.id, StudyLeaveOutstanding, reference=application.reference, needs=found)
    return True


async def _look_again(act: Act, application: Application, days: int) -> None:
    """Set the timer, unless no date is left by then."""
    day = next_look(application, act.cohort, local_day(act.now, act.cohort), days)
    if day is None:
        return
    due = act.cohort.moment(day, REMINDED_AT)
    data = {"application_id": application.id}
    await act.uow.schedule(reminder_timer(application.id), REMINDER_TIMER, due, data)
