"""What happens to an eligible applicant: a place, the waiting list or the review. Pure."""

from collections.abc import Sequence
from datetime import datetime

from applications.admissions import offers, place_ledger
from applications.admissions.application import Application
from applications.admissions.outcome import Outcome
from applications.admissions.place_ledger import Ledger
from applications.admissions.states import RULES, By
from nextstep_contracts import ApplicationWaitlisted, PlaceOffered
from nextstep_programme import Cohort


def qualified(so_far: Outcome, by: By) -> Outcome:
    """An eligible applicant: offered a place, or on the waiting list, or waiting for the review."""
    application, cohort, now = so_far.application, so_far.cohort, so_far.now
    if application.state in {"eligible", "waitlisted"}:
        return so_far  # keeps the turn it has
    outcome = so_far.stepped("qualify", by).noted("eligible", "Eligible", by.name)
    if cohort.selection.mode == "reviewed":
        return outcome
    ends = offers.expiry(cohort, now)
    outcome = outcome.moved(
        place_ledger.admit,
        ends if offers.automatic(cohort, now) else None,
        accepted_late=application.accepted_late if application.late else None,
    )
    movement = outcome.movements[-1]
    if movement.kind == "offered":
        return offered(outcome, ends, RULES, movement.reason)
    return waitlisted(outcome, RULES, movement.reason)


def accepted_late(application: Application) -> str | None:
    """Why a late application was accepted, until the ledger says so: when it enters the ledger."""
    entering = application.late and application.state == "eligible"
    return application.accepted_late if entering else None


def offered(
    so_far: Outcome, ends: datetime, by: By, why: str, *, from_waiting_list: bool = False
) -> Outcome:
    """The ledger holds a place for the applicant: it is said, and lapses at its moment."""
    return (
        so_far.stepped("offer", by, why)
        .changed(offer_expires_at=ends)
        .timed(offers.OFFER_TIMER, ends)
        .noted("offered", "Place offered", by.name, why)
        .told(
            PlaceOffered,
            reference=so_far.application.reference,
            offered_at=so_far.now,
            expires_at=ends,
            from_waiting_list=from_waiting_list,
        )
    )


def waitlisted(so_far: Outcome, by: By, why: str) -> Outcome:
    """The ledger has a turn for the applicant: it is said which."""
    application = so_far.application
    position = so_far.ledger.position(application.id)
    return (
        so_far.stepped("waitlist", by, why)
        .noted("waitlisted", f"Waiting list, position {position}", by.name, why)
        .told(ApplicationWaitlisted, reference=application.reference, position=position)
    )


def next_in_line(ledger: Ledger, cohort: Cohort, now: datetime) -> tuple[str, ...]:
    """Who is offered the places that are free, in order; nobody once that needs the office."""
    return ledger.waiting[: ledger.free] if offers.automatic(cohort, now) else ()


def promoted(
    waiting: Sequence[Application], ledger: Ledger, cohort: Cohort, now: datetime
) -> tuple[Outcome, ...]:
    """Free places are offered to those next in line, one outcome for each.

    Args:
        waiting: the applications that `next_in_line` names; none is no error.
        ledger: with places free.
        cohort: the year's definition.
        now: the moment of the offers.

    """
    if not waiting:
        return ()
    ends = offers.expiry(cohort, now)
    known = {application.id: application for application in waiting}
    after, movements = place_ledger.promote(ledger, now, ends)
    outcomes = (
        (Outcome(known[m.application_id], after, cohort, now, movements=(m,)), m.reason)
        for m in movements
    )
    return tuple(
        offered(outcome, ends, RULES, why, from_waiting_list=True) for outcome, why in outcomes
    )
