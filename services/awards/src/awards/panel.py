"""The executive panel: who judges, who must not judge what, and whether enough are left.

A conflict of interest is *suggested* by exact comparison, *declared* by the panellist, or
*recorded* by the office. A suggestion that nobody has answered yet hides the project as well:
the safe side until somebody looks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, get_args

from awards.fellows import Fellow
from awards.projects import Project
from awards.records import Part, Record, required, same_text
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


class StandDown(Part):
    """Why somebody left the panel without having scored."""

    reason: str
    by: str
    at: datetime


class Panellist(Record):
    """One member of the panel."""

    collection: ClassVar[str] = "panellists"
    cohort: str
    name: str
    email: str
    organisation: str
    trust: str | None = None
    added_at: datetime
    revision: int = 0
    """Counts the invitations."""
    stood_down: StandDown | None = None

    @property
    def judges(self) -> bool:
        """Whether the panellist is on the panel now."""
        return self.stood_down is None


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


def conflict_id(pair: Pair) -> str:
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
    message = "Choose the kind of the conflict"
    raise Refused(message, fields={"kind": message})


def check_panellist(
    name: str, email: str, organisation: str, organisations: Collection[str]
) -> tuple[str, str]:
    """The name and the address without surrounding blanks.

    Raises:
        Refused: something is missing or the organisation is not on the panel.

    """
    problems = {}
    if not name.strip():
        problems["name"] = "Enter the panellist's name"
    # whether an address exists only a mail can tell; the invitation's bounce is shown
    if not email.strip() or email.count("@") != 1 or " " in email.strip():
        problems["email"] = "Enter an email address, like name@example.org"
    if organisation not in organisations:
        problems["organisation"] = f"Choose one of {', '.join(organisations)}"
    if problems:
        raise Refused("The panellist's details are not complete", fields=problems)
    return name.strip(), email.strip()


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
    decided = {conflict.pair for conflict in conflicts}
    found = (likely(project, one, fellows) for project in projects for one in panellists)
    return tuple(one for one in found if one and one.pair not in decided)


def recused(conflicts: Iterable[Conflict], undecided: Iterable[Suggestion]) -> frozenset[Pair]:
    """The pairs in which the panellist must not see the project."""
    effective = {conflict.pair for conflict in conflicts if conflict.effective}
    return frozenset(effective | {one.pair for one in undecided})


@dataclass(frozen=True)
class Coverage:
    """Who may judge one project."""

    project_id: str
    judges: tuple[str, ...]
    """Panellist ids."""
    missing_organisations: tuple[str, ...]
    minimum: int

    @property
    def enough(self) -> bool:
        """Whether at least the minimum of unconflicted judges is left."""
        return len(self.judges) >= self.minimum


def coverage(
    projects: Iterable[Project],
    panellists: Collection[Panellist],
    hidden: Collection[Pair],
    minimum: int,
    organisations: Iterable[str],
) -> tuple[Coverage, ...]:
    """Panel by project: who is left to judge each, checked before scoring opens."""
    wanted = tuple(organisations)
    found = []
    for project in projects:
        judges = [one for one in panellists if (project.id, one.id) not in hidden]
        present = {one.organisation for one in judges}
        missing = tuple(one for one in wanted if one not in present)
        found.append(Coverage(project.id, tuple(one.id for one in judges), missing, minimum))
    return tuple(found)


def decide_conflict(known: Conflict | None, wanted: Conflict) -> Conflict:
    """The conflict as decided now; a panellist's own declaration is lifted only with a note.

    Raises:
        Refused: nothing says why.

    """
    if wanted.kind == "other" or (known and known.effective and not wanted.effective):
        required(wanted.note, "Say why", "note")
    return wanted.but(version=known.version if known else 0)
