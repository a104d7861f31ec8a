"""What follows from a change: the rules run, and places are offered as far as they go."""

from datetime import datetime
from functools import partial

from applications.admissions import offers, place_ledger
from applications.admissions.act import Desk
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


async def settle(desk: Desk, application_id: str) -> None:
    """Run the rules over an undecided application and send it where they say."""
    before = await desk.application(application_id)
    application = desk.put(reassessed(before, desk.cohort))
    match course(application, desk.cohort):
        case "referred":
            await _leave_waiting_list(desk, application)
            await _refer(desk, application_id, before.assessment)
        case "documents_needed":
            await _leave_waiting_list(desk, application)
            await await_documents(desk, application_id, "rules", RULES)
        case "eligible":
            await enter(desk, application_id, "rules", RULES)
    await ask_for_documents(desk, application_id)


async def enter(desk: Desk, application_id: str, by: ActorKind, who: str) -> None:
    """An eligible applicant: offer a place, or join the waiting list, or wait for the review."""
    application = await desk.application(application_id)
    if application.state in {"eligible", "waitlisted"}:
        return  # keeps the turn it has
    desk.put(stepped(application, "qualify", by, ""))
    desk.note(application_id, "Eligible", who)
    if desk.cohort.selection.mode == "reviewed":
        return
    automatic = offers.automatic(desk.cohort, desk.now)
    ends = offers.expiry(desk.cohort, desk.now)
    late = application.accepted_late if application.late else None
    act = partial(
        place_ledger.admit, application_id=application_id, at=desk.now, accepted_late=late
    )
    movement = await desk.move(partial(act, expires_at=ends if automatic else None))
    if movement.kind == "offered":
        await offered(desk, application_id, ends, from_waiting_list=False, why=movement.reason)
    else:
        await _waitlisted(desk, application_id, movement.reason)


async def promote(desk: Desk) -> None:
    """Offer free places to the waiting list, as long as that happens by itself."""
    if not offers.automatic(desk.cohort, desk.now):
        return
    ends = offers.expiry(desk.cohort, desk.now)
    for movement in await desk.move_all(
        partial(place_ledger.promote, at=desk.now, expires_at=ends)
    ):
        await offered(
            desk, movement.application_id, ends, from_waiting_list=True, why=movement.reason
        )


async def offered(
    desk: Desk,
    application_id: str,
    ends: datetime,
    *,
    from_waiting_list: bool,
    why: str,
    by: ActorKind = "rules",
    who: str = RULES,
) -> None:
    """The ledger holds a place for the applicant: say so, and set the moment it lapses."""
    application = stepped(await desk.application(application_id), "offer", by, why)
    desk.put(application.model_copy(update={"offer_expires_at": ends}))
    timer = f"{OFFER_TIMER}:{application_id}"
    await desk.uow.schedule(timer, OFFER_TIMER, ends, {"application_id": application_id})
    desk.note(application_id, "Place offered", who, why)
    desk.tell(
        application_id,
        PlaceOffered,
        reference=application.reference,
        offered_at=desk.now,
        expires_at=ends,
        from_waiting_list=from_waiting_list,
    )


async def await_documents(desk: Desk, application_id: str, by: ActorKind, who: str) -> None:
    """Wait for the applicant to send what is missing."""
    application = await desk.application(application_id)
    if application.state != "documents_needed":
        desk.put(stepped(application, "await_documents", by, ""))
        desk.note(application_id, "Waiting for documents", who)
    await ask_for_documents(desk, application_id)


async def ask_for_documents(desk: Desk, application_id: str) -> None:
    """Tell the applicant what is needed, unless that is what they were told last.

    While a file is being fetched nobody is told anything: one message then names all.
    """
    application = await desk.application(application_id)
    needed = documents_needed(application, desk.cohort)
    if application.decided or documents_coming(application, desk.cohort):
        return
    if needed and needed != application.asked_for:
        reference = application.reference
        desk.tell(application_id, DocumentsNeeded, reference=reference, documents_needed=needed)
    await told_of_documents(desk, application_id)


async def told_of_documents(desk: Desk, application_id: str) -> None:
    """Remember what an event that is sent now says is needed."""
    application = await desk.application(application_id)
    needed = documents_needed(application, desk.cohort)
    if needed != application.asked_for:
        desk.put(application.model_copy(update={"asked_for": needed}))


async def _refer(desk: Desk, application_id: str, before: Assessment | None) -> None:
    """Give the decision to a person; tell the applicant only what is new."""
    application = await desk.application(application_id)
    concerns = application.assessment.concerns if application.assessment else ()
    known = before.concerns if before and application.state == "referred" else ()
    if application.state == "referred" and known == concerns:
        return
    application = desk.put(stepped(application, "refer", "rules", ""))
    desk.note(application_id, "Referred", RULES, " ".join(r.office for r in concerns))
    reasons = tuple(r.applicant for r in concerns)
    desk.tell(application_id, ApplicationReferred, reference=application.reference, reasons=reasons)


async def _waitlisted(desk: Desk, application_id: str, why: str) -> None:
    application = desk.put(
        stepped(await desk.application(application_id), "waitlist", "rules", why)
    )
    position = (await desk.ledger()).position(application_id)
    desk.note(application_id, f"Waiting list, position {position}", RULES, why)
    desk.tell(
        application_id,
        ApplicationWaitlisted,
        reference=application.reference,
        position=position,
    )


async def _leave_waiting_list(desk: Desk, application: Application) -> None:
    """New answers that no longer pass give up the turn they had."""
    if application.state == "waitlisted":
        why = "New answers have to be looked at first."
        leave = partial(
            place_ledger.withdraw, application_id=application.id, at=desk.now, reason=why
        )
        await desk.move(leave)
