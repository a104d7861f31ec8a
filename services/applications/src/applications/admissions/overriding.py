"""What the office does to the place ledger out of the ordinary. Each needs a reason, and is said.

Accepting a late application is a decision (`deciding.found_eligible`) that the ledger names.
"""

from datetime import date, datetime
from functools import partial

from applications.admissions import offers, place_ledger
from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.admissions.deciding import needs, offer_place
from applications.admissions.outcome import Outcome
from applications.admissions.place_ledger import Change, Ledger
from applications.admissions.states import By
from nextstep_contracts import AlreadySo, PlaceOffered, Refused
from nextstep_programme.writing import day, deadline


def moved_in_line(so_far: Outcome, by: By, position: int, reason: str) -> Outcome:
    """The applicant has another turn on the waiting list.

    Raises:
        Refused: the applicant does not wait, there is no such position, or no reason.

    """
    needs(reason)
    before = so_far.ledger.position(so_far.application.id)
    where = f"from {before} to {position} on the waiting list"
    said = f"{where.capitalize()}: {_said(by, reason)}"

    def change(ledger: Ledger, application_id: str, at: datetime) -> Change:
        return place_ledger.reorder(ledger, application_id, position, at, said)

    return so_far.moved(change).done("reorder", "reordered", f"Moved {where}", by.name, reason)


def extended(so_far: Outcome, by: By, until: date, reason: str) -> Outcome:
    """An open offer holds until the end of a later day, and the applicant is told.

    Raises:
        Refused: no offer is open, the day is not later than its end or after the programme's, or
            there is no reason.

    """
    needs(reason)
    application, cohort = so_far.application, so_far.cohort
    if until > cohort.completes_on:
        raise Refused.field(
            "until", f"Enter a day up to {day(cohort.completes_on)}, when the programme ends."
        )
    held = so_far.ledger.offer_to(application.id)
    ends = cohort.moment(until, offers.END_OF_DAY)
    named = deadline(ends, cohort.zone)
    outcome = so_far.moved(place_ledger.extend, ends, f"Until {named}: {_said(by, reason)}")
    return (
        outcome.changed(offer_expires_at=ends)
        .timed(offers.OFFER_TIMER, ends)
        .done("extend-offer", "offer_extended", f"Offer extended until {named}", by.name, reason)
        .told(
            PlaceOffered,
            reference=application.reference,
            offered_at=held.offered_at if held else so_far.now,
            expires_at=ends,
            from_waiting_list=held is not None and held.from_waiting_list,
            extended=True,
        )
    )


async def change_places(act: Act, number: int, reason: str) -> None:
    """Raise or lower the number of places. New ones are offered as free ones are.

    Raises:
        Refused: so many are taken or on offer, the number is the same, or there is no reason.

    """
    needs(reason)
    before = (await act.ledger()).places
    said = f"From {before} to {number} places: {_said(act.by, reason)}"
    await act.move(partial(place_ledger.change_places, places=number, at=act.now, reason=said))
    act.audit("change-places", act.cohort.id, why=f"{before} to {number}: {reason}")
    await act.promote()


async def close_early(act: Act, reason: str) -> None:
    """Close applications before the deadline: on the public page, and in what applicants are told.

    Raises:
        Refused: a place is free, they are closed already, or there is no reason.

    """
    needs(reason)
    said = _said(act.by, reason)
    await act.move(partial(place_ledger.close, at=act.now, reason=said))
    act.audit("close-applications", act.cohort.id, why=reason)


async def reopen(act: Act, reason: str) -> None:
    """Open applications again that were closed early.

    Raises:
        Refused: they are not closed early, or there is no reason.

    """
    needs(reason)
    said = _said(act.by, reason)
    await act.move(partial(place_ledger.reopen, at=act.now, reason=said))
    act.audit("reopen-applications", act.cohort.id, why=reason)


async def move_in_line(
    act: Act, application: Application, position: int, reason: str
) -> Application:
    """Move an applicant on the waiting list; see `moved_in_line`."""
    return await act.keep(moved_in_line(await act.about(application), act.by, position, reason))


async def extend_offer(act: Act, application: Application, until: date, reason: str) -> Application:
    """Hold an open offer for longer; see `extended`."""
    return await act.keep(extended(await act.about(application), act.by, until, reason))


async def offer_next(act: Act, application_id: str, reason: str) -> Application:
    """Offer a free place to the next in line by hand: what nobody does after the cut-off.

    Args:
        act: where it happens.
        application_id: who was next when it was decided: nobody else is offered a place in their
            stead, however often and by whomever the same is asked for.
        reason: why.

    Returns:
        the application that was offered the place.

    Raises:
        NoSuch: there is no such application.
        Refused: this is not the next in line (any more), no place is free, or there is no reason.

    """
    needs(reason)
    application, ledger = await act.application(application_id), await act.ledger()
    if ledger.offer_to(application_id):
        raise AlreadySo(_not_next(application, ledger))
    if ledger.position(application_id) != 1:
        raise Refused(_not_next(application, ledger))
    await offer_place(act, application, reason)
    return await act.application(application_id)


def _not_next(application: Application, ledger: Ledger) -> str:
    who = f"{application.answers.name} ({application.reference})"
    if ledger.offer_to(application.id):
        return f"{who} has been offered a place already. Nobody else was offered one now."
    if ledger.position(application.id):
        return f"{who} is no longer next in line. Nobody was offered a place: look again."
    return f"{who} no longer waits. Nobody was offered a place: look at who is next now."


def _said(by: By, reason: str) -> str:
    return f"{reason.strip()} ({by.name})"
