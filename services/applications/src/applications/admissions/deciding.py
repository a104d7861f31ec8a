"""What the programme office decides. Every decision has a name and a reason to it."""

from functools import partial

from applications.admissions import offers, place_ledger
from applications.admissions.act import Desk, Doer
from applications.admissions.application import documents_awaited, stepped
from applications.admissions.settling import await_documents, enter, offered
from applications.admissions.states import NotAllowedError
from nextstep_contracts import ApplicationRejected


async def decide_eligible(desk: Desk, application_id: str, who: Doer, reason: str) -> None:
    """Settle a referral in the applicant's favour.

    For a late application this is the override by which it is accepted all the same: the history,
    the audit trail and the place ledger name it.

    Raises:
        NotAllowedError: there is no referral to decide, or no reason.

    """
    application = await desk.application(application_id)
    if application.state != "referred":
        raise NotAllowedError("This application is not waiting for a decision.")
    needs(reason)
    late = f"{reason.strip()} ({who.name})" if application.late else None
    desk.put(application.model_copy(update={"cleared": True, "accepted_late": late}))
    action, what = ("decide-eligible", "Decided: eligible")
    if late:
        action, what = ("accept-late", "Late application accepted")
    await desk.done_by(who, application_id, action, what, reason)
    if documents_awaited(application, desk.cohort):
        await await_documents(desk, application_id, "office", who.name)
    else:
        await enter(desk, application_id, "office", who.name)


async def reject(desk: Desk, application_id: str, who: Doer, reason: str) -> None:
    """Reject an application, for a reason that the applicant is told.

    Raises:
        NotAllowedError: it was decided already, or there is no reason.

    """
    application = await desk.application(application_id)
    waiting = application.state == "waitlisted"
    application = desk.put(stepped(application, "reject", "office", reason))
    if waiting:
        leave = partial(place_ledger.withdraw, application_id=application_id, at=desk.now)
        await desk.move(partial(leave, reason="Rejected by the office."))
    await desk.done_by(who, application_id, "reject", "Rejected", reason)
    desk.tell(
        application_id,
        ApplicationRejected,
        reference=application.reference,
        reasons=(reason.strip(),),
    )


async def offer_place(desk: Desk, application_id: str, who: Doer, reason: str) -> None:
    """Offer a free place out of order.

    Raises:
        NotAllowedError: the state does not allow it, or there is no reason.
        PlaceRefusedError: no place is free.

    """
    needs(reason)
    ends = offers.expiry(desk.cohort, desk.now)
    waited = (await desk.ledger()).position(application_id) is not None
    await desk.application(application_id)
    act = partial(place_ledger.offer, application_id=application_id, at=desk.now)
    await desk.move(partial(act, expires_at=ends, reason=f"{reason.strip()} ({who.name})"))
    await offered(
        desk,
        application_id,
        ends,
        from_waiting_list=waited,
        why=reason,
        by="office",
        who=who.name,
    )
    await desk.audit(who, "offer", application_id, reason)


async def mark_seen(desk: Desk, application_id: str, who: Doer, reason: str) -> None:
    """Take a decided application off the to-do list: somebody looked at what came later.

    Raises:
        NotAllowedError: nothing is waiting, or no note was given.

    """
    application = await desk.application(application_id)
    if application.awaits_office is None:
        raise NotAllowedError("Nothing about this application is waiting.")
    needs(reason)
    desk.put(application.model_copy(update={"awaits_office": None}))
    await desk.done_by(who, application_id, "mark-seen", "Looked at by the office", reason)


def needs(reason: str) -> None:
    """What the office does out of the ordinary has a reason.

    Raises:
        NotAllowedError: there is none.

    """
    if not reason.strip():
        raise NotAllowedError("Give a reason.")
