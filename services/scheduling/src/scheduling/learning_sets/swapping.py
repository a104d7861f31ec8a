"""The office lets two Fellows change places between their learning sets."""

from collections.abc import Collection

from nextstep_contracts import Refused
from scheduling.fellows.act import Act
from scheduling.learning_sets.allocation import swapped
from scheduling.learning_sets.settling import settle
from scheduling.learning_sets.store import allocation_of

SWAPPED = "swapped learning sets"
"""What the audit trail says of both."""


async def swap(
    act: Act, *, first: str, second: str, reason: str, closed: Collection[str] = ()
) -> None:
    """Let two Fellows change places for good; whoever is `closed` is nobody to whoever acts.

    Raises:
        Refused: the sets are not allocated, or the swap makes no sense.

    """
    allocation = await allocation_of(act.read, act.cohort.id)
    if allocation is None:
        raise Refused("The sets are not allocated yet.")
    by, at = act.actor.who, act.now
    swapped(allocation.without(closed), first, second, reason=reason, by=by, at=at)
    changed = swapped(allocation, first, second, reason=reason, by=by, at=at)
    for person_id in (first, second):
        act.audit(SWAPPED, person_id, reason=reason)
    await settle(act, changed)
