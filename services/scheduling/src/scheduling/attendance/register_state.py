"""What a session's register says so far: who is invited, how many marks, complete or missing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduling.calendar.invitations import invited
from scheduling.calendar.session import Session
from scheduling.fellows.fellow import Fellow

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
class RegisterState:
    """A session, who is invited and what its register says."""

    session: Session
    state: SessionState
    invited: tuple[Fellow, ...]
    marks: Counter[str]
    """How many people have each status."""

    @property
    def unmarked(self) -> int:
        """People without a mark."""
        return len(self.invited) - self.marks.total()


def register_state(session: Session, fellows: Iterable[Fellow], now: datetime) -> RegisterState:
    """A session with its register as it is at `now`."""
    listed = tuple(invited(session, fellows))
    marks = Counter[str](
        fellow.verdicts[session.session_id].status
        for fellow in listed
        if session.session_id in fellow.verdicts
    )
    complete = bool(listed) and marks.total() == len(listed)
    return RegisterState(session, _state(session, now, complete=complete), listed, marks)


def _state(session: Session, now: datetime, *, complete: bool) -> SessionState:
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
