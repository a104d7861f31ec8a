"""What follows from a change: the rules run, and places are offered as far as they go."""

from datetime import datetime
from functools import partial

from applications.admissions import offers, place_ledger
from applications.admissions.act import Act
from applications.admissions.application import (
    Application,
    course,
    documents_coming,
    documents_needed,
    reassessed,
    stepped,
)
from applications.admissions.eligibility import Assessment
from applications.admissions.states import ActorKind
from nextstep_contracts import (
    ApplicationReferred,
    ApplicationWaitlisted,
    DocumentsNeeded,
    PlaceOffered,
)

RULES = "Rules"
"""Who did it, in the history, when the published rules did."""
OFFER_TIMER = "offer"


async def settle(act: Act, application_id: str) -> None:
    """Run the rules over an undecided application and send it where they say."""
    before = await act.application(application_id)
    application = act.put(reassessed(before, act.cohort))
    match course(application, act.cohort):
        case "referred":
            await _leave_waiting_list(act, application)
            await _refer(act, application_id, before.assessment)
        case "documents_needed":
            await _leave_waiting_list(act, application)
            await await_documents(act, application_id, "rules", RULES)
        case "eligible":
            await enter(act, application_id, "rules", RULES)
    await ask_for_documents(act, application_id)


async def enter(act: Act, application_id: str, by: ActorKind, who: str) -> None:
    """An eligible applicant: offer a place, or join the waiting list, or wait for the review."""
    application = await act.application(application_id)
    if application.state in {"eligible", "waitlisted"}:
        return  # keeps the turn it has
    act.put(stepped(application, "qualify", by, ""))
    act.note(application_id, "Eligible", who)
    if act.cohort.selection.mode == "reviewed":
        return
    automatic = offers.automatic(act.cohort, act.now)
    ends = offers.expiry(act.cohort, act.now)
    late = application.accepted_late if application.late else None
    change = partial(
        place_ledger.admit, application_id=application_id, at=act.now, accepted_late=late
    )
    movement = await act.move(partial(change, expires_at=ends if automatic else None))
    if movement.kind == "offered":
        await offered(act, application_id, ends, from_waiting_list=False, why=movement.reason)
    else:
        await _waitlisted(act, application_id, movement.reason)


async def promote(act: Act) -> None:
    """Offer free places to the waiting list, as long as that happens by itself."""
    if not offers.automatic(act.cohort, act.now):
        return
    ends = offers.expiry(act.cohort, act.now)
    for movement in await act.move_all(partial(place_ledger.promote, at=act.now, expires_at=ends)):
        await offered(
            act, movement.application_id, ends, from_waiting_list=True, why=movement.reason
        )


async def offered(
    act: Act,
    application_id: str,
    ends: datetime,
    *,
    from_waiting_list: bool,
    why: str,
    by: ActorKind = "rules",
    who: str = RULES,
) -> None:
    """The ledger holds a place for the applicant: say so, and set the moment it lapses."""
    application = stepped(await act.application(application_id), "offer", by, why)
    act.put(application.model_copy(update={"offer_expires_at": ends}))
    timer = f"{OFFER_TIMER}:{application_id}"
    await act.uow.schedule(timer, OFFER_TIMER, ends, {"application_id": application_id})
    act.note(application_id, "Place offered", who, why)
    act.tell(
        application_id,
        PlaceOffered,
        reference=application.reference,
        offered_at=act.now,
        expires_at=ends,
        from_waiting_list=from_waiting_list,
    )


async def await_documents(act: Act, application_id: str, by: ActorKind, who: str) -> None:
    """Wait for the applicant to send what is missing."""
    application = await act.application(application_id)
    if application.state != "documents_needed":
        act.put(stepped(application, "await_documents", by, ""))
        act.note(application_id, "Waiting for documents", who)
    await ask_for_documents(act, application_id)


async def ask_for_documents(act: Act, application_id: str) -> None:
    """Tell the applicant what is needed, unless that is what they were told last.

    While a file is being fetched nobody is told anything: one message then names all.
    """
    application = await act.application(application_id)
    needed = documents_needed(application, act.cohort)
    if application.decided or documents_coming(application, act.cohort):
        return
    if needed and needed != application.asked_for:
        reference = application.reference
        act.tell(application_id, DocumentsNeeded, reference=reference, documents_needed=needed)
    await told_of_documents(act, application_id)


async def told_of_documents(act: Act, application_id: str) -> None:
    """Remember what an event that is sent now says is needed."""
    application = await act.application(application_id)
    needed = documents_needed(application, act.cohort)
    if needed != application.asked_for:
        act.put(application.model_copy(update={"asked_for": needed}))


async def _refer(act: Act, application_id: str, before: Assessment | None) -> None:
    """Give the decision to a person; tell the applicant only what is new."""
    application = await act.application(application_id)
    concerns = application.assessment.concerns if application.assessment else ()
    known = before.concerns if before and application.state == "referred" else ()
    if application.state == "referred" and known == concerns:
        return
    application = act.put(stepped(application, "refer", "rules", ""))
    act.note(application_id, "Referred", RULES, " ".join(r.office for r in concerns))
    reasons = tuple(r.applicant for r in concerns)
    act.tell(application_id, ApplicationReferred, reference=application.reference, reasons=reasons)


async def _waitlisted(act: Act, application_id: str, why: str) -> None:
    application = act.put(stepped(await act.application(application_id), "waitlist", "rules", why))
    position = (await act.ledger()).position(application_id)
    act.note(application_id, f"Waiting list, position {position}", RULES, why)
    act.tell(
        application_id,
        ApplicationWaitlisted,
        reference=application.reference,
        position=position,
    )


async def _leave_waiting_list(act: Act, application: Application) -> None:
    """New answers that no longer pass give up the turn they had."""
    if application.state == "waitlisted":
        why = "New answers have to be looked at first."
        leave = partial(
            place_ledger.withdraw, application_id=application.id, at=act.now, reason=why
        )
        await act.move(leave)
