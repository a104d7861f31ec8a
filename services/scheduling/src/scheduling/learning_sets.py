"""Action learning sets: what is feasible, the deal, the meetings, and swaps.

A set keeps its members across all topics and meets in the same slot of each topic.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from math import ceil

from nextstep_contracts import Refused
from nextstep_programme import Cohort, LearningSets
from scheduling.fellows import Fellow
from scheduling.membership import Allocation, Members, Move
from scheduling.records import Record
from scheduling.sessions import Session


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


def deal(fellows: Iterable[Fellow], plan: LearningSets, cohort: str) -> Members:
    """Deal the Fellows out, so that sizes differ by one at most and disciplines and trusts mix.

    They are lined up by discipline, then trust, then a hash of the person (fair, yet the same
    every time) and dealt like cards.

    Raises:
        Refused: there is nobody to deal, or there are not enough seats.

    """
    people = sorted(fellows, key=lambda fellow: _place_in_line(fellow, cohort))
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


def _place_in_line(fellow: Fellow, cohort: str) -> tuple[str, str, str]:
    accepted = fellow.current.accepted if fellow.current else None
    discipline = (accepted.discipline if accepted else None) or ""
    trust = (accepted.trust if accepted else None) or ""
    return discipline, trust, sha256(f"{cohort}:{fellow.person_id}".encode()).hexdigest()


def meetings(cohort: Cohort, number: int) -> tuple[Session, ...]:
    """The sessions of set `number`: its slot in each topic, still without an audience."""
    plan = cohort.learning_sets
    found = []
    for order, topic in enumerate(plan.topics, start=1):
        on, starts, ends = plan.slots(topic)[number - 1]
        found.append(
            Session(
                session_id=f"{cohort.id}:{topic.key}-set-{number}",
                cohort=cohort.id,
                kind="learning_set",
                title=f"Action learning set {number}, topic {order}: {topic.title}",
                on=on,
                starts=starts,
                ends=ends,
                zone=cohort.zone,
                venue=plan.venue,
                number=order,
                audience=(),
                set_id=set_id(cohort.id, number),
                topic=topic.key,
            )
        )
    return tuple(found)


def set_id(cohort: str, number: int) -> str:
    """The id of a set, for example `2024-25:set-3`."""
    return f"{cohort}:set-{number}"


def swap(
    allocation: Allocation, first: str, second: str, *, reason: str, by: str, at: datetime
) -> Allocation:
    """Let two Fellows change places for good.

    Raises:
        Refused: somebody is in no set, both are in the same one, or the reason lacks.

    """
    places = {p: number for number, who in enumerate(allocation.members, start=1) for p in who}
    if first not in places:
        raise Refused.field("first", "Choose a Fellow who is in a set.")
    if second not in places:
        raise Refused.field("second", "Choose a Fellow who is in a set.")
    if places[first] == places[second]:
        raise Refused.field("second", "They are in the same set already.")
    if not reason.strip():
        raise Refused.field("reason", "Give the reason for the swap.")
    moves = tuple(
        Move(person_id=who, to=to, at=at, by=by, reason=reason.strip())
        for who, to in ((first, places[second]), (second, places[first]))
    )
    return allocation.model_copy(update={"moves": allocation.moves + moves})
