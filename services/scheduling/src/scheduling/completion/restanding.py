"""Bring the standing of Fellows up to date and say what changed."""

from collections.abc import Iterable
from datetime import timedelta

from scheduling.calendar.session import Session
from scheduling.calendar.store import sessions_of
from scheduling.completion.announcing import announce
from scheduling.completion.rules import policy_of
from scheduling.completion.standing import judge_fellow
from scheduling.fellows.act import Act
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.store import fellows_of, save_fellow, save_fellows

RECHECK = "recheck"
"""The timer that has `recheck_standings` done."""
RECHECK_AFTER = timedelta(minutes=1)
"""Longer than any transaction: somebody who joined while the calendar was changing, unseen by
that change, is seen by the check that follows it."""


def restand(act: Act, fellow: Fellow, calendar: Iterable[Session]) -> Fellow:
    """Judge a Fellow anew and publish what changed. Returns the record, to be saved.

    Nothing is said of somebody who is not a Fellow now.
    """
    if not fellow.active:
        return fellow
    judgement = judge_fellow(fellow, calendar, policy_of(act.here))
    announced, events = announce(fellow, judgement, act.cohort.id)
    for event in events:
        act.uow.publish(event)
    return announced


async def restand_everyone(act: Act) -> None:
    """After a change of the calendar: judge every Fellow anew, and look once more a little later.

    Every record is saved, changed or not, so that a register saved at the same moment with the
    old calendar meets a conflict and is judged again.
    """
    calendar = await sessions_of(act.read, act.cohort.id)
    fellows = await fellows_of(act.read, act.cohort.id)
    active = [restand(act, fellow, calendar) for fellow in fellows if fellow.active]
    await save_fellows(act.uow, active)
    await act.uow.schedule(f"{RECHECK}:{act.cohort.id}", RECHECK, act.now + RECHECK_AFTER)


async def recheck_standings(act: Act) -> None:
    """The later look: changes only what is out of date."""
    calendar = await sessions_of(act.read, act.cohort.id)
    for fellow in await fellows_of(act.read, act.cohort.id):
        judged = restand(act, fellow, calendar)
        if judged != fellow:
            await save_fellow(act.uow, judged)
