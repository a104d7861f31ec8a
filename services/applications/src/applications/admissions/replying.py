"""What applicants and Fellows do themselves, and what happens when they do nothing."""

from collections.abc import Sequence
from functools import partial

from applications.admissions import place_ledger
from applications.admissions.act import Desk, Doer
from applications.admissions.application import stepped
from applications.admissions.settling import OFFER_TIMER, promote
from applications.admissions.states import NotAllowedError
from applications.study_leave.reminding import reminder_timer, start_reminders
from applications.study_leave.rotations import Rotation
from nextstep_contracts import (
    ApplicationWithdrawn,
    OfferLapsed,
    PlaceAccepted,
    PlaceDeclined,
    StudyLeaveEntry,
    StudyLeaveRecorded,
)


async def accept(
    desk: Desk,
    application_id: str,
    study_leave: Sequence[StudyLeaveEntry],
    who: Doer,
    rotations: Sequence[Rotation] = (),
) -> None:
    """Take the offered place, with the study-leave declaration and the year's rotations.

    Raises:
        NotAllowedError: there is nothing to accept.
        PlaceRefusedError: the offer has ended.

    """
    application = stepped(await desk.application(application_id), "accept", "applicant", "")
    await desk.move(partial(place_ledger.accept, application_id=application_id, at=desk.now))
    desk.put(application.model_copy(update={"offer_expires_at": None}))
    await desk.uow.cancel_timer(f"{OFFER_TIMER}:{application_id}")
    await desk.done_by(who, application_id, "accept", "Place accepted")
    answers = application.answers
    desk.tell(
        application_id,
        PlaceAccepted,
        reference=application.reference,
        accepted_at=desk.now,
        discipline=answers.discipline,
        trust=answers.trust,
    )
    if study_leave:
        await record_study_leave(desk, application_id, study_leave, who, rotations)
    else:
        await start_reminders(desk, application_id)


async def record_study_leave(
    desk: Desk,
    application_id: str,
    study_leave: Sequence[StudyLeaveEntry],
    who: Doer,
    rotations: Sequence[Rotation] | None = None,
) -> None:
    """Replace a Fellow's declarations for the sessions named; others stand as they were.

    Rotations, if given, replace those told before.

    Raises:
        NotAllowedError: only Fellows declare study leave.

    """
    application = await desk.application(application_id)
    if application.state != "accepted":
        raise NotAllowedError("Study leave is declared once a place is accepted.")
    entries = {entry.session_key: entry for entry in (*application.study_leave, *study_leave)}
    whole = tuple(sorted(entries.values(), key=lambda entry: (entry.on, entry.session_key)))
    moves = application.rotations if rotations is None else tuple(rotations)
    desk.put(application.model_copy(update={"study_leave": whole, "rotations": moves}))
    await desk.done_by(who, application_id, "study-leave", "Study leave declared")
    desk.tell(application_id, StudyLeaveRecorded, entries=whole)
    await start_reminders(desk, application_id)


async def decline(desk: Desk, application_id: str, who: Doer, reason: str) -> None:
    """Give the offered place back; it goes to the next on the waiting list.

    Raises:
        NotAllowedError: there is nothing to decline.

    """
    application = stepped(await desk.application(application_id), "decline", "applicant", reason)
    said = reason.strip() or "No reason given."
    act = partial(place_ledger.decline, application_id=application_id, at=desk.now)
    await desk.move(partial(act, reason=said))
    desk.put(application.model_copy(update={"offer_expires_at": None}))
    await desk.uow.cancel_timer(f"{OFFER_TIMER}:{application_id}")
    await desk.done_by(who, application_id, "decline", "Place declined", reason)
    desk.tell(application_id, PlaceDeclined, reference=application.reference, declined_at=desk.now)
    await promote(desk)


async def withdraw(
    desk: Desk, application_id: str, who: Doer, reason: str, *, merged_into: str | None = None
) -> None:
    """Leave, from wherever the application is; a place that this frees is offered on.

    Args:
        desk: where the application is.
        application_id: which application ends.
        who: the applicant, or the office.
        reason: why; not told to anybody outside the office.
        merged_into: the reference of the person's application that counts, if this one is a
            duplicate of it.

    Raises:
        NotAllowedError: the application has ended already, or there is no reason.

    """
    before = await desk.application(application_id)
    application = stepped(before, "withdraw", who.kind, reason)
    if (await desk.ledger()).holds(application_id):
        act = partial(place_ledger.withdraw, application_id=application_id, at=desk.now)
        await desk.move(partial(act, reason=reason.strip()))
    desk.put(application.model_copy(update={"offer_expires_at": None}))
    await desk.uow.cancel_timer(f"{OFFER_TIMER}:{application_id}")
    await desk.uow.cancel_timer(reminder_timer(application_id))
    await desk.done_by(who, application_id, "withdraw", "Withdrawn", reason)
    desk.tell(
        application_id,
        ApplicationWithdrawn,
        reference=application.reference,
        withdrawn_at=desk.now,
        was_fellow=before.state == "accepted",
        merged_into=merged_into,
    )
    await promote(desk)


async def lapse(desk: Desk, application_id: str) -> None:
    """An offer's time is up. Nothing happens if it was answered, or replaced by a later one."""
    held = (await desk.ledger()).offer_to(application_id)
    if held is None or held.expires_at > desk.now:
        return
    application = stepped(await desk.application(application_id), "lapse", "timer", "")
    await desk.move(partial(place_ledger.lapse, application_id=application_id, at=desk.now))
    desk.put(application.model_copy(update={"offer_expires_at": None}))
    desk.note(application_id, "Offer lapsed", "Timer", "Not answered in time.")
    desk.tell(application_id, OfferLapsed, reference=application.reference, lapsed_at=desk.now)
    await promote(desk)
