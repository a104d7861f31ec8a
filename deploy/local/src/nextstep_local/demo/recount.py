"""Count again, from what was done: standing and ranking, in code that shares nothing with the site.

The rules are those of the published programme: all modules except where the office excused one, at
least four of the six masterclasses; projects ranked by the mean of the panellists' weighted totals,
ties broken by the criteria in the registered order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nextstep_local.demo.record import DemoRecord

MASTERCLASSES = 6
MASTERCLASSES_NEEDED = 4
MODULES = 4


@dataclass(frozen=True)
class Tally:
    """One Fellow's attendance and what follows from it."""

    masterclasses: int
    modules: int
    excused: int
    standing: str


def tally(person: str, record: DemoRecord) -> Tally:
    """Count one Fellow's attendance so far and judge what can still become of it.

    A session that took place and whose register does not say "attended" is lost, whether the
    Fellow was absent, sent apologies or had not joined yet.
    """
    went: dict[str, int] = defaultdict(int)
    held: dict[str, int] = defaultdict(int)
    excused = 0
    for session in record.held:
        held[session.kind] += 1
        if session.marks.get(person) == "attended":
            went[session.kind] += 1
        elif (person, session.key) in record.waived:
            excused += 1
    return Tally(
        masterclasses=went["masterclass"],
        modules=went["module"],
        excused=excused,
        standing=_standing(
            went["masterclass"],
            MASTERCLASSES - held["masterclass"],
            held["module"] - went["module"] - excused,
            MODULES - held["module"],
        ),
    )


def _standing(went: int, to_come: int, modules_lost: int, modules_to_come: int) -> str:
    if modules_lost or went + to_come < MASTERCLASSES_NEEDED:
        return "impossible"
    enough = went >= MASTERCLASSES_NEEDED
    if not enough and went + to_come == MASTERCLASSES_NEEDED:
        return "no_slack"
    return "met" if enough and not modules_to_come else "on_track"


@dataclass(frozen=True)
class Place:
    """One project's place in the ranking."""

    rank: int
    title: str
    judges: int
    points: int
    """The sum of the weighted totals; divided by the judges it is the score."""


def ranking(
    record: DemoRecord, weights: Mapping[str, int], tie_breaks: Sequence[str]
) -> tuple[Place, ...]:
    """Rank the projects from the score sheets, best first; equals share a rank.

    Works in whole numbers: each mean is scaled by a common multiple of all panel sizes.
    """
    sheets: dict[str, list[dict[str, int]]] = defaultdict(list)
    for (title, panellist), points in record.sheets.items():
        if (title, panellist) not in record.recused:
            sheets[title].append(points)
    scale = _common_multiple(len(found) for found in sheets.values())
    keys = {
        title: (
            _mean([sum(weights[c] * p for c, p in one.items()) for one in found], scale),
            *(_mean([one[criterion] for one in found], scale) for criterion in tie_breaks),
        )
        for title, found in sheets.items()
    }
    places = []
    for title in sorted(keys, key=lambda one: (*(-part for part in keys[one]), one)):
        better = sum(other > keys[title] for other in keys.values())
        total = sum(weights[c] * p for one in sheets[title] for c, p in one.items())
        places.append(Place(better + 1, title, len(sheets[title]), total))
    return tuple(places)


def _common_multiple(sizes: Iterable[int]) -> int:
    product = 1
    for size in set(sizes):
        product *= size
    return product


def _mean(values: Sequence[int], scale: int) -> int:
    return sum(values) * scale // len(values)


def most_places_held(movements: Iterable[Mapping[str, str]]) -> int:
    """Replay the ledger's history and give the largest number of places ever held at once.

    Each movement has `application` and `kind`; a place is held by an offer and an acceptance.
    """
    holding: set[str] = set()
    most = 0
    for movement in movements:
        if movement["kind"] in ("offered", "accepted"):
            holding.add(movement["application"])
        elif movement["kind"] in ("declined", "lapsed", "withdrawn", "waitlisted"):
            holding.discard(movement["application"])
        most = max(most, len(holding))
    return most
