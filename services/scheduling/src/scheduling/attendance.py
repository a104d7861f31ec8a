"""Attendance: evidence is appended, a rule derives the verdict, corrections give their reason.

The only source of evidence so far is the register. Sources are kept apart in the evidence so that
check-ins and meeting exports can be added beside it, and the rule can weigh them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from nextstep_contracts import Refused, SessionAttended, SessionMissed
from scheduling.records import Aggregate, Record
from scheduling.sessions import Session

Status = Literal["attended", "absent", "apologies"]
STATUSES: tuple[Status, ...] = ("attended", "absent", "apologies")
WORDS: dict[Status, str] = {"attended": "Attended", "absent": "Absent", "apologies": "Apologies"}


class Verdict(Record):
    """What holds about one Fellow at one session. `revision` counts its corrections, from 1."""

    status: Status
    revision: int


class Entry(Record):
    """One piece of evidence, never altered once written."""

    session_id: str
    person_id: str
    source: Literal["register"] = "register"
    status: Status
    saving: int
    """The how-manieth saving of the register wrote it, from 1."""
    by: str
    at: datetime
    reason: str | None = None
    """Why it differs from what was recorded before."""

    @property
    def entry_id(self) -> str:
        """Unique: one saving of a register says one thing about one person."""
        return f"{self.session_id}:{self.person_id}:{self.source}:{self.saving}"


class Register(Aggregate):
    """A session's register: how often it was saved, so that two people do not overwrite."""

    session_id: str
    savings: int = 0
    saved_at: datetime | None = None
    saved_by: str = ""


class Disagreement(Record):
    """Two people marked the same Fellow differently from the same register."""

    person_id: str
    wanted: Status
    recorded: Entry


class Saving(Record):
    """What one saving of a register adds."""

    entries: tuple[Entry, ...]
    disagreements: tuple[Disagreement, ...] = ()


def status_from(entries: Iterable[Entry]) -> Status | None:
    """The verdict that the evidence on one person at one session supports.

    The latest register entry holds: it was made, or corrected with a reason, by a person.
    """
    latest = _latest(entries)
    return latest.status if latest else None


def save_register(
    session: Session,
    listed: Iterable[str],
    evidence: Mapping[str, tuple[Entry, ...]],
    marks: Mapping[str, Status],
    *,
    saving: int,
    seen: int | None,
    reason: str,
    by: str,
    at: datetime,
    rest: Status | None = None,
) -> Saving:
    """The entries that a filled-in register adds.

    Args:
        session: whose register it is.
        listed: the person ids on the register.
        evidence: what is recorded so far, by person.
        marks: what was marked, by person; a person without a mark keeps what is recorded.
        saving: the number of this saving.
        seen: the number of the saving that the person looked at; None takes what is there now.
            A mark that contradicts an entry made since then is a disagreement and is not written.
        reason: needed as soon as a mark corrects what is recorded.
        by: who saves it.
        at: the moment.
        rest: the mark for everybody who has none, to close the register.

    Raises:
        Refused: the session takes no such mark now, somebody is not listed, or the reason lacks.

    """
    people = list(listed)
    strangers = sorted(set(marks) - set(people))
    if strangers:
        raise Refused(f"Not on this register: {', '.join(strangers)}.")
    wanted = _wanted(people, evidence, marks, rest)
    _check_day(session, wanted.values(), at)
    latest = {person_id: _latest(evidence.get(person_id, ())) for person_id in wanted}
    entries: list[Entry] = []
    disagreements: list[Disagreement] = []
    for person_id, status in wanted.items():
        known = latest[person_id]
        if known and known.status == status:
            continue
        if known and seen is not None and known.saving > seen:
            disagreements.append(Disagreement(person_id=person_id, wanted=status, recorded=known))
            continue
        if known and not reason.strip():
            raise Refused.field("reason", "Give a reason for changing what was recorded.")
        entries.append(
            Entry(
                session_id=session.session_id,
                person_id=person_id,
                status=status,
                saving=saving,
                by=by,
                at=at,
                reason=reason.strip() if known else None,
            )
        )
    return Saving(entries=tuple(entries), disagreements=tuple(disagreements))


def _latest(entries: Iterable[Entry]) -> Entry | None:
    return max(entries, key=lambda entry: entry.saving, default=None)


def _wanted(
    people: list[str],
    evidence: Mapping[str, tuple[Entry, ...]],
    marks: Mapping[str, Status],
    rest: Status | None,
) -> dict[str, Status]:
    wanted = {p: marks[p] for p in people if p in marks}
    if rest is not None:
        wanted |= {p: rest for p in people if p not in wanted and not evidence.get(p)}
    return wanted


def _check_day(session: Session, statuses: Iterable[Status], at: datetime) -> None:
    """A register is filled from the session's day on; apologies can be noted before it."""
    if not session.live:
        raise Refused("This session was cancelled; it has no register.")
    if session.on is None:
        raise Refused("This session has no date yet; it has no register.")
    today = at.astimezone(ZoneInfo(session.zone)).date()
    if today < session.on and any(status != "apologies" for status in statuses):
        raise Refused(
            f"The session is on {session.on:%-d %B %Y}. Until then only apologies can be noted."
        )


def judge(
    session: Session, person_id: str, known: Verdict | None, entries: Iterable[Entry]
) -> tuple[Verdict, SessionAttended | SessionMissed] | None:
    """The new verdict and its event, or None if the evidence changes nothing."""
    status = status_from(entries)
    if status is None or session.on is None or (known and known.status == status):
        return None
    verdict = Verdict(status=status, revision=known.revision + 1 if known else 1)
    return verdict, _told(session, session.on, person_id, verdict)


def _told(
    session: Session, on: date, person_id: str, verdict: Verdict
) -> SessionAttended | SessionMissed:
    about = {
        "cohort": session.cohort,
        "revision": verdict.revision,
        "session_id": session.session_id,
        "session_kind": session.kind,
        "session_title": session.title,
        "on": on,
        "person_id": person_id,
    }
    if verdict.status == "attended":
        return SessionAttended.model_validate(about)
    return SessionMissed.model_validate(about | {"apologies": verdict.status == "apologies"})
