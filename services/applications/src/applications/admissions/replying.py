"""What applicants and Fellows do themselves, and what happens when they do nothing."""

from collections.abc import Sequence
from functools import partial

from applications.admissions import place_ledger
from applications.admissions.act import Act
from applications.admissions.application import stepped
from applications.admissions.settling import OFFER_TIMER, promote
from applications.study_leave.reminding import reminder_timer, start_reminders
from applications.study_leave.rotations import Rotation
from nextstep_contracts import (
    ApplicationWithdrawn,
    OfferLapsed,
    PlaceAccepted,
    PlaceDeclined,
    Refused,
    StudyLeaveEntry,
    StudyLeaveRecorded,
)
from nextstep_messaging import Actor


async def accept(
    act: Act,
    application_id: str,
    study_leave: Sequence[StudyLeaveEntry],
    who: Actor,
    rotations: Sequence[Rotation] = (),
) -> None:
    """Take the offered place, with the study-leave declaration and the year's rotations.

    Raises:
        Refused: there is nothing to accept.
        Refused: the offer has ended.

    """
    application = stepped(await act.application(application_id), "accept", "applicant", "")
    await act.move(partial(place_ledger.accept, application_id=application_id, at=act.now))
    act.put(application.model_copy(update={"offer_expires_at": None}))
    await act.uow.cancel_timer(f"{OFFER_TIMER}:{application_id}")
    await act.done_by(who, application_id, "accept", "Place accepted")
    answers = application.answers
    act.tell(
        application_id,
        PlaceAccepted,
        reference=application.reference,
        accepted_at=act.now,
        discipline=answers.discipline,
        trust=answers.trust,
    )
    if study_leave:
        await record_study_leave(act, application_id, study_leave, who, rotations)
    else:
        await start_reminders(act, application_id)


async def record_study_leave(
    act: Act,
    application_id: str,
    study_leave: Sequence[StudyLeaveEntry],
    who: Actor,
    rotations: Sequence[Rotation] | None = None,
) -> None:
    """Replace a Fellow's declarations for the sessions named; others stand as they were.

    Rotations, if given, replace those told before.

    Raises:
        Refused: only Fellows declare study leave.

    """
    application = await act.application(application_id)
    if application.state != "accepted":
        raise Refused("Study leave is declared once a place is accepted.")
    entries = {entry.session_key: entry for entry in (*application.study_leave, *study_leave)}
    whole = tuple(sorted(entries.values(), key=lambda entry: (entry.on, entry.session_key)))
    moves = application.rotations if rotations is None else tuple(rotations)
    act.put(application.model_copy(update={"study_leave": whole, "rotations": moves}))
    await act.done_by(who, application_id, "study-leave", "Study leave declared")
    act.tell(application_id, StudyLeaveRecorded, entries=whole)
    await start_reminders(act, application_id)


async def decline(act: Act, application_id: str, who: Actor, reason: str) -> None:
    """Give the offered place back; it goes to the next on the waiting list.

    Raises:
        Refused: there is nothing to decline.

    """
    application = stepped(await act.application(application_id), "decline", "applicant", reason)
    said = reason.strip() or "No reason given."
    change = partial(place_ledger.decline, application_id=application_id, at=act.now)
    await act.move(partial(change, reason=said))
    act.put(application.model_copy(update={"offer_expires_at": None}))
    await act.uow.cancel_timer(f"{OFFER_TIMER}:{application_id}")
    await act.done_by(who, application_id, "decline", "Place declined", reason)
    act.tell(application_id, PlaceDeclined, reference=application.reference, declined_at=act.now)
    await promote(act)


async def withdraw(
    act: Act, application_id: str, who: Actor, reason: str, *, merged_into: str | None = None
) -> None:
    """Leave, from wherever the application is; a place that this frees is offered on.

    Args:
        act: where the application is.
        application_id: which application ends.
        who: the applicant, or the office.
        reason: why; not told to anybody outside the office.
        merged_into: the reference of the person's application that counts, if this one is a
            duplicate of it.

    Raises:
        Refused: the application has ended already, or there is no reason.

    """
    before = await act.application(application_id)
    application = stepped(
        before, "withdraw", "office" if who.kind == "staff" else "applicant", reason
    )
    if (await act.ledger()).holds(application_id):
        change = partial(place_ledger.withdraw, application_id=application_id, at=act.now)
        await act.move(partial(change, reason=reason.strip()))
    act.put(application.model_copy(update={"offer_expires_at": None}))
    await act.uow.cancel_timer(f"{OFFER_TIMER}:{application_id}")
    await act.uow.cancel_timer(reminder_timer(application_id))
    await act.done_by(who, application_id, "withdraw", "Withdrawn", reason)
    act.tell(
        application_id,
        ApplicationWithdrawn,
        reference=application.reference,
        withdrawn_at=act.now,
        was_fellow=before.state == "accepted",
        merged_into=merged_into,
    )
    await promote(act)


async def lapse(act: Act, application_id: str) -> None:
    """An offer's time is up. Nothing happens if it was answered, or replaced by a later one."""
    held = (await act.ledger()).offer_to(application_id)
    if held is None or held.expires_at > act.now:
        return
    application = stepped(await act.application(application_id), "lapse", "timer", "")
    await act.move(partial(place_ledger.lapse, application_id=application_id, at=act.now))
    act.put(application.model_copy(update={"offer_expires_at": None}))
    act.note(application_id, "Offer lapsed", "Timer", "Not answered in time.")
    act.tell(application_id, OfferLapsed, reference=application.reference, lapsed_at=act.now)
    await promote(act)
