"""What is missing about study leave, and from when an unanswered application is chased. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from applications.admissions.application import LeaveEntry, Rotation
from applications.admissions.states import State
from applications.study_leave.declaration import dates_ahead
from applications.study_leave.rotations import trust_on
from nextstep_programme import Cohort

Need = Literal["tell_trust", "chase", "apply", "again", "declare"]
NEEDS: dict[Need, str] = {
    "tell_trust": "Leave not possible, employer not told",
    "chase": "Applied for, no answer, date near",
    "apply": "Not applied for yet, date near",
    "again": "Moved, nothing declared for the new day",
    "declare": "Nothing declared",
}
"""What can be missing about a date, in words for the office, the most pressing first."""


@dataclass(frozen=True)
class Missing:
    """What is missing about one programme date."""

    session_key: str
    title: str
    on: date
    need: Need
    trust: str | None
    """Where the Fellow works on that date, as far as we know."""
    moved_from: date | None = None
    """The day for which leave was declared, before the session moved."""


def local_day(at: datetime, cohort: Cohort) -> date:
    """The day in the programme's zone."""
    return at.astimezone(ZoneInfo(cohort.zone)).date()


class Declaring(Protocol):
    """Whoever may owe us a declaration: an application, or the card of one."""

    @property
    def state(self) -> State:
        """Only who accepted a place is a Fellow."""

    @property
    def erased(self) -> bool:
        """Nobody is left to ask."""

    @property
    def study_leave(self) -> Sequence[LeaveEntry]:
        """What was declared."""

    @property
    def trust(self) -> str | None:
        """Where the Fellow works at the start."""

    @property
    def rotations(self) -> Sequence[Rotation]:
        """Where the Fellow goes from there."""


def missing_of(who: Declaring, cohort: Cohort, now: datetime) -> tuple[Missing, ...]:
    """What a Fellow still owes us about study leave; nothing from anybody else."""
    if who.state != "accepted" or who.erased:
        return ()
    return missing(who.study_leave, cohort, local_day(now, cohort), who.trust, who.rotations)


def missing(
    entries: Sequence[LeaveEntry],
    cohort: Cohort,
    today: date,
    trust: str | None,
    rotations: Sequence[Rotation] = (),
) -> tuple[Missing, ...]:
    """What a Fellow still owes us about each date ahead, in the order of the dates.

    Args:
        entries: what was declared.
        cohort: the sessions, and from when on an unanswered application for leave counts.
        today: the local day.
        trust: where the Fellow works at the start.
        rotations: where the Fellow goes from there.

    """
    days = {(entry.session_key, entry.on): entry for entry in entries}
    earlier = {entry.session_key: entry.on for entry in entries}
    found = []
    for session in dates_ahead(cohort, today):
        if session.on is None:
            continue
        entry = days.get((session.key, session.on))
        moved_from = None if entry else earlier.get(session.key)
        need = _need(session.on, entry, today, cohort, moved=moved_from is not None)
        if need is not None:
            there = trust_on(session.on, trust, rotations)
            found.append(Missing(session.key, session.title, session.on, need, there, moved_from))
    return tuple(found)


def _need(
    on: date, entry: LeaveEntry | None, today: date, cohort: Cohort, *, moved: bool
) -> Need | None:
    """A session that moved to another day needs another answer."""
    if entry is None:
        return "again" if moved else "declare"
    days_left, rules = (on - today).days, cohort.study_leave
    if entry.status == "not_possible":
        return None if entry.trust_notified else "tell_trust"
    if entry.status == "not_applied_for":
        return "apply" if days_left <= rules.apply_days else None
    near = days_left <= rules.chase_days
    return "chase" if entry.status == "applied_for" and near else None
