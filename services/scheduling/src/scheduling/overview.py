"""What the office looks at: sessions with their registers, Fellows with their standing, to-dos."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduling import store
from scheduling.clashes import Clash, clashes
from scheduling.desk import Desk
from scheduling.fellows import Fellow, invited
from scheduling.ledger import STATE_WORDS
from scheduling.membership import Allocation
from scheduling.sessions import Session
from scheduling.standing import WORST_FIRST, Result, of_fellow

SessionState = Literal[
    "undated", "to_come", "register_missing", "register_complete", "no_register", "cancelled"
]
SESSION_WORDS: dict[str, str] = {
    "undated": "No date yet",
    "to_come": "To come",
    "register_missing": "Register missing",
    "register_complete": "Register complete",
    "no_register": "Over",
    "cancelled": "Cancelled",
}
COUNTED = ("module", "masterclass", "learning_set")
"""Kinds whose registers the office is reminded of; others may have one."""


@dataclass(frozen=True)
class SessionRow:
    """A session, who is invited and what its register says."""

    session: Session
    state: SessionState
    invited: tuple[Fellow, ...]
    marks: Counter[str]

    @property
    def unmarked(self) -> int:
        """People without a mark."""
        return len(self.invited) - self.marks.total()


@dataclass(frozen=True)
class FellowRow:
    """A Fellow and where they stand; the standing is that of their last day if they left."""

    fellow: Fellow
    result: Result
    set_number: int | None


@dataclass(frozen=True)
class Todo:
    """Something that waits for the office, and perhaps for a facilitator."""

    text: str
    href: str
    for_facilitators: bool = False


@dataclass(frozen=True)
class Overview:
    """Everything the office's pages show, read at one moment."""

    sessions: tuple[SessionRow, ...]
    fellows: tuple[FellowRow, ...]
    clashes: tuple[Clash, ...]
    allocation: Allocation | None

    @property
    def active(self) -> tuple[FellowRow, ...]:
        """Who is a Fellow now."""
        return tuple(row for row in self.fellows if row.fellow.active)

    def standings(self) -> tuple[tuple[str, int], ...]:
        """How many Fellows have each standing, best first, in words."""
        counts = Counter(row.result.standing for row in self.active)
        return tuple((STATE_WORDS[state], counts[state]) for state in reversed(WORST_FIRST))


async def look(desk: Desk) -> Overview:
    """Read everything."""
    calendar = await store.sessions(desk.read, desk.cohort)
    fellows = await store.fellows(desk.read, desk.cohort)
    allocation = await store.allocation(desk.read, desk.cohort)
    now = desk.now()
    known = [fellow for fellow in fellows if fellow.current and not fellow.erased_at]
    return Overview(
        sessions=tuple(session_row(session, fellows, now) for session in calendar),
        fellows=tuple(
            FellowRow(
                fellow,
                of_fellow(fellow, calendar, desk.programme.policy),
                set_of(allocation, fellow.person_id),
            )
            for fellow in sorted(known, key=lambda one: (one.name, one.person_id))
        ),
        clashes=clashes(calendar, desk.programme.cohort),
        allocation=allocation,
    )


def session_row(session: Session, fellows: Sequence[Fellow], now: datetime) -> SessionRow:
    """A session with its register as it is at `now`."""
    listed = tuple(invited(session, list(fellows)))
    marks = Counter[str](
        fellow.verdicts[session.session_id].status
        for fellow in listed
        if session.session_id in fellow.verdicts
    )
    complete = bool(listed) and marks.total() == len(listed)
    return SessionRow(session, state_of(session, now, complete=complete), listed, marks)


def state_of(session: Session, now: datetime, *, complete: bool) -> SessionState:
    """What stage a session is at; its register is missing from the session's end on."""
    if not session.live:
        return "cancelled"
    if session.over_at is None:
        return "undated"
    if complete:
        return "register_complete"
    if now < session.over_at:
        return "to_come"
    return "register_missing" if session.kind in COUNTED else "no_register"


def set_of(allocation: Allocation | None, person_id: str) -> int | None:
    """The number of the person's set, from 1."""
    for number, members in enumerate(allocation.members if allocation else (), start=1):
        if person_id in members:
            return number
    return None


def todos(seen: Overview) -> list[Todo]:
    """What waits for the office, from the state alone."""
    return [*_registers(seen.sessions), *_dates(seen.sessions), *_people(seen)]


def _registers(rows: Iterable[SessionRow]) -> list[Todo]:
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


def _dates(rows: Sequence[SessionRow]) -> list[Todo]:
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
    lost = sum(row.result.standing == "impossible" for row in seen.active)
    tight = sum(row.result.standing == "no_slack" for row in seen.active)
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
