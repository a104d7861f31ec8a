"""Conflicts of interest: suggested by exact comparison, declared by the reviewer, or recorded.

A suggestion that nobody has answered yet hides the application as well: the safe side until
somebody looks. Nobody ever reviews their own application.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from applications.admissions.answers import Answers
from applications.admissions.wording import folded
from nextstep_contracts import Refused

ConflictKind = Literal["own_application", "same_trust", "supervises", "personal", "other"]
KIND_NAMES: dict[ConflictKind, str] = {
    "own_application": "Is the applicant",
    "same_trust": "Works at the same trust or practice",
    "supervises": "Supervises or appraises the applicant",
    "personal": "Personal or family connection",
    "other": "Other",
}


class Reviewer(BaseModel):
    """A member of staff whom the office asked to review."""

    model_config = ConfigDict(frozen=True)

    email: str
    """Folded: the subject of the signed-in member of staff."""
    name: str
    trust: str | None = None
    """Where the reviewer works, if the office knows it: suggests conflicts."""
    added_at: datetime
    left: bool = False
    """Takes no new applications. Sheets that were locked stay and count."""
    version: int = 0


class Conflict(BaseModel):
    """A decided conflict of interest of one reviewer with one application."""

    model_config = ConfigDict(frozen=True)

    reviewer: str
    kind: ConflictKind
    reason: str = ""
    effective: bool
    """False: the office looked, and the reviewer may review."""
    by: str
    at: datetime
    carried_from: str | None = None
    """The reference of the duplicate that it was decided on, if it was not decided on this one."""


@dataclass(frozen=True)
class Suggestion:
    """A likely conflict."""

    kind: ConflictKind
    why: str
    certain: bool = False
    """Cannot be dismissed."""


def likely(
    reviewer: Reviewer, answers: Answers, person_id: str, owners: Mapping[str, str]
) -> Suggestion | None:
    """The conflict that equal entries suggest, if any.

    Args:
        reviewer: who would review.
        answers: what the applicant answered.
        person_id: the applicant.
        owners: which person each reviewer's address belongs to, where an applicant has it.

    """
    same = owners.get(reviewer.email) == person_id
    if same or answers.email.casefold() == reviewer.email:
        why = "The reviewer's address is one of the applicant's."
        return Suggestion("own_application", why, certain=True)
    trust = folded(reviewer.trust or "")
    if answers.trust and trust and trust == folded(answers.trust):
        return Suggestion("same_trust", f"Both are at {answers.trust}.")
    return None


def hides(suggestion: Suggestion | None, decided: Iterable[Conflict], reviewer: str) -> bool:
    """Whether the application must not be seen by the reviewer."""
    if suggestion and suggestion.certain:
        return True
    for conflict in decided:
        if conflict.reviewer == reviewer:
            return conflict.effective
    return suggestion is not None


def checked_kind(kind: str) -> ConflictKind:
    """The kind of a conflict.

    Raises:
        Refused: there is no such kind.

    """
    for known in get_args(ConflictKind):
        if known == kind:
            return known  # type: ignore[no-any-return] # get_args loses the literal type
    raise Refused("Choose the kind of the conflict.", {"kind": "Choose the kind"})


def decided(known: Iterable[Conflict], wanted: Conflict) -> tuple[Conflict, ...]:
    """The conflicts of an application with one decided now; the latest decision holds.

    Raises:
        Refused: nothing says why.

    """
    if not wanted.reason.strip():
        raise Refused("Say why.", {"reason": "Say why"})
    others = [conflict for conflict in known if conflict.reviewer != wanted.reviewer]
    return (*others, wanted.model_copy(update={"reason": wanted.reason.strip()}))


def inherited(
    known: Iterable[Conflict], of_duplicate: Iterable[Conflict], reference: str
) -> tuple[Conflict, ...]:
    """The conflicts that an application adds to its own from a duplicate with this reference.

    An effective conflict on either holds. That there is none on the duplicate says nothing about
    the application that counts, so it is not carried.
    """
    holding = {conflict.reviewer for conflict in known if conflict.effective}
    return tuple(
        conflict.model_copy(update={"carried_from": conflict.carried_from or reference})
        for conflict in of_duplicate
        if conflict.effective and conflict.reviewer not in holding
    )
