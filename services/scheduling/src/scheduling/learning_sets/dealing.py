"""How many learning sets are feasible, and the fair deal of the Fellows to them."""

from collections.abc import Iterable
from hashlib import sha256
from math import ceil

from nextstep_contracts import Refused
from nextstep_programme import LearningSets
from nextstep_programme.employers import NONE_KNOWN, Employers
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.records import Record
from scheduling.learning_sets.allocation import Members


class Feasibility(Record):
    """Seats against Fellows."""

    fellows: int
    slots: int
    """Slots in the topic that has fewest: no more sets than these can meet."""
    sets: int
    """Sets that would be made."""
    largest: int
    """Members of the largest set that would be made."""
    size: int
    """The most members a set may have."""
    stated_size: int
    """The size the programme announces."""

    @property
    def seats(self) -> int:
        """Seats in all slots."""
        return self.slots * self.size

    @property
    def feasible(self) -> bool:
        """Whether everybody gets a seat."""
        return self.fellows <= self.seats

    @property
    def sizes(self) -> tuple[tuple[int, int, int], ...]:
        """For sizes round the announced one: (size, seats, seats left over or missing)."""
        span = range(max(1, self.stated_size - 1), max(self.size, self.stated_size) + 2)
        return tuple((n, n * self.slots, n * self.slots - self.fellows) for n in span)


def feasibility(fellows: int, plan: LearningSets) -> Feasibility:
    """What the slots allow: sets of the announced size if they fit, else larger ones."""
    slots = min((len(plan.slots(topic)) for topic in plan.topics), default=0)
    sets = min(slots, ceil(fellows / plan.stated_size))
    return Feasibility(
        fellows=fellows,
        slots=slots,
        sets=sets,
        largest=ceil(fellows / sets) if sets else 0,
        size=plan.size,
        stated_size=plan.stated_size,
    )


def deal(
    fellows: Iterable[Fellow], plan: LearningSets, cohort: str, employers: Employers = NONE_KNOWN
) -> Members:
    """Deal the Fellows out, so that sizes differ by one at most and disciplines and employers mix.

    They are lined up by discipline, then employer, then a hash of the person (fair, yet the same
    every time) and dealt like cards.

    Raises:
        Refused: there is nobody to deal, or there are not enough seats.

    """
    people = sorted(fellows, key=lambda fellow: _place_in_line(fellow, cohort, employers))
    room = feasibility(len(people), plan)
    if not people:
        raise Refused("There are no Fellows to allocate yet.")
    if not room.feasible:
        raise Refused(
            f"{len(people)} Fellows need more than the {room.seats} seats there are: "
            f"{room.slots} slots in each topic with {room.size} seats each."
        )
    return tuple(
        tuple(sorted(fellow.person_id for fellow in people[first :: room.sets]))
        for first in range(room.sets)
    )


def _place_in_line(fellow: Fellow, cohort: str, employers: Employers) -> tuple[str, str, str]:
    lot = sha256(f"{cohort}:{fellow.person_id}".encode()).hexdigest()
    return fellow.discipline, employers.called(fellow.trust) or "", lot
