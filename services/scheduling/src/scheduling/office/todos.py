"""What waits for the office, and what of it for a facilitator, from the state alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduling.attendance.register_state import RegisterState
from scheduling.office.overview import Overview


@dataclass(frozen=True)
class Todo:
    """Something that waits for the office, and perhaps for a facilitator."""

    text: str
    href: str
    for_facilitators: bool = False


def todos(seen: Overview) -> list[Todo]:
    """What waits for the office, from the state alone."""
    return [*_registers(seen.sessions), *_dates(seen.sessions), *_people(seen)]


def _registers(rows: Iterable[RegisterState]) -> list[Todo]:
    """One line for each missing register, but one for all the sets that met on a topic."""
    missing = [row for row in rows if row.state == "register_missing" and row.invited]
    alone = [
        Todo(
            f"Fill in the register of {row.session.title} ({row.unmarked} not marked)",
            f"/scheduling/sessions/{row.session.session_id}/register",
            for_facilitators=True,
        )
        for row in missing
        if row.session.kind != "learning_set"
    ]
    topics = Counter(row.session.number for row in missing if row.session.kind == "learning_set")
    together = [
        Todo(
            f"Fill in the learning-set registers of topic {n} ({count} missing)",
            f"/scheduling/sessions?kind=learning_set&state=register_missing&q=topic+{n}",
            for_facilitators=True,
        )
        for n, count in topics.items()
    ]
    return alone + together


def _dates(rows: Sequence[RegisterState]) -> list[Todo]:
    undated = sum(row.state == "undated" for row in rows)
    untimed = [row for row in rows if row.state == "to_come" and row.session.starts is None]
    found = []
    if undated:
        text = f"Give {undated} {'session a date' if undated == 1 else 'sessions their dates'}"
        found.append(Todo(text, "/scheduling/sessions?state=undated"))
    found += [
        Todo(
            f"Confirm the times of {row.session.title}",
            f"/scheduling/sessions/{row.session.session_id}/edit",
        )
        for row in untimed
    ]
    return found


def _people(seen: Overview) -> list[Todo]:
    lost = sum(row.judgement.standing == "impossible" for row in seen.active)
    tight = sum(row.judgement.standing == "no_slack" for row in seen.active)
    found = []
    if lost:
        text = f"{_fellows(lost)} can no longer meet the requirements without your decision"
        found.append(Todo(text, "/scheduling/fellows?standing=impossible"))
    if tight:
        text = f"{_fellows(tight)} cannot miss another masterclass"
        found.append(Todo(text, "/scheduling/fellows?standing=no_slack"))
    if seen.allocation is None and seen.active:
        found.append(Todo("Allocate the learning sets", "/scheduling/sets"))
    if seen.allocation and seen.allocation.waiting:
        text = f"{_fellows(len(seen.allocation.waiting))} without a seat in a learning set"
        found.append(Todo(text, "/scheduling/sets"))
    return found


def _fellows(number: int) -> str:
    return f"{number} Fellow" if number == 1 else f"{number} Fellows"
