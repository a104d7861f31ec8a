"""In what a panellist and a project are alike, so that there may be a conflict of interest.

A hint for a person, never a decision. What two names have in common says the shared library.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Self

from awards.fellows.fellow import ERASED_NAME, Fellow
from awards.panel.panellists import Panellist
from awards.projects.authors import authors_of
from awards.projects.project import Project
from nextstep_contracts import ConflictReason
from nextstep_programme.employers import NONE_KNOWN, Employers
from nextstep_programme.resemblance import EmployerName, PersonName, address_trace

ConflictKind = Literal["supervisor", "same_trust", "personal", "other"]


@dataclass(frozen=True)
class Likeness:
    """One thing that is alike."""

    kind: ConflictKind
    whose: str
    """What is compared, for a sentence."""
    written: str
    """As it was entered. Shown to whoever answers, and not kept: it may name a person."""
    how: str

    @property
    def why(self) -> str:
        """The likeness for whoever answers it."""
        return f"{self.whose}, {self.written}: {self.how}"

    @property
    def note(self) -> str:
        """The likeness for the record."""
        return f"{self.whose}: {self.how}"


@dataclass(frozen=True)
class Judge:
    """A panellist, read once for all projects."""

    id: str
    name: PersonName
    address: str
    trust: str
    employers: tuple[EmployerName, ...]
    """All that their employer is called."""

    @classmethod
    def read(cls, panellist: Panellist, employers: Employers = NONE_KNOWN) -> Self:
        """What of a panellist is compared."""
        trust = panellist.trust or ""
        names = dict.fromkeys((trust, *employers.names(trust)))
        return cls(
            panellist.id,
            _name(panellist.name),
            address_trace(panellist.email),
            trust,
            tuple(map(EmployerName.read, names)),
        )


@dataclass(frozen=True)
class Judged:
    """A project, read once for all panellists."""

    id: str
    supervisor: str
    supervisor_name: PersonName
    authors: tuple[tuple[str, PersonName, frozenset[str]], ...]
    """Each author's name as written and as read, and the addresses that they have or had."""
    trust: str
    employer: EmployerName
    people: tuple[str, ...] = ()
    """The ids of its authors."""

    @classmethod
    def read(cls, project: Project, fellows: Mapping[str, Fellow]) -> Self:
        """What of a project is compared."""
        details = project.details
        return cls(
            project.id,
            details.supervisor,
            _name(details.supervisor),
            tuple(
                (one.name, _name(one.name), frozenset(map(address_trace, one.addresses)))
                for one in authors_of(project, fellows)
            ),
            details.trust,
            EmployerName.read(details.trust),
            tuple(one for one in project.authors if one not in fellows or not fellows[one].erased),
        )


def likenesses(project: Judged, judge: Judge) -> list[Likeness]:
    """Everything that is alike, the gravest first: supervisor, authors, employer."""
    return [*_supervisor(project, judge), *_authors(project, judge), *_trust(project, judge)]


def is_an_author(project: Judged, judge: Judge) -> bool:
    """Whether the panellist has an address that an author has or had, and so is that author."""
    return judge.address != "" and any(judge.address in known for *_, known in project.authors)


KIND_OF: dict[ConflictReason, ConflictKind] = {
    "own_application": "personal",
    "same_trust": "same_trust",
    "supervises": "supervisor",
    "personal": "personal",
    "other": "other",
}


def known_elsewhere(
    project: Judged, judge: Judge, elsewhere: Mapping[tuple[str, str], ConflictReason]
) -> Iterator[Likeness]:
    """That the panellist had a conflict with an author when they applied; not what was written."""
    for person in project.people:
        reason = elsewhere.get((judge.address, person))
        if reason is not None:
            how = "when they applied, a conflict of interest with the panellist"
            yield Likeness(KIND_OF[reason], "An author", "whom applications knows", how)


def _supervisor(project: Judged, judge: Judge) -> Iterator[Likeness]:
    how = project.supervisor_name.like(judge.name)
    if how:
        yield Likeness("supervisor", "The supervisor", project.supervisor, how)


def _authors(project: Judged, judge: Judge) -> Iterator[Likeness]:
    for written, name, addresses in project.authors:
        same_address = judge.address != "" and judge.address in addresses
        how = "the same email address" if same_address else name.like(judge.name)
        if how:
            yield Likeness("personal", "An author", written, how)


def _trust(project: Judged, judge: Judge) -> Iterator[Likeness]:
    likenesses = (project.employer.like(name) for name in judge.employers)
    how = next((one for one in likenesses if one), "")
    if how:
        both = dict.fromkeys((project.trust, judge.trust))
        yield Likeness("same_trust", "Where they work", " and ".join(both), how)


def _name(written: str) -> PersonName:
    return PersonName.read("" if written == ERASED_NAME else written)
