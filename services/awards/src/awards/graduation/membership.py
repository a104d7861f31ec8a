"""Remind each Fellow, once, that the FMLM membership is about to end. A durable timer a Fellow.

The discount for Associate Fellowship ends as well, but the event catalogue has no reminder of it;
its last day is in the email about the discount.
"""

from datetime import datetime, time, timedelta

from awards.fellows.act import Awards
from awards.fellows.fellow import Fellow
from awards.fellows.records import get, save
from awards.graduation.benefits import membership_ends
from nextstep_contracts import MembershipExpiring
from nextstep_messaging import Timer, UnitOfWork
from nextstep_programme import Cohort

MEMBERSHIP_REMINDER = "membership_reminder"
REMINDER_AT = time(9)
"""Reminders go out at nine in the morning, local time."""


def membership_reminder(cohort: Cohort) -> datetime:
    """The moment (UTC) at which Fellows are told that their membership is about to end."""
    days = timedelta(days=cohort.benefits.membership_reminder_days)
    return cohort.moment(membership_ends(cohort) - days, REMINDER_AT)


def reminder_key(person_id: str) -> str:
    """The timer of one Fellow."""
    return f"membership:{person_id}"


async def follow(uow: UnitOfWork, here: Awards, fellow: Fellow) -> None:
    """Set the timer of a Fellow, or cancel that of somebody who is none any more."""
    key = reminder_key(fellow.id)
    if fellow.active and not fellow.erased:
        due = membership_reminder(here.cohort)
        await uow.schedule(key, MEMBERSHIP_REMINDER, due, {"person_id": fellow.id})
    else:
        await uow.cancel_timer(key)


async def remind(timer: Timer, uow: UnitOfWork, here: Awards) -> None:
    """Tell the Fellow, unless they left, were erased or were told before."""
    fellow = await get(uow.collection, Fellow, timer.data["person_id"])
    ends = membership_ends(here.cohort)
    if fellow is None or not fellow.active or fellow.erased or fellow.reminded_of == ends:
        return
    await save(uow, fellow.but(reminded_of=ends))
    uow.publish(
        MembershipExpiring(cohort=here.cohort.id, revision=1, person=fellow.person, expires_on=ends)
    )
