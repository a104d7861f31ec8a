"""Is this the same person as before? Exact numbers and confirmed addresses; doubt is the office's.

A GMC or GDC number is in a public register and an address can be typed by anybody, so neither
alone may change somebody's application. What does:

- the number together with the address that is in force: mail about the change goes to that address;
- an address that the person confirmed by opening an emailed link, unless the numbers contradict.

The number (with a like name) from a new address, or an address that nobody has confirmed, point at
a person without proving it: such a submission is kept for the office and changes nothing. Because
of that an address in force is never changed by a submission alone, so whoever opens a link that
was mailed to a person has shown that the address in force is theirs.

Names never match two people, they only cast doubt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from applications.admissions.answers import Answers
from applications.admissions.application import Application
from applications.admissions.waiting import Doubt
from nextstep_programme import email_address


@dataclass(frozen=True)
class Recognition:
    """Whose submission this is. Nothing set: somebody new."""

    known: Application | None = None
    concern: str | None = None
    """Of somebody new: why a person in the office should look, as a sentence."""
    doubt: Doubt | None = None
    """Of somebody known: why it is not certain enough to change anything."""


NOBODY_CONFIRMED: Mapping[str, str] = {}


def recognise(
    answers: Answers,
    candidates: Sequence[Application],
    confirmed: Mapping[str, str] = NOBODY_CONFIRMED,
) -> Recognition:
    """Find the person among those who share a number or an address with these answers.

    Args:
        answers: what the submission says.
        candidates: applications whose person owns one of its numbers or addresses.
        confirmed: the person who confirmed an address, by its identity (`email:...`).

    """
    certain = [c for c in candidates if _certain(answers, c, confirmed)]
    if certain:
        by_number = [c for c in certain if _same_number(answers, c.answers)]
        return Recognition(known=(by_number or certain)[0])
    likely = [(c, doubt) for c in candidates if (doubt := _doubt(answers, c.answers))]
    if likely:
        numbered = [one for one in likely if _same_number(answers, one[0].answers)]
        known, why = (numbered or likely)[0]
        return Recognition(known=known, doubt=why)
    if candidates:
        other = candidates[0]
        shared = "number" if _same_number(answers, other.answers) else "email address"
        return Recognition(
            concern=f"{other.reference} gives the same {shared} but is otherwise different."
        )
    return Recognition()


def address_key(email: str) -> str:
    """An address as an identity, as `Answers.identities` writes it."""
    return f"email:{email_address.address_key(email)}"


def _certain(new: Answers, old: Application, confirmed: Mapping[str, str]) -> bool:
    theirs = confirmed.get(address_key(new.email)) == old.person_id
    if _same_number(new, old.answers):
        return theirs or _same_address(new, old.answers)
    return theirs and not _different_number(new, old.answers)


def _doubt(new: Answers, old: Answers) -> Doubt | None:
    if _same_number(new, old) and _same_name(new, old):
        return "other_address"
    if _same_address(new, old) and not _different_number(new, old) and not _same_number(new, old):
        return "unconfirmed_address"
    return None


def _same_address(new: Answers, old: Answers) -> bool:
    return email_address.same_address(new.email, old.email)


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
