"""What applicants and Fellows answer, and what happens when they do nothing.

Each deed has its rule beside it: the rule says what becomes of the application and of the ledger.
"""

from applications.admissions import place_ledger
from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.admissions.offers import OFFER_TIMER, REMINDER_TIMER
from applications.admissions.outcome import Outcome
from applications.admissions.states import TIMER, By
from nextstep_contracts import (
    ApplicationWithdrawn,
    OfferLapsed,
    PlaceAccepted,
    PlaceDeclined,
)


def accepted(so_far: Outcome, by: By) -> Outcome:
    """The applicant takes the offered place.

    Raises:
        Refused: there is nothing to accept, or the offer has ended.

    """
    application, answers = so_far.application, so_far.application.answers
    return (
        _offer_over(so_far.stepped("accept", by).moved(place_ledger.accept))
        .done("accept", "accepted", "Place accepted", by.name)
        .told(
            PlaceAccepted,
            reference=application.reference,
            accepted_at=so_far.now,
            discipline=answers.discipline,
            trust=answers.trust,
        )
    )


def declined(so_far: Outcome, by: By, reason: str) -> Outcome:
    """The applicant gives the offered place back; it goes to the next on the waiting list.

    Raises:
        Refused: there is nothing to decline.

    """
    said = reason.strip() or "No reason given."
    return (
        _offer_over(so_far.stepped("decline", by, reason).moved(place_ledger.decline, said))
        .done("decline", "declined", "Place declined", by.name, reason)
        .told(PlaceDeclined, reference=so_far.application.reference, declined_at=so_far.now)
        .with_a_place_freed()
    )


def withdrawn(so_far: Outcome, by: By, reason: str, *, merged_into: str | None = None) -> Outcome:
    """The applicant leaves, from wherever the application is; a place that this frees is offered.

    Raises:
        Refused: the application has ended already, or there is no reason.

    """
    before = so_far.application
    outcome = so_far.stepped("withdraw", by, reason)
    if so_far.ledger.holds(before.id):
        outcome = outcome.moved(place_ledger.withdraw, reason.strip())
    return (
        _offer_over(outcome)
        .timed(REMINDER_TIMER, None)
        .done("withdraw", "withdrawn", "Withdrawn", by.name, reason)
        .told(
            ApplicationWithdrawn,
            reference=before.reference,
            withdrawn_at=so_far.now,
            was_fellow=before.state == "accepted",
            merged_into=merged_into,
        )
        .with_a_place_freed()
    )


def lapsed(so_far: Outcome) -> Outcome:
    """An offer's time is up. Nothing happens if it was answered, or replaced by a later one."""
    held = so_far.ledger.offer_to(so_far.application.id)
    if held is None or held.expires_at > so_far.now:
        return so_far
    return (
        so_far.stepped("lapse", TIMER)
        .moved(place_ledger.lapse)
        .changed(offer_expires_at=None)
        .noted("lapsed", "Offer lapsed", TIMER.name, "Not answered in time.")
        .told(OfferLapsed, reference=so_far.application.reference, lapsed_at=so_far.now)
        .with_a_place_freed()
    )


def gone(so_far: Outcome) -> Outcome:
    """An erased person leaves the ledger, and the next on the waiting list is offered the place.

    Nobody is told of the application any more; doing it again changes nothing.
    """
    application, why = so_far.application, "Erased at the person's request."
    outcome = so_far.timed(OFFER_TIMER, None).timed(REMINDER_TIMER, None)
    if not application.decided or application.state in {"offered", "accepted"}:
        outcome = outcome.changed(state="withdrawn", offer_expires_at=None)
        outcome = outcome.noted("withdrawn", "Withdrawn", "Office", why)
    if not so_far.ledger.holds(application.id):
        return outcome
    return outcome.moved(place_ledger.withdraw, why).with_a_place_freed()


async def decline(act: Act, application: Application, reason: str) -> None:
    """Give the offered place back; see `declined`."""
    await act.keep(declined(await act.about(application), act.by, reason))


async def withdraw(
    act: Act, application: Application, reason: str, *, merged_into: str | None = None
) -> Application:
    """Leave; see `withdrawn`.

    Args:
        act: by the applicant, or the office.
        application: which one ends.
        reason: why; not told to anybody outside the office.
        merged_into: the reference of the person's application that counts, if this one is a
            duplicate of it.

    """
    so_far = await act.about(application)
    return await act.keep(withdrawn(so_far, act.by, reason, merged_into=merged_into))


async def lapse(act: Act, application: Application) -> None:
    """The timer's moment; see `lapsed`."""
    await act.keep(lapsed(await act.about(application)))


def _offer_over(so_far: Outcome) -> Outcome:
    """No offer is open to the applicant any more."""
    return so_far.changed(offer_expires_at=None).timed(OFFER_TIMER, None)
