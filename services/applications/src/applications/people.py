"""Is this the same person as before? Exact numbers and addresses only; doubt goes to the office.

A GMC or GDC number alone can be mistyped, an address can be shared by a couple: one of them
counts when nothing contradicts it. Names never match two people, they only cast doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from applications.answers import Answers
from applications.application import Application


@dataclass(frozen=True)
class Recognition:
    """Whose submission this is. Neither field set: somebody new."""

    known: Application | None = None
    concern: str | None = None
    """Why a person in the office should look, as a sentence."""


def recognise(answers: Answers, candidates: Sequence[Application]) -> Recognition:
    """Find the person among those who share a number or an address with these answers."""
    same = [c for c in candidates if _same_person(answers, c.answers)]
    if same:
        by_number = [c for c in same if _same_number(answers, c.answers)]
        return Recognition(known=(by_number or same)[0])
    if candidates:
        other = candidates[0]
        shared = "number" if _same_number(answers, other.answers) else "email address"
        return Recognition(
            concern=f"{other.reference} gives the same {shared} but is otherwise different."
        )
    return Recognition()


def _same_person(new: Answers, old: Answers) -> bool:
    same_address = new.email.casefold() == old.email.casefold()
    if _same_number(new, old):
        return same_address or _same_name(new, old)
    return same_address and not _different_number(new, old)


def _same_number(new: Answers, old: Answers) -> bool:
    return bool(
        (new.gmc_reference and new.gmc_reference == old.gmc_reference)
        or (new.gdc_registration and new.gdc_registration == old.gdc_registration)
    )


def _different_number(new: Answers, old: Answers) -> bool:
    pairs = (
        (new.gmc_reference, old.gmc_reference),
        (new.gdc_registration, old.gdc_registration),
    )
    return any(a and b and a != b for a, b in pairs)


def _same_name(new: Answers, old: Answers) -> bool:
    """Titles, initials and order aside: the names share their last word or most words."""
    ours, theirs = new.name.casefold().split(), old.name.casefold().split()
    if not ours or not theirs:
        return False
    return ours[-1] == theirs[-1] or set(ours) == set(theirs)
