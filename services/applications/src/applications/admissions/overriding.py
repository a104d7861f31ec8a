"""What the office does to the place ledger out of the ordinary. Each needs a reason, and is said.

Accepting a late application is a decision (`decisions.decide_eligible`) that the ledger names.
"""

from datetime import date
from functools import partial

from applications.admissions import offers, place_ledger
from applications.admissions.act import Desk, Doer
from applications.admissions.deciding import needs, offer_place
from applications.admissions.settling import OFFER_TIMER, promote
from applications.admissions.wording import moment
from nextstep_contracts import PlaceOffered


async def change_places(desk: Desk, number: int, who: Doer, reason: str) -> None:
    """Raise or lower the number of places. New ones are offered as free ones are.

    Raises:
        NotAllowedError: there is no reason.
        PlaceRefusedError: so many are taken or on offer, or the number is the same.

    """
    needs(reason)
    before = (await desk.ledger()).places
    said = f"From {before} to {number} places: {_by(who, reason)}"
    await desk.move(partial(place_ledger.change_places, places=number, at=desk.now, reason=said))
    await desk.audit(who, "change-places", desk.cohort.id, f"{before} to {number}: {reason}")
    await promote(desk)


async def move_in_line(
    desk: Desk, application_id: str, position: int, who: Doer, reason: str
) -> None:
    """Move an applicant on the waiting list.

    Raises:
        NotAllowedError: there is no reason.
        PlaceRefusedError: the applicant does not wait, or there is no such position.

    """
    needs(reason)
    await desk.application(application_id)
    before = (await desk.ledger()).position(application_id)
    said = f"From {before} to {position} on the waiting list: {_by(who, reason)}"
    act = partial(
        place_ledger.reorder, application_id=application_id, position=position, at=desk.now
    )
    await desk.move(partial(act, reason=said))
    what = f"Moved from {before} to {position} on the waiting list"
    await desk.done_by(who, application_id, "reorder", what, reason)


async def extend_offer(
    desk: Desk, application_id: str, until: date, who: Doer, reason: str
) -> None:
    """Hold an open offer until the end of a later day, and tell the applicant.

    Raises:
        NotAllowedError: there is no reason.
        PlaceRefusedError: no offer is open, or the day is not later than its end.

    """
    needs(reason)
    application = await desk.application(application_id)
    held = (await desk.ledger()).offer_to(application_id)
    ends = desk.cohort.moment(until, offers.END_OF_DAY)
    said = f"Until {moment(ends, desk.cohort.zone)}: {_by(who, reason)}"
    act = partial(place_ledger.extend, application_id=application_id, at=desk.now, expires_at=ends)
    await desk.move(partial(act, reason=said))
    desk.put(application.model_copy(update={"offer_expires_at": ends}))
    timer = f"{OFFER_TIMER}:{application_id}"
    await desk.uow.schedule(timer, OFFER_TIMER, ends, {"application_id": application_id})
    what = f"Offer extended until {moment(ends, desk.cohort.zone)}"
    await desk.done_by(who, application_id, "extend-offer", what, reason)
    desk.tell(
        application_id,
        PlaceOffered,
        reference=application.reference,
        offered_at=held.offered_at if held else desk.now,
        expires_at=ends,
        from_waiting_list=held is not None and held.from_waiting_list,
        extended=True,
    )


async def offer_next(desk: Desk, who: Doer, reason: str) -> str:
    """Offer a free place to the next in line by hand: what nobody does after the cut-off.

    Returns:
        to whom it was offered.

    Raises:
        NotAllowedError: there is no reason.
        PlaceRefusedError: nobody waits, or no place is free.

    """
    ledger = await desk.ledger()
    if not ledger.waiting:
        raise place_ledger.PlaceRefusedError("Nobody is on the waiting list.")
    await offer_place(desk, ledger.waiting[0], who, reason)
    return ledger.waiting[0]


def _by(who: Doer, reason: str) -> str:
    return f"{reason.strip()} ({who.name})"
