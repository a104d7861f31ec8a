"""Conflicts of interest: who must not judge what.

A conflict of interest is *suggested* by exact comparison, *declared* by the panellist, or
*recorded* by the office. A suggestion that nobody has answered yet hides the project as well:
the safe side until somebody looks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, get_args

from awards.fellows.fellow import Fellow
from awards.fellows.records import Record
from awards.fellows.typed_text import required, same_text
from awards.panel.panellists import Panellist
from awards.projects.project import Project
from nextstep_contracts import Refused

ConflictKind = Literal["supervisor", "same_trust", "personal", "other"]
Pair = tuple[str, str]
"""A project id and a panellist id."""

KIND_NAMES: dict[str, str] = {
    "supervisor": "Supervises the project",
    "same_trust": "Works at the project's trust",
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


def likely(
    project: Project, panellist: Panellist, fellows: Mapping[str, Fellow]
) -> Suggestion | None:
    """The conflict that equal entries suggest, if any: supervisor, author, then trust."""
    found: tuple[ConflictKind, str] | None = None
    authors = [fellows[person] for person in project.authors if person in fellows]
    if same_text(project.details.supervisor, panellist.name):
        found = "supervisor", f"The supervisor is {project.details.supervisor}"
    elif any(same_text(author.email, panellist.email) for author in authors):
        found = "personal", "An author has the same email address"
    elif same_text(project.details.trust, panellist.trust):
        found = "same_trust", f"Both are at {project.details.trust}"
    return Suggestion(project.id, panellist.id, *found) if found else None


def suggestions(
    projects: Iterable[Project],
    panellists: Collection[Panellist],
    conflicts: Iterable[Conflict],
    fellows: Mapping[str, Fellow],
) -> tuple[Suggestion, ...]:
    """The likely conflicts that nobody has decided yet."""
    answered = {conflict.pair for conflict in conflicts}
    found = (likely(project, one, fellows) for project in projects for one in panellists)
    return tuple(one for one in found if one and one.pair not in answered)


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
