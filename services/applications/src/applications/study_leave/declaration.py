"""Study leave: what a Fellow declares for each programme date, as far as they know yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from applications.admissions.application import LeaveEntry, LeaveStatus
from nextstep_programme.model import Cohort, Session

STATUSES: dict[LeaveStatus, str] = {
    "not_applied_for": "Not applied for yet",
    "applied_for": "Applied for",
    "granted": "Granted",
    "not_possible": "Not possible",
}

ALL = "all"
"""Stands for every date in a form that asks once for all."""


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

    @property
    def says_something(self) -> bool:
        """Whether anything was filled in."""
        return bool(self.status or self.trust or self.notified_on)


def dates_ahead(cohort: Cohort, today: date) -> tuple[Session, ...]:
    """The dated sessions that a Fellow still needs leave for today, in order."""
    ahead = [s for s in cohort.sessions if s.on is not None and s.on >= today]
    return tuple(sorted(ahead, key=lambda session: (session.on or today, session.key)))


def declare(
    sessions: Sequence[Session], declared: Mapping[str, Declared], today: date
) -> tuple[LeaveEntry, ...]:
    """Turn the form into entries, one for each session of which it says something.

    What is left open can be told later: the Fellow is reminded of it.

    Raises:
        DeclarationError: an answer is half given, or cannot be.

    """
    faults: dict[str, str] = {}
    entries = []
    for session in sessions:
        said = declared.get(session.key, Declared())
        if not said.says_something:
            continue
        try:
            entries.append(_entry(session, said, today))
        except ValueError as fault:
            faults[session.key] = f"{fault}: {session.title}."
    if faults:
        raise DeclarationError(faults)
    return tuple(entries)


def declare_alike(
    sessions: Sequence[Session], said: Declared, today: date
) -> tuple[LeaveEntry, ...]:
    """The same answer for every session.

    Raises:
        DeclarationError: there is no answer, or it cannot be; under the key `all`.

    """
    try:
        return tuple(_entry(session, said, today) for session in sessions)
    except ValueError as fault:
        raise DeclarationError({ALL: f"{fault}."}) from None


def _entry(session: Session, said: Declared, today: date) -> LeaveEntry:
    status = next((known for known in STATUSES if known == said.status), None)
    if status is None or session.on is None:
        raise ValueError("Say how study leave stands")
    try:
        notified_on = date.fromisoformat(said.notified_on) if said.notified_on else None
    except ValueError:
        raise ValueError("Give the day on which you told the employer") from None
    if notified_on and notified_on > today:
        raise ValueError("The day on which you told the employer is in the future")
    return LeaveEntry(
        session_key=session.key,
        on=session.on,
        status=status,
        trust_notified=said.trust.strip()[:200] or None,
        notified_on=notified_on,
    )
