"""Study leave: what a Fellow declares for each programme date when accepting a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from nextstep_contracts import StudyLeaveEntry
from nextstep_programme.model import Cohort, Session

Status = Literal["applied_for", "granted", "not_possible"]
STATUSES: dict[Status, str] = {
    "applied_for": "Applied for",
    "granted": "Granted",
    "not_possible": "Not possible",
}


class DeclarationError(ValueError):
    """The declaration is incomplete or contradictory. `faults` has a sentence for each field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = dict(faults)


@dataclass(frozen=True)
class Declared:
    """What the form said for one session, still text."""

    status: str = ""
    trust: str = ""
    notified_on: str = ""


def dates_ahead(cohort: Cohort, today: date) -> tuple[Session, ...]:
    """The dated sessions that a Fellow who accepts today still needs leave for, in order."""
    ahead = [s for s in cohort.sessions if s.on is not None and s.on >= today]
    return tuple(sorted(ahead, key=lambda session: (session.on or today, session.key)))


def declare(
    sessions: Sequence[Session], declared: Mapping[str, Declared], today: date
) -> tuple[StudyLeaveEntry, ...]:
    """Turn the form into entries, one for each session.

    Raises:
        DeclarationError: a session has no answer, or an answer that cannot be.

    """
    faults: dict[str, str] = {}
    entries = []
    for session in sessions:
        said = declared.get(session.key, Declared())
        try:
            entries.append(_entry(session, said, today))
        except ValueError as fault:
            faults[session.key] = str(fault)
    if faults:
        raise DeclarationError(faults)
    return tuple(entries)


def _entry(session: Session, said: Declared, today: date) -> StudyLeaveEntry:
    status = next((known for known in STATUSES if known == said.status), None)
    if status is None or session.on is None:
        raise ValueError(f"Say how study leave stands for {session.title}.")
    try:
        notified_on = date.fromisoformat(said.notified_on) if said.notified_on else None
    except ValueError:
        raise ValueError(f"Give the day you told the trust about {session.title}.") from None
    if notified_on and notified_on > today:
        raise ValueError(f"The day you told the trust about {session.title} is in the future.")
    return StudyLeaveEntry(
        session_key=session.key,
        on=session.on,
        status=status,
        trust_notified=said.trust.strip()[:200] or None,
        notified_on=notified_on,
    )
