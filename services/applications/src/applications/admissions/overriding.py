"""What the office does to the place ledger out of the ordinary. Each needs a reason, and is said.

Accepting a late application is a decision (`decisions.decide_eligible`) that the ledger names.
"""

from datetime import date
from functools import partial

from applications.admissions import offers, place_ledger
from applications.admissions.act import Act
from applications.admissions.deciding import needs, offer_place
from applications.admissions.settling import OFFER_TIMER, promote
from applications.admissions.wording import moment
from nextstep_contracts import PlaceOffered, Refused
from nextstep_messaging import Actor


async def change_places(act: Act, number: int, who: Actor, reason: str) -> None:
    """Raise or lower the number of places. New ones are offered as free ones are.

    Raises:
        Refused: there is no reason.
        Refused: so many are taken or on offer, or the number is the same.

    """
    needs(reason)
    before = (await act.ledger()).places
    said = f"From {before} to {number} places: {_by(who, reason)}"
    await act.move(partial(place_ledger.change_places, places=number, at=act.now, reason=said))
    await act.audit(who, "change-places", act.cohort.id, f"{before} to {number}: {reason}")
    await promote(act)


async def move_in_line(
    act: Act, application_id: str, position: int, who: Actor, reason: str
) -> None:
    """Move an applicant on the waiting list.

    Raises:
        Refused: there is no reason.
        Refused: the applicant does not wait, or there is no such position.

    """
    needs(reason)
    await act.application(application_id)
    before = (await act.ledger()).position(application_id)
    said = f"From {before} to {position} on the waiting list: {_by(who, reason)}"
    change = partial(
        place_ledger.reorder, application_id=application_id, position=position, at=act.now
    )
    await act.move(partial(change, reason=said))
    what = f"Moved from {before} to {position} on the waiting list"
    await act.done_by(who, application_id, "reorder", what, reason)


async def extend_offer(act: Act, application_id: str, until: date, who: Actor, reason: str) -> None:
    """Hold an open offer until the end of a later day, and tell the applicant.

    Raises:
        Refused: there is no reason.
        Refused: no offer is open, or the day is not later than its end.

    """
    needs(reason)
    application = await act.application(application_id)
    held = (await act.ledger()).offer_to(application_id)
    ends = act.cohort.moment(until, offers.END_OF_DAY)
    said = f"Until {moment(ends, act.cohort.zone)}: {_by(who, reason)}"
    change = partial(
        place_ledger.extend, application_id=application_id, at=act.now, expires_at=ends
    )
    await act.move(partial(change, reason=said))
    act.put(application.model_copy(update={"offer_expires_at": ends}))
    timer = f"{OFFER_TIMER}:{application_id}"
    await act.uow.schedule(timer, OFFER_TIMER, ends, {"application_id": application_id})
    what = f"Offer extended until {moment(ends, act.cohort.zone)}"
    await act.done_by(who, application_id, "extend-offer", what, reason)
    act.tell(
        application_id,
        PlaceOffered,
        reference=application.reference,
        offered_at=held.offered_at if held else act.now,
        expires_at=ends,
        from_waiting_list=held is not None and held.from_waiting_list,
        extended=True,
    )


async def offer_next(act: Act, who: Actor, reason: str) -> str:
    """Offer a free place to the next in line by hand: what nobody does after the cut-off.

    Returns:
        to whom it was offered.

    Raises:
        Refused: there is no reason.
        Refused: nobody waits, or no place is free.

    """
    ledger = await act.ledger()
    if not ledger.waiting:
        raise Refused("Nobody is on the waiting list.")
    await offer_place(act, ledger.waiting[0], who, reason)
    return ledger.waiting[0]


def _by(who: Actor, reason: str) -> str:
    return f"{reason.strip()} ({who.name})"
