"""Conflicts of interest: suggested by what is alike, declared by the reviewer, or recorded.

A suggestion that nobody has answered yet hides the application as well: the safe side until
somebody looks. Nothing but a person confirms or dismisses one. Nobody ever reviews their own
application, which the same address alone makes certain.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr
from typing_extensions import override

from applications.admissions.traits import Traits
from nextstep_contracts import Refused
from nextstep_programme.resemblance import address_trace

ConflictKind = Literal["own_application", "same_trust", "supervises", "personal", "other"]
KIND_NAMES: dict[ConflictKind, str] = {
    "own_application": "Is the applicant",
    "same_trust": "Works for the same employer",
    "supervises": "Supervises or appraises the applicant",
    "personal": "Personal or family connection",
    "other": "Other",
}


REVIEWERS_OF = UUID("c2b6f0de-5a63-4a0e-9d0b-6f2a0f3f6b0e")
"""Namespace of the ids by which reviewers of a cohort are told."""


def told_as(cohort: str, email: str) -> str:
    """The id under which other services are told of a reviewer."""
    return uuid5(REVIEWERS_OF, f"{cohort}:{email}").hex


def same_person(reviewers: Iterable[str], person: str) -> list[str]:
    """Which of these reviewers somebody is who signs in with this address: by the mailbox."""
    email, mailbox = person.casefold(), address_trace(person)
    return [one for one in reviewers if one == email or (mailbox and address_trace(one) == mailbox)]


class Reviewer(BaseModel):
    """A member of staff whom the office asked to review."""

    model_config = ConfigDict(frozen=True)

    email: str
    """Folded: the subject of the signed-in member of staff."""
    name: str
    trust: str | None = None
    """Where the reviewer works, if the office knows it: suggests conflicts."""
    registration: str | None = None
    """The reviewer's GMC or GDC number, if the office knows it: suggests conflicts too."""
    added_at: datetime
    left: bool = False
    """Takes no new applications. Sheets that were locked stay and count."""
    invited: int = 0
    """How often the reviewer was told by email that they review."""
    version: int = 0
    also_called: tuple[str, ...] = Field(default=(), exclude=True)
    """What else the employer is called, by the office's list; not kept, since that changes."""

    _traits: Traits = PrivateAttr()

    @override
    def model_post_init(self, _: Any) -> None:
        """Read the traits once: a reviewer is compared with every applicant."""
        numbers = (self.registration,)
        self._traits = Traits.read(self.name, self.email, self.trust, numbers, self.also_called)

    @property
    def traits(self) -> Traits:
        """What may be alike between the reviewer and an applicant."""
        return self._traits


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
    reviewer: Reviewer, applicant: Traits, person_id: str, owners: Mapping[str, str]
) -> Suggestion | None:
    """The conflict that likeness suggests, if any: the gravest kind, with all that is alike.

    Args:
        reviewer: who would review.
        applicant: what is known of the applicant.
        person_id: the applicant.
        owners: which person each reviewer's address belongs to, where an applicant has it.

    """
    if owners.get(reviewer.email) == person_id or applicant.email == reviewer.email:
        why = "The reviewer's address is one of the applicant's."
        return Suggestion("own_application", why, certain=True)
    found = [*_alike(reviewer.traits, applicant)]
    if not found:
        return None
    return Suggestion(found[0][0], " ".join(why for _, why in found))


def _alike(reviewer: Traits, applicant: Traits) -> Iterator[tuple[ConflictKind, str]]:
    """What goes on record names nobody: it outlives an erasure."""
    if reviewer.numbers & applicant.numbers:
        yield "own_application", "Both give the same GMC or GDC number."
    if reviewer.mailbox and reviewer.mailbox == applicant.mailbox:
        yield "own_application", "Their addresses lead to the same mailbox."
    if how := reviewer.name.like(applicant.name):
        yield "own_application", f"Reviewer and applicant: {how}."
    if how := _same_employer(reviewer, applicant):
        same = reviewer.trust.casefold() == applicant.trust.casefold()
        both = f"{applicant.trust} and {reviewer.trust}: {how}."
        yield "same_trust", f"Both are at {applicant.trust}." if same else both


def _same_employer(reviewer: Traits, applicant: Traits) -> str:
    """In what their employers are alike, whatever either is called; empty if they are not."""
    likenesses = (one.like(other) for one in reviewer.employers for other in applicant.employers)
    return next((how for how in likenesses if how), "")


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
