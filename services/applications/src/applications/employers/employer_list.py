"""The office's list of employers: what an entry is, and how the list may change. Pure.

What somebody wrote is theirs and stays as it is. Whom it means follows from the list whenever it
is asked (`nextstep_programme.employers`): whatever changes here moves everybody at once, also who
applies at the same moment. An entry is never deleted; two that are one are merged.
"""

import re
from collections.abc import Callable, Collection, Iterable
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_programme import StartingEmployer
from nextstep_programme.employers import LONGEST_NAME, EmployerKind, Employers, spelling

MOST_SPELLINGS = 60
"""Of one employer: more are a slip of whoever pastes."""
LONGEST_CONTACT = 300


class EmployerDetails(BaseModel):
    """What the office says of an employer."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: EmployerKind
    ods_code: str | None = None
    spellings: tuple[str, ...] = ()
    """What else it is called."""
    leave_contact: str | None = None
    """Who is written to about study leave, as the office knows them."""


class Entry(EmployerDetails):
    """An entry of the list."""

    id: str
    learnt: tuple[str, ...] = ()
    """Those of the spellings that are the words of somebody who applied."""
    successor: str | None = None
    """The entry that it was merged into."""


class EmployerList(BaseModel):
    """All entries, those that were merged into others included."""

    model_config = ConfigDict(frozen=True)

    entries: tuple[Entry, ...] = ()
    revision: int = 0
    """Counts what was published of the list."""
    version: int = 0
    """The stored version this was loaded as."""

    @cached_property
    def employers(self) -> Employers:
        """Whom each spelling means."""
        return Employers.of(self.entries)

    @property
    def current(self) -> tuple[Entry, ...]:
        """The employers there are now, by name."""
        present = [one for one in self.entries if one.successor is None]
        return tuple(sorted(present, key=lambda one: spelling(one.name)))

    def entry(self, employer_id: str) -> Entry:
        """An entry.

        Raises:
            NoSuch: there is none with this id.

        """
        for one in self.entries:
            if one.id == employer_id:
                return one
        raise NoSuch("There is no such employer.")

    def now(self, entry: Entry) -> Entry:
        """The employer that an entry leads to: itself, unless it was merged."""
        found = self.employers.now(entry.id)
        return self.entry(found.id) if found else entry

    def meant_by(self, written: str | None) -> Entry | None:
        """The employer that somebody means; None while nobody has said."""
        found = self.employers.meant_by(written)
        return self.entry(found.id) if found else None

    def predecessors(self, entry: Entry) -> tuple[Entry, ...]:
        """The entries that were merged into one, also by way of others."""
        others = (one for one in self.entries if one.id != entry.id)
        return tuple(one for one in others if self.now(one).id == entry.id)


def begun_with(known: EmployerList, starting: Iterable[StartingEmployer]) -> EmployerList:
    """The list with the employers of a cohort's file that it does not have.

    What the office has holds: neither is an entry that it changed put back, nor a spelling taken
    from the employer that has it.
    """
    for one in starting:
        taken = known.employers.meant_by
        if one.key in known.employers.entries or taken(one.name) is not None:
            continue
        free = tuple(name for name in one.spellings if taken(name) is None)
        given = one.model_dump(exclude={"key", "spellings"})
        known = _with(known, Entry(id=one.key, spellings=free, **given))
    return known


def added(known: EmployerList, employer_id: str, details: EmployerDetails) -> EmployerList:
    """The list with a new employer.

    Raises:
        Refused: it has no name, or one that means another employer.
        AlreadySo: it is on the list, just like this.

    """
    clean = _clean(details)
    there = known.meant_by(clean.name)
    if there is not None and EmployerDetails(**there.model_dump(include=_DETAILS)) == clean:
        raise AlreadySo(f"{clean.name} is on the list already.")
    _check(known, clean, "")
    return _with(known, Entry(id=employer_id, **clean.model_dump()))


def changed(known: EmployerList, employer_id: str, details: EmployerDetails) -> EmployerList:
    """The list with other details of an employer; what it was called before, it still is.

    Raises:
        NoSuch: there is no such employer.
        Refused: it has no name, or a name or spelling that means another employer.

    """
    before = known.entry(employer_id)
    renamed = before.name != details.name and (before.name,)
    spellings = (*details.spellings, *(renamed or ()))
    given = details.model_copy(update={"spellings": spellings})
    clean = _clean(given)
    _check(known, clean, employer_id)
    learnt = tuple(name for name in before.learnt if name in clean.spellings)
    return _with(known, before.model_copy(update={**clean.model_dump(), "learnt": learnt}))


def meant(known: EmployerList, employer_id: str, written: str) -> EmployerList:
    """The list after the office has said whom people mean who wrote this.

    Raises:
        NoSuch: there is no such employer.
        Refused: it means another employer already, or names nobody.
        AlreadySo: it means this one already.

    """
    entry = known.now(known.entry(employer_id))
    if not spelling(written):
        raise Refused("That has neither a letter nor a digit: it names nobody.")
    other = known.meant_by(written)
    if other is not None and other.id == entry.id:
        raise AlreadySo(f"{_quoted(written)} is {entry.name} already.")
    if other is not None:
        raise Refused(f"{_quoted(written)} is {other.name}. Change the spellings there first.")
    if len(entry.spellings) >= MOST_SPELLINGS:
        raise Refused(f"{entry.name} has {MOST_SPELLINGS} spellings already. Take some away first.")
    name = _spelled(written)
    both = {"spellings": (*entry.spellings, name), "learnt": (*entry.learnt, name)}
    return _with(known, entry.model_copy(update=both))


def merged(known: EmployerList, employer_id: str, into_id: str) -> EmployerList:
    """The list after one employer became part of another, or was it all along.

    Both may have been merged meanwhile: what counts is where they lead now, so that two people who
    merge at the same moment make no circle.

    Raises:
        NoSuch: there is no such employer.
        Refused: it is the same one.
        AlreadySo: they are one already.

    """
    entry, into = known.entry(employer_id), known.now(known.entry(into_id))
    if employer_id == into_id:
        raise Refused.field("into", "Choose another employer: this is the one itself.")
    if known.now(entry).id == into.id:
        if entry.id == into.id:
            raise Refused.field(
                "into", f"{known.entry(into_id).name} is part of {entry.name} already."
            )
        raise AlreadySo(f"{entry.name} is part of {into.name} already.")
    if entry.successor is not None:
        raise Refused(f"{entry.name} is part of {known.now(entry).name}. Separate the two first.")
    return _with(known, entry.model_copy(update={"successor": into.id}))


def separated(known: EmployerList, employer_id: str) -> EmployerList:
    """The list after a merger was taken back; what the entry was called, it is called again.

    Raises:
        NoSuch: there is no such employer.
        Refused: the other one took over its name.
        AlreadySo: it is one by itself.

    """
    entry = known.entry(employer_id)
    if entry.successor is None:
        raise AlreadySo(f"{entry.name} is an employer by itself.")
    own = {spelling(name) for name in (entry.name, *entry.spellings)}
    after = _with(known, entry.model_copy(update={"successor": None}))
    for other in known.entries:
        if other.id == entry.id:
            continue
        if spelling(other.name) in own:
            raise Refused(f"{other.name} is how both are called: give one another name first.")
        after = _without(after, other, own)
    return after


def forgotten(
    known: EmployerList, written: Collection[str], still_written: Collection[str]
) -> EmployerList:
    """The list without the words of an erased person, unless others use them as well.

    Args:
        known: the list.
        written: what the person wrote.
        still_written: what others wrote.

    """
    gone = {spelling(one) for one in written} - {spelling(one) for one in still_written}
    after = known
    for entry in known.entries:
        after = _without(after, entry, gone & {spelling(name) for name in entry.learnt})
    return after


def _without(known: EmployerList, entry: Entry, gone: Collection[str]) -> EmployerList:
    """The list without these spellings of one of its entries; see `spelling`."""
    left = {
        field: tuple(name for name in getattr(entry, field) if spelling(name) not in gone)
        for field in ("spellings", "learnt")
    }
    after = entry.model_copy(update=left)
    return known if after == entry else _with(known, after)


def _with(known: EmployerList, entry: Entry) -> EmployerList:
    others = [one for one in known.entries if one.id != entry.id]
    entries = tuple(sorted([*others, entry], key=lambda one: (spelling(one.name), one.id)))
    return EmployerList(entries=entries, revision=known.revision, version=known.version)


_DETAILS = set(EmployerDetails.model_fields)


def _clean(details: EmployerDetails) -> EmployerDetails:
    """The details as they are kept: no spaces too many, and each spelling once."""
    name = _spelled(details.name)
    texts = (text for one in details.spellings if (text := _spelled(one)))
    once: dict[str, str] = {spelling(name): name}
    for text in texts:
        once.setdefault(spelling(text), text)
    return EmployerDetails(
        name=name,
        kind=details.kind,
        ods_code=(details.ods_code or "").strip().upper() or None,
        spellings=tuple(once.values())[1:],
        leave_contact=(details.leave_contact or "").strip() or None,
    )


def _check(known: EmployerList, clean: EmployerDetails, employer_id: str) -> None:
    """Refuse what is missing or too long, or means another employer.

    Raises:
        Refused: with what is wrong with which field.

    """
    wrong: dict[str, str] = {}
    _note(wrong, "name", _fault_of_name(clean.name, known, employer_id))
    before = known.entry(employer_id).spellings if employer_id else ()
    new = (one for one in clean.spellings if one not in before)  # somebody's words can be longer
    faults = (_fault_of_name(one, known, employer_id) for one in new)
    _note(wrong, "spellings", next((fault for fault in faults if fault), ""))
    if len(clean.spellings) > MOST_SPELLINGS:
        wrong["spellings"] = f"Give at most {MOST_SPELLINGS} spellings"
    if clean.ods_code and not re.fullmatch(r"[A-Z0-9]{3,10}", clean.ods_code):
        wrong["ods_code"] = "An ODS code is 3 to 10 letters and digits, for example RGT"
    if clean.leave_contact and len(clean.leave_contact) > LONGEST_CONTACT:
        wrong["leave_contact"] = f"Give the contact in at most {LONGEST_CONTACT} characters"
    if wrong:
        raise Refused("The employer cannot be kept like this.", wrong)


def _note(wrong: dict[str, str], field: str, fault: str) -> None:
    if fault:
        wrong[field] = fault


def _fault_of_name(name: str, known: EmployerList, employer_id: str) -> str:
    if not spelling(name):
        return "Enter the name of the employer"
    if len(name) > LONGEST_NAME:
        return f"Give the name in at most {LONGEST_NAME} characters"
    other = known.employers.meant_by(name)
    own = known.employers.now(employer_id)
    if other is not None and (own is None or other.id != own.id):
        return f"{_quoted(name)} is how {other.name} is called already: merge the two instead"
    return ""


def _spelled(written: str) -> str:
    return " ".join(written.split())


def _quoted(written: str) -> str:
    return f"\u201c{_spelled(written)}\u201d"


Change = Callable[[EmployerList], EmployerList]
"""A change of the list, with everything given but the list."""
