"""Bring the standing of Fellows up to date and say what changed."""

from collections.abc import Iterable
from datetime import timedelta

from nextstep_messaging import Timer, UnitOfWork
from scheduling import store
from scheduling.commands import sets
from scheduling.fellows import Fellow
from scheduling.programme import Programme
from scheduling.sessions import Session
from scheduling.standing import announce, of_fellow

RECHECK = "recheck"
RECHECK_AFTER = timedelta(minutes=1)
"""Longer than any transaction: somebody who joined while the calendar was changing, unseen by
that change, is seen by the check that follows it."""


def restand(
    uow: UnitOfWork, programme: Programme, fellow: Fellow, calendar: Iterable[Session]
) -> Fellow:
    """Judge a Fellow anew and publish what changed. Returns the record, to be saved.

    Nothing is said of somebody who is not a Fellow now.
    """
    if not fellow.active:
        return fellow
    result = of_fellow(fellow, calendar, programme.policy)
    announced, events = announce(fellow, result, programme.cohort.id)
    for event in events:
        uow.publish(event)
    return announced


async def restand_everyone(uow: UnitOfWork, programme: Programme) -> None:
    """After a change of the calendar: judge every Fellow anew.

    Every record is saved, changed or not, so that a register saved at the same moment with the
    old calendar meets a conflict and is judged again.
    """
    calendar = await store.sessions(uow.collection, programme.cohort.id)
    fellows = await store.fellows(uow.collection, programme.cohort.id)
    active = [restand(uow, programme, fellow, calendar) for fellow in fellows if fellow.active]
    await store.save_fellows(uow, active)
    await check_again(uow, programme)


async def check_again(uow: UnitOfWork, programme: Programme) -> None:
    """Look once more, a little later, for anybody whom this transaction could not see."""
    due = uow.now + RECHECK_AFTER
    await uow.schedule(f"{RECHECK}:{programme.cohort.id}", RECHECK, due)


async def recheck(_timer: Timer, uow: UnitOfWork, *, programme: Programme) -> None:
    """The later look: changes only what is out of date."""
    calendar = await store.sessions(uow.collection, programme.cohort.id)
    for fellow in await store.fellows(uow.collection, programme.cohort.id):
        judged = restand(uow, programme, fellow, calendar)
        if judged != fellow:
            await store.save_fellow(uow, judged)
    await sets.resettle(uow, programme)
