"""What the programme office decides. Every decision has a name and a reason to it."""

from functools import partial

from applications.admissions import offers, place_ledger
from applications.admissions.act import Act
from applications.admissions.application import documents_awaited, stepped
from applications.admissions.settling import await_documents, enter, offered
from nextstep_contracts import ApplicationRejected, Refused
from nextstep_messaging import Actor


async def decide_eligible(act: Act, application_id: str, who: Actor, reason: str) -> None:
    """Settle a referral in the applicant's favour.

    For a late application this is the override by which it is accepted all the same: the history,
    the audit trail and the place ledger name it.

    Raises:
        Refused: there is no referral to decide, or no reason.

    """
    application = await act.application(application_id)
    if application.state != "referred":
        raise Refused("This application is not waiting for a decision.")
    needs(reason)
    late = f"{reason.strip()} ({who.name})" if application.late else None
    act.put(application.model_copy(update={"cleared": True, "accepted_late": late}))
    action, what = ("decide-eligible", "Decided: eligible")
    if late:
        action, what = ("accept-late", "Late application accepted")
    await act.done_by(who, application_id, action, what, reason)
    if documents_awaited(application, act.cohort):
        await await_documents(act, application_id, "office", who.name)
    else:
        await enter(act, application_id, "office", who.name)


async def reject(act: Act, application_id: str, who: Actor, reason: str) -> None:
    """Reject an application, for a reason that the applicant is told.

    Raises:
        Refused: it was decided already, or there is no reason.

    """
    application = await act.application(application_id)
    waiting = application.state == "waitlisted"
    application = act.put(stepped(application, "reject", "office", reason))
    if waiting:
        leave = partial(place_ledger.withdraw, application_id=application_id, at=act.now)
        await act.move(partial(leave, reason="Rejected by the office."))
    await act.done_by(who, application_id, "reject", "Rejected", reason)
    act.tell(
        application_id,
        ApplicationRejected,
        reference=application.reference,
        reasons=(reason.strip(),),
    )


async def offer_place(act: Act, application_id: str, who: Actor, reason: str) -> None:
    """Offer a free place out of order.

    Raises:
        Refused: the state does not allow it, or there is no reason.
        Refused: no place is free.

    """
    needs(reason)
    ends = offers.expiry(act.cohort, act.now)
    waited = (await act.ledger()).position(application_id) is not None
    await act.application(application_id)
    change = partial(place_ledger.offer, application_id=application_id, at=act.now)
    await act.move(partial(change, expires_at=ends, reason=f"{reason.strip()} ({who.name})"))
    await offered(
        act,
        application_id,
        ends,
        from_waiting_list=waited,
        why=reason,
        by="office",
        who=who.name,
    )
    await act.audit(who, "offer", application_id, reason)


async def mark_seen(act: Act, application_id: str, who: Actor, reason: str) -> None:
    """Take a decided application off the to-do list: somebody looked at what came later.

    Raises:
        Refused: nothing is waiting, or no note was given.

    """
    application = await act.application(application_id)
    if application.awaits_office is None:
        raise Refused("Nothing about this application is waiting.")
    needs(reason)
    act.put(application.model_copy(update={"awaits_office": None}))
    await act.done_by(who, application_id, "mark-seen", "Looked at by the office", reason)


def needs(reason: str) -> None:
    """What the office does out of the ordinary has a reason.

    Raises:
        Refused: there is none.

    """
    if not reason.strip():
        raise Refused("Give a reason.")
