"""Warnings about the calendar. They never stop the office; they are shown beside the session."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from nextstep_programme import Cohort
from nextstep_programme.writing import day
from scheduling.calendar.session import Session
from scheduling.fellows.records import Record


class Clash(Record):
    """Something to look at. `session_ids` are the sessions it concerns."""

    session_ids: tuple[str, ...]
    message: str


def clashes(sessions: Iterable[Session], cohort: Cohort) -> tuple[Clash, ...]:
    """What is odd about the dated sessions of a cohort, in calendar order."""
    dated = sorted((s for s in sessions if s.live and s.on), key=lambda s: s.order)
    found = [clash for pair in combinations(dated, 2) if (clash := _overlap(*pair))]
    found += [clash for session in dated if (clash := _outside(session, cohort))]
    return tuple(found)


def concerning(found: Sequence[Clash], session_id: str) -> tuple[str, ...]:
    """The messages that concern one session."""
    return tuple(clash.message for clash in found if session_id in clash.session_ids)


def _overlap(first: Session, second: Session) -> Clash | None:
    if first.on != second.on or not _share_people(first, second):
        return None
    ids = (first.session_id, second.session_id)
    if first.starts is None or second.starts is None:
        message = f"{first.title} and {second.title} are on the same day; one has no time yet."
        return Clash(session_ids=ids, message=message)
    if first.ends is not None and first.ends > second.starts:
        message = f"{first.title} and {second.title} overlap on {_day(first.on)}."
        return Clash(session_ids=ids, message=message)
    return None


def _share_people(first: Session, second: Session) -> bool:
    if first.audience is None or second.audience is None:
        return True
    return bool(set(first.audience) & set(second.audience))


def _outside(session: Session, cohort: Cohort) -> Clash | None:
    if session.on is None or cohort.applications_open <= session.on <= cohort.completes_on:
        return None
    message = f"{session.title} is on {_day(session.on)}, outside the programme year."
    return Clash(session_ids=(session.session_id,), message=message)


def _day(on: date | None) -> str:
    return day(on) if on else "an open date"
