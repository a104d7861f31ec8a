"""Remind each Fellow, once, that the FMLM membership is about to end. A durable timer a Fellow.

The discount for Associate Fellowship ends as well, but the event catalogue has no reminder of it;
its last day is in the email about the discount.
"""

from awards import graduation, store
from awards.commands import events
from awards.fellows import Fellow
from awards.terms import Terms
from nextstep_contracts import MembershipExpiring
from nextstep_messaging import Timer, UnitOfWork

TIMER = "membership_reminder"


def key(person_id: str) -> str:
    """The timer of one Fellow."""
    return f"membership:{person_id}"


async def follow(uow: UnitOfWork, terms: Terms, fellow: Fellow) -> None:
    """Set the timer of a Fellow, or cancel that of somebody who is none any more."""
    if fellow.active and not fellow.erased:
        due = graduation.membership_reminder(terms.cohort)
        await uow.schedule(key(fellow.id), TIMER, due, {"person_id": fellow.id})
    else:
        await uow.cancel_timer(key(fellow.id))


async def remind(timer: Timer, uow: UnitOfWork, terms: Terms) -> None:
    """Tell the Fellow, unless they left, were erased or were told before."""
    fellow = await store.get(uow.collection, Fellow, timer.data["person_id"])
    ends = graduation.membership_ends(terms.cohort)
    if fellow is None or not fellow.active or fellow.erased or fellow.reminded_of == ends:
        return
    await store.save(uow, fellow.but(reminded_of=ends))
    cohort = terms.cohort.id
    person = events.person(fellow)
    uow.publish(MembershipExpiring(cohort=cohort, revision=1, person=person, expires_on=ends))
