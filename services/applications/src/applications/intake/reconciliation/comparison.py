"""A form's own export against what arrived: every row in exactly one class. Pure.

A submission is matched by its own id. Where one side has none, or one that a spreadsheet rounded,
by an exact identity of the person (GMC or GDC number, or address) and the time of submission; never
by a name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from applications.admissions.answers import Answers
from applications.intake.receipts import Status

Kind = Literal["missing", "differs", "twice", "unread", "unfinished", "erased", "same"]
KINDS: dict[Kind, tuple[str, str]] = {
    "missing": ("Never arrived", "red"),
    "differs": ("Differs", "orange"),
    "twice": ("Twice in the file", "yellow"),
    "unread": ("Arrived, not compared", "yellow"),
    "unfinished": ("Not submitted", "grey"),
    "erased": ("Erased", "grey"),
    "same": ("Arrived", "green"),
}
"""What each class is called and its colour, the most pressing first."""
SAME_MOMENT = timedelta(minutes=2)
"""Exports drop seconds, and where a form does not say when, the moment of arrival stands in."""


@dataclass(frozen=True)
class Exported:
    """One submission in the export."""

    number: int
    key: str
    """The id of the receipt that this submission has, or would have."""
    submission_id: str | None
    submitted_at: datetime | None
    content: str
    """A digest of all cells: two rows of the same content are the same."""
    cells: Mapping[str, str] = field(default_factory=dict)
    answers: Answers | None = None
    """None: the row has no usable name or address; `faults` says so."""
    faults: tuple[str, ...] = ()
    rounded_id: str | None = None
    """What a spreadsheet made of the id: it is none, so the person and the time decide."""
    submitted: bool = True
    """False: the form lists it, but whoever began it never submitted it."""


@dataclass(frozen=True)
class Arrived:
    """One receipt of the same source."""

    receipt_id: str
    submission_id: str | None
    status: Status
    submitted_at: datetime
    arrived: int = 0
    answers: Answers | None = None
    """As they became part of an application; None for what did not."""
    application_id: str | None = None


@dataclass(frozen=True)
class Difference:
    """An answer that is not the same in the export."""

    name: str
    arrived: str
    exported: str


@dataclass(frozen=True)
class Compared:
    """The rows of one submission, usually one, and what was found about it."""

    kind: Kind
    rows: tuple[Exported, ...]
    matches: tuple[Arrived, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def to_take_in(self) -> Exported | None:
        """The row to take in: the submission never arrived and the file leaves no choice."""
        if self.matches or len({row.content for row in self.rows}) > 1:
            return None
        if not self.rows[0].submitted:
            return None
        return self.rows[0]


@dataclass(frozen=True)
class Comparison:
    """Everything about one export."""

    submissions: tuple[Compared, ...]
    only_here: tuple[Arrived, ...]
    """What arrived and is not in the export."""

    @property
    def missing(self) -> tuple[Exported, ...]:
        """The rows that can be taken in."""
        return tuple(row for one in self.submissions if (row := one.to_take_in))

    @property
    def incomplete(self) -> bool:
        """Whether something in the export never arrived, even if the file is not clear about it."""
        return any(not one.matches and one.kind != "unfinished" for one in self.submissions)

    @property
    def rounded(self) -> tuple[Exported, ...]:
        """The rows whose id a spreadsheet rounded."""
        return tuple(row for one in self.submissions for row in one.rows if row.rounded_id)

    def counts(self) -> dict[Kind, int]:
        """How many submissions are in each class."""
        return {kind: sum(one.kind == kind for one in self.submissions) for kind in KINDS}


def compare(
    rows: Iterable[Exported], arrived: Sequence[Arrived], fields: frozenset[str]
) -> Comparison:
    """Compare an export with the receipts of its source.

    Args:
        rows: in any order.
        arrived: every receipt of the source, erased ones included, in any order.
        fields: the answers that the export has columns for; others are not compared.

    """
    groups: defaultdict[str, list[Exported]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.number, row.content)):
        groups[row.key].append(row)
    matches = _by_id(groups, arrived)
    _by_person(groups, arrived, matches)
    found = [_compared(tuple(group), tuple(matches[key]), fields) for key, group in groups.items()]
    taken = {one.receipt_id for found in matches.values() for one in found}
    only_here = [a for a in arrived if a.receipt_id not in taken and a.status != "erased"]
    return Comparison(
        tuple(sorted(found, key=lambda one: one.rows[0].number)),
        tuple(sorted(only_here, key=lambda a: (a.arrived, a.receipt_id))),
    )


def _by_id(
    groups: Mapping[str, list[Exported]], arrived: Sequence[Arrived]
) -> dict[str, list[Arrived]]:
    ids = {group[0].submission_id: key for key, group in groups.items() if group[0].submission_id}
    found: dict[str, list[Arrived]] = {key: [] for key in groups}
    for one in sorted(arrived, key=lambda a: (a.arrived, a.receipt_id)):
        if one.receipt_id in groups:
            found[one.receipt_id].append(one)
        elif one.submission_id in ids:
            found[ids[one.submission_id]].append(one)
    return found


def _by_person(
    groups: Mapping[str, list[Exported]],
    arrived: Sequence[Arrived],
    matches: dict[str, list[Arrived]],
) -> None:
    """Match what is left, the nearest in time first, one to one."""
    taken = {one.receipt_id for found in matches.values() for one in found}
    owners: defaultdict[str, list[Arrived]] = defaultdict(list)
    for one in arrived:
        if one.receipt_id not in taken and one.answers is not None:
            for identity in one.answers.identities():
                owners[identity].append(one)
    pairs = set()
    for key, group in groups.items():
        row = group[0]
        if matches[key] or row.answers is None or row.submitted_at is None:
            continue
        for one in (a for i in row.answers.identities() for a in owners[i]):
            apart = abs(one.submitted_at - row.submitted_at)
            both_named = row.submission_id and one.submission_id
            if apart <= SAME_MOMENT and not both_named:
                pairs.add((apart, key, one.receipt_id))
    by_id = {one.receipt_id: one for one in arrived}
    for _, key, receipt_id in sorted(pairs):
        if not matches[key] and receipt_id not in taken:
            taken.add(receipt_id)
            matches[key].append(by_id[receipt_id])


def _compared(
    rows: tuple[Exported, ...], matches: tuple[Arrived, ...], fields: frozenset[str]
) -> Compared:
    if len(rows) > 1 or not matches:
        begun_only = not matches and not any(row.submitted for row in rows)
        kind: Kind = "unfinished" if begun_only else "twice" if len(rows) > 1 else "missing"
        return Compared(kind, rows, matches)
    if all(one.status == "erased" for one in matches):
        return Compared("erased", rows, matches)
    readable = [one.answers for one in matches if one.answers is not None]
    exported = rows[0].answers
    if exported is None or not readable:
        return Compared("unread", rows, matches)
    found = [differences(exported, answers, fields) for answers in readable]
    if not all(found):
        return Compared("same", rows, matches)
    return Compared("differs", rows, matches, found[-1])


def differences(
    exported: Answers, arrived: Answers, fields: frozenset[str]
) -> tuple[Difference, ...]:
    """The answers that are not the same, in the order of the form; case and spaces aside."""
    return tuple(
        Difference(name, ours, theirs)
        for name in Answers.model_fields
        if name in fields
        and (ours := _written(arrived, name)).casefold()
        != (theirs := _written(exported, name)).casefold()
    )


def _written(answers: Answers, name: str) -> str:
    value = answers.unread.get(name, getattr(answers, name))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else " ".join(str(value).split())
