"""Who still lacks reviewers, and how the work is dealt out evenly: seeded, never by chance."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from applications.review.case import Case, Selection
from applications.review.method import Method


@dataclass(frozen=True)
class Coverage:
    """How far the review of one application is."""

    case: Case
    counting: int
    """Locked sheets that count."""
    open: tuple[str, ...]
    """Reviewers who were asked, may see it, and have not locked."""
    required: int

    @property
    def enough(self) -> bool:
        """Whether it can be decided."""
        return self.counting >= self.required

    @property
    def lacking(self) -> int:
        """How many more reviewers must be asked."""
        return max(0, self.required - self.counting - len(self.open))


def coverage(case: Case, method: Method, active: Collection[str]) -> Coverage:
    """How far the review of a case is; open sheets of those who left are not waited for."""
    sheets = case.visible_sheets()
    waiting = tuple(s.reviewer for s in sheets if not s.locked_at and s.reviewer in active)
    return Coverage(case, len(case.counting(method)), waiting, method.required)


@dataclass(frozen=True)
class Need:
    """How many more reviewers an application needs, and who could be asked."""

    application_id: str
    count: int
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class Deal:
    """Who is asked for what; and where too few can be asked."""

    assignments: tuple[tuple[str, str], ...]
    """Application id and reviewer."""
    short: dict[str, int]
    """By application id: how many reviewers are still missing."""


def needs(selection: Selection) -> tuple[Need, ...]:
    """What the applications under review lack."""
    found = []
    for case in selection.cases:
        if not case.under_review:
            continue
        lacking = coverage(case, selection.method, selection.active).lacking
        asked = {sheet.reviewer for sheet in case.review.sheets}
        free = [one for one in selection.active if one not in asked and one not in case.hidden_from]
        if lacking:
            found.append(Need(case.id, lacking, tuple(free)))
    return tuple(found)


def loads(cases: Iterable[Case]) -> Counter[str]:
    """How many sheets each reviewer has now, locked ones included: work that was done counts."""
    return Counter(sheet.reviewer for case in cases for sheet in case.visible_sheets())


def dealt(wanted: Sequence[Need], busy: Counter[str], seed: str) -> Deal:
    """Give each application to the least busy who may see it, then even out what is left uneven.

    The seed decides between equals, so that the same needs and seed give the same deal, whatever
    the order of the arguments.
    """
    load = Counter(busy)
    chosen: dict[str, list[str]] = {}
    short: dict[str, int] = {}
    order = sorted(
        wanted, key=lambda n: (len(n.candidates) - n.count, _lot(seed, n.application_id))
    )
    for need in order:

        def turn(reviewer: str, about: str = need.application_id) -> tuple[int, str]:
            return load[reviewer], _lot(seed, about, reviewer)

        picked = sorted(need.candidates, key=turn)[: need.count]
        load.update(picked)
        chosen[need.application_id] = picked
        if len(picked) < need.count:
            short[need.application_id] = need.count - len(picked)
    _even_out(order, chosen, load)
    pairs = sorted((key, reviewer) for key, picked in chosen.items() for reviewer in picked)
    return Deal(tuple(pairs), short)


def _even_out(order: Sequence[Need], chosen: dict[str, list[str]], load: Counter[str]) -> None:
    """Move single sheets from the busiest to somebody at least two less busy, while that goes.

    Each move lowers the sum of squares of the loads, so it ends.
    """
    moved = True
    while moved:
        moved = False
        for need in order:
            picked = chosen[need.application_id]
            for giver in sorted(picked, key=lambda one: (-load[one], one)):
                free = [one for one in need.candidates if one not in picked]
                taker = min(free, key=lambda one: (load[one], one), default=None)
                if taker is not None and load[giver] - load[taker] > 1:
                    picked[picked.index(giver)] = taker
                    load[giver] -= 1
                    load[taker] += 1
                    moved = True


def _lot(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
