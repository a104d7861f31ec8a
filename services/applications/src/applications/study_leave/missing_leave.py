"""What is missing about study leave, and on which day to look again. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from applications.admissions.application import Rotation
from applications.admissions.states import State
from applications.study_leave.declaration import dates_ahead
from applications.study_leave.rotations import trust_on
from nextstep_contracts import LeaveNeed, StudyLeaveEntry
from nextstep_programme import Cohort, Session

Need = Literal["declare", "tell_trust", "chase"]
NEEDS: dict[Need, str] = {
    "tell_trust": "Leave not possible, trust not told",
    "chase": "Applied for, no answer, date near",
    "declare": "Nothing declared",
}
"""What can be missing about a date, in words for the office, the most pressing first."""


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
    def study_leave(self) -> Sequence[StudyLeaveEntry]:
        """What was declared."""

    @property
    def trust(self) -> str | None:
        """Where the Fellow works at the start."""

    @property
    def rotations(self) -> Sequence[Rotation]:
        """Where the Fellow goes from there."""


def missing_of(who: Declaring, cohort: Cohort, now: datetime) -> tuple[LeaveNeed, ...]:
    """What a Fellow still owes us about study leave; nothing from anybody else."""
    if who.state != "accepted" or who.erased:
        return ()
    return missing(who.study_leave, cohort, local_day(now, cohort), who.trust, who.rotations)


def missing(
    entries: Sequence[StudyLeaveEntry],
    cohort: Cohort,
    today: date,
    trust: str | None,
    rotations: Sequence[Rotation] = (),
) -> tuple[LeaveNeed, ...]:
    """What a Fellow still owes us about each date ahead, in the order of the dates.

    Args:
        entries: what was declared.
        cohort: the sessions, and from when on an unanswered application for leave counts.
        today: the local day.
        trust: where the Fellow works at the start.
        rotations: where the Fellow goes from there.

    """
    declared = {entry.session_key: entry for entry in entries}
    found = []
    for session in dates_ahead(cohort, today):
        need = _need(session, declared.get(session.key), today, cohort)
        if need is not None and session.on is not None:
            there = trust_on(session.on, trust, rotations)
            found.append(
                LeaveNeed(
                    session_key=session.key,
                    title=session.title,
                    on=session.on,
                    need=need,
                    trust=there,
                )
            )
    return tuple(found)


def _need(
    session: Session, entry: StudyLeaveEntry | None, today: date, cohort: Cohort
) -> Need | None:
    """A session that moved to another day needs another answer."""
    if entry is None or session.on is None or entry.on != session.on:
        return "declare"
    if entry.status == "not_possible":
        return None if entry.trust_notified else "tell_trust"
    near = (session.on - today).days <= cohort.study_leave.chase_days
    return "chase" if entry.status == "applied_for" and near else None
