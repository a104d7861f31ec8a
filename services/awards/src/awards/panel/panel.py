"""The panel of one cohort at one moment, and what it has before it.

Use cases and pages load it and ask it; nothing here reads or writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from awards.fellows.fellow import Fellow
from awards.panel import conflicts, coverage
from awards.panel.conflicts import Conflict, Pair, Suggestion
from awards.panel.coverage import Coverage
from awards.panel.likeness import Judge, Judged, is_an_author
from awards.panel.panellists import Panellist
from awards.projects.authors import authors_of
from awards.projects.project import Project, competes
from nextstep_contracts import ConflictReason
from nextstep_programme.employers import NONE_KNOWN, Employers


@dataclass(frozen=True)
class Panel:
    """Who is on the panel, what there is to judge, and what keeps whom from judging it."""

    cohort: str
    organisations: tuple[str, ...]
    """Those that should be on the panel."""
    fellows: Mapping[str, Fellow]
    """By person id."""
    projects: Mapping[str, Project]
    panellists: Mapping[str, Panellist]
    conflicts: tuple[Conflict, ...]
    reader: frozenset[str] = frozenset()
    """The panellists that whoever reads this is. Nobody where a rule reads it, which knows all."""
    left_out: bool = False
    """Whether there is something that the reader must not know of."""
    elsewhere: Mapping[tuple[str, str], ConflictReason] = field(default_factory=dict)
    """Who had a conflict of interest with whom when they applied: viewer (see
    `nextstep_web.conflicts.viewer_of`) and person id, and why."""
    employers: Employers = NONE_KNOWN
    """Whom people mean by what they wrote of where they work."""

    def known_to(self, reader: frozenset[str], closed: frozenset[str] = frozenset()) -> "Panel":
        """The panel as these panellists may know it: what they must not judge is not there.

        Neither a project from which they are kept nor anybody's conflict with it: every list, count
        and order that is made from what is left says nothing of them.

        `closed` are people with whom the reader had a conflict of interest when they applied. They
        and their projects are not there either, whether there are any or not; unless the reader is
        on the panel and somebody decided here that they may judge the project.
        """
        if not reader and not closed:
            return self
        hidden = {project for project, judge in self.recused if judge in reader}
        own = [one.pair for one in self.conflicts if one.panellist_id in reader]
        may = {pair[0] for pair in own if not self.is_an_author(pair)} - hidden
        for one in self.projects.values():
            if one.id in may:
                closed -= set(one.authors)
        hidden |= {one.id for one in self.projects.values() if closed.intersection(one.authors)}
        return replace(
            self,
            fellows={key: one for key, one in self.fellows.items() if key not in closed},
            projects={key: one for key, one in self.projects.items() if key not in hidden},
            conflicts=tuple(one for one in self.conflicts if one.project_id not in hidden),
            reader=reader,
            left_out=bool(closed) or not hidden.isdisjoint(self.projects),
        )

    @cached_property
    def competing(self) -> tuple[Project, ...]:
        """The projects that the panel judges, by title."""
        found = [one for one in self.projects.values() if competes(one, self.fellows)]
        return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.id)))

    @cached_property
    def judges(self) -> tuple[Panellist, ...]:
        """The panellists who have not stood down, by name."""
        present = [one for one in self.panellists.values() if one.judges]
        return tuple(sorted(present, key=lambda one: (one.name.casefold(), one.id)))

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Likely conflicts that nobody has answered, for every project that may be judged."""
        present = [one for one in self.projects.values() if not one.removed]
        return conflicts.suggestions(
            present,
            self.judges,
            self.conflicts,
            self.fellows,
            self.elsewhere,
            employers=self.employers,
        )

    @cached_property
    def recused(self) -> frozenset[Pair]:
        """The pairs in which the panellist must not see the project."""
        return conflicts.recused(self.conflicts, self.suggestions)

    def is_an_author(self, pair: Pair) -> bool:
        """Whether the panellist is an author of the project, by an address they have or had."""
        project, panellist = self.projects.get(pair[0]), self.panellists.get(pair[1])
        if project is None or panellist is None:
            return False
        return is_an_author(Judged.read(project, self.fellows), Judge.read(panellist))

    def visible_to(self, panellist_id: str) -> tuple[Project, ...]:
        """The competing projects that a panellist may know of."""
        return tuple(one for one in self.competing if (one.id, panellist_id) not in self.recused)

    def coverage(self, minimum: int) -> tuple[Coverage, ...]:
        """Who is left to judge each competing project, where `minimum` judges are enough."""
        return coverage.coverage(
            self.competing, self.judges, self.recused, minimum, self.organisations
        )

    def authors(self, project: Project) -> tuple[Fellow, ...]:
        """The project's authors that are known as Fellows, in the project's order."""
        return authors_of(project, self.fellows)

    def author_names(self, project: Project) -> str:
        """The authors' names in one line."""
        return ", ".join(one.name for one in self.authors(project))

    def title_of(self, project_id: str) -> str:
        """The project's title, or its id where it is not on record."""
        known = self.projects.get(project_id)
        return known.title if known else project_id

    def name_of(self, panellist_id: str) -> str:
        """The panellist's name, or their id where they are not on record."""
        known = self.panellists.get(panellist_id)
        return known.name if known else panellist_id
