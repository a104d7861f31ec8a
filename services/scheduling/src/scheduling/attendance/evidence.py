"""Evidence of who was at a session: appended, never altered; the newest holds.

The only source of evidence so far is the register. Sources are kept apart in the evidence so that
check-ins and meeting exports can be added beside it, and the rule can weigh them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from scheduling.fellows.fellow import Status
from scheduling.fellows.records import Record


class Evidence(Record):
    """One piece of evidence about one Fellow at one session."""

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
    def evidence_id(self) -> str:
        """Unique: one saving of a register says one thing about one person."""
        return f"{self.session_id}:{self.person_id}:{self.source}:{self.saving}"


def latest(evidence: Iterable[Evidence]) -> Evidence | None:
    """What holds of the evidence on one person at one session.

    The latest entry of the register: it was made, or corrected with a reason, by a person.
    """
    return max(evidence, key=lambda one: one.saving, default=None)


def by_person(evidence: Iterable[Evidence]) -> dict[str, tuple[Evidence, ...]]:
    """The evidence on each person."""
    found: dict[str, tuple[Evidence, ...]] = {}
    for one in evidence:
        found[one.person_id] = (*found.get(one.person_id, ()), one)
    return found
