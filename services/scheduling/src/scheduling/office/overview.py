"""Everything the office's pages show, read at one moment."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from nextstep_web.employers import known_employers
from scheduling.attendance.register_state import RegisterState, register_state
from scheduling.calendar.clashes import Clash, clashes
from scheduling.calendar.store import sessions_of
from scheduling.completion.rules import STATE_WORDS, policy_of
from scheduling.completion.standing import WORST_FIRST, Judgement, judge_fellow
from scheduling.fellows.act import Scheduling
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.store import fellows_known_to
from scheduling.learning_sets.allocation import Allocation
from scheduling.learning_sets.store import allocation_known_to


@dataclass(frozen=True)
class FellowRow:
    """A Fellow and where they stand; the standing is that of their last day if they left."""

    fellow: Fellow
    judgement: Judgement
    set_number: int | None
    employers: tuple[str, ...] = ()
    """What the employer is called: by the office's list first, then all the rest."""

    @property
    def employer(self) -> str:
        """Where they work; empty when unknown."""
        return self.employers[0] if self.employers else ""


@dataclass(frozen=True)
class Overview:
    """Sessions with their registers, Fellows with their standing, warnings, learning sets."""

    sessions: tuple[RegisterState, ...]
    fellows: tuple[FellowRow, ...]
    clashes: tuple[Clash, ...]
    allocation: Allocation | None

    @property
    def active(self) -> tuple[FellowRow, ...]:
        """Who is a Fellow now."""
        return tuple(row for row in self.fellows if row.fellow.active)

    def standings(self) -> tuple[tuple[str, int], ...]:
        """How many Fellows have each standing, best first, in words."""
        counts = Counter(row.judgement.standing for row in self.active)
        return tuple((STATE_WORDS[state], counts[state]) for state in reversed(WORST_FIRST))


async def look(here: Scheduling, closed: Collection[str]) -> Overview:
    """Read everything, but of people of whom whoever looks must learn nothing (`closed`).

    Registers, counts and what waits are made of the others, so that they cannot tell.
    """
    calendar = await sessions_of(here.read, here.cohort.id)
    fellows = await fellows_known_to(here.read, here.cohort.id, closed)
    allocation = await allocation_known_to(here.read, here.cohort.id, closed)
    employers = await known_employers(here.read)
    now, policy = here.messaging.clock.now(), policy_of(here)
    sets = dict(allocation.seats()) if allocation else {}
    rows = [
        FellowRow(
            one,
            judge_fellow(one, calendar, policy),
            sets.get(one.person_id),
            employers.names(one.trust),
        )
        for one in sorted(fellows, key=lambda one: (one.name, one.person_id))
        if one.on_record
    ]
    return Overview(
        sessions=tuple(register_state(session, fellows, now) for session in calendar),
        fellows=tuple(rows),
        clashes=clashes(calendar, here.cohort),
        allocation=allocation,
    )
