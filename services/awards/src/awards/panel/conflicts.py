"""Conflicts of interest: who must not judge what.

A conflict of interest is *suggested* by what is alike (`likeness.py`), *declared* by the panellist,
or *recorded* by the office. A suggestion that nobody has answered yet hides the project as well:
the safe side until somebody looks. Nothing but a person confirms or dismisses one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, get_args

from awards.fellows.fellow import Fellow
from awards.fellows.records import Record
from awards.fellows.typed_text import required
from awards.panel.likeness import (
    ConflictKind,
    Judge,
    Judged,
    is_an_author,
    known_elsewhere,
    likenesses,
)
from awards.panel.panellists import Panellist
from awards.projects.project import Project
from nextstep_contracts import ConflictReason, Refused
from nextstep_programme.employers import NONE_KNOWN, Employers

Pair = tuple[str, str]
"""A project id and a panellist id."""

KIND_NAMES: dict[str, str] = {
    "supervisor": "Supervises the project",
    "same_trust": "Works for the project's employer",
    "personal": "Personal or family connection",
    "other": "Other",
}


class Conflict(Record):
    """A decided conflict of interest between a panellist and a project."""

    collection: ClassVar[str] = "conflicts"
    cohort: str
    project_id: str
    panellist_id: str
    kind: ConflictKind
    effective: bool
    """False: somebody looked and the panellist may judge."""
    note: str = ""
    by: str
    at: datetime

    @property
    def pair(self) -> Pair:
        """The project and the panellist."""
        return self.project_id, self.panellist_id


@dataclass(frozen=True)
class Suggestion:
    """A likely conflict that nobody has confirmed or dismissed yet."""

    project_id: str
    panellist_id: str
    kind: ConflictKind
    why: str
    """What is alike, for whoever answers."""
    note: str
    """The same for the record, without what was written."""
    own: bool
    """The panellist is an author, by their address: nothing but a recusal answers that."""

    @property
    def pair(self) -> Pair:
        """The project and the panellist."""
        return self.project_id, self.panellist_id


def pair_id(pair: Pair) -> str:
    """The id of the pair's conflict and of its score sheet."""
    return f"{pair[0]}:{pair[1]}"


def check_kind(kind: str) -> ConflictKind:
    """The kind of a conflict.

    Raises:
        Refused: there is no such kind.

    """
    for known in get_args(ConflictKind):
        if known == kind:
            return known  # type: ignore[no-any-return] # get_args loses the literal type
    raise Refused.field("kind", "Choose the kind of the conflict")


def suggestions(
    projects: Iterable[Project],
    panellists: Collection[Panellist],
    conflicts: Iterable[Conflict],
    fellows: Mapping[str, Fellow],
    elsewhere: Mapping[tuple[str, str], ConflictReason],
    *,
    employers: Employers = NONE_KNOWN,
) -> tuple[Suggestion, ...]:
    """The likely conflicts that nobody has decided yet; for `elsewhere` see `Panel`."""
    answers = {conflict.pair: conflict for conflict in conflicts}
    judges = [Judge.read(one, employers) for one in panellists]
    judged = [Judged.read(one, fellows) for one in projects]
    found = (_likely(project, judge, elsewhere) for project in judged for judge in judges)
    return tuple(one for one in found if one and not _answered(one, answers.get(one.pair)))


def _answered(likely: Suggestion, known: Conflict | None) -> bool:
    """Whether somebody has. Who was cleared, and turns out to be an author, judges no more."""
    return known is not None and (known.effective or not likely.own)


def _likely(
    project: Judged, judge: Judge, elsewhere: Mapping[tuple[str, str], ConflictReason]
) -> Suggestion | None:
    found = [*known_elsewhere(project, judge, elsewhere), *likenesses(project, judge)]
    if not found:
        return None
    why, note = (". ".join(texts) for texts in zip(*((o.why, o.note) for o in found), strict=True))
    own = is_an_author(project, judge)
    return Suggestion(project.id, judge.id, found[0].kind, why, note, own)


def on_record(
    likely: Suggestion, known: Conflict | None, *, cohort: str, by: str, at: datetime
) -> Conflict:
    """A likely conflict as one that holds, for when what suggests it is about to go."""
    return Conflict(
        id=pair_id(likely.pair),
        version=known.version if known else 0,
        cohort=cohort,
        project_id=likely.project_id,
        panellist_id=likely.panellist_id,
        kind=likely.kind,
        effective=True,
        note=likely.note,
        by=by,
        at=at,
    )


def recused(conflicts: Iterable[Conflict], undecided: Iterable[Suggestion]) -> frozenset[Pair]:
    """The pairs in which the panellist must not see the project."""
    effective = {conflict.pair for conflict in conflicts if conflict.effective}
    return frozenset(effective | {one.pair for one in undecided})


def decided(known: Conflict | None, wanted: Conflict) -> Conflict:
    """The conflict as decided now; a panellist's own declaration is lifted only with a note.

    Raises:
        Refused: nothing says why.

    """
    if wanted.kind == "other" or (known and known.effective and not wanted.effective):
        required(wanted.note, "Say why", "note")
    return wanted.but(version=known.version if known else 0)
