"""Everything about one cohort's judging at one moment, and what follows from it.

Commands and pages load a board and ask it; nothing here reads or writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from awards import decision, panel, projects, ranking, sheets
from awards.decision import AwardedPerson, Decision, Scoring
from awards.fellows import Fellow
from awards.method import Method
from awards.panel import Conflict, Coverage, Pair, Panellist, Suggestion
from awards.projects import Project
from awards.ranking import Ballot, Row
from awards.sheets import Sheet


@dataclass(frozen=True)
class PanellistProgress:
    """How far one panellist is."""

    panellist: Panellist
    locked: int
    draft: int
    missing: int
    excluded: int
    recused: int

    @property
    def waiting(self) -> int:
        """Sheets that the decision waits for."""
        return self.draft + self.missing


@dataclass(frozen=True)
class Board:
    """One cohort's judging, whole."""

    cohort: str
    organisations: tuple[str, ...]
    current_method: Method
    """What the cohort file says now; judging uses the registered one."""
    scoring: Scoring
    fellows: Mapping[str, Fellow]
    """By person id."""
    projects: Mapping[str, Project]
    panellists: Mapping[str, Panellist]
    conflicts: tuple[Conflict, ...]
    sheets: Mapping[Pair, Sheet]
    decisions: tuple[Decision, ...]
    """In the order in which they were staged."""

    @property
    def method(self) -> Method:
        """The registered method, or the cohort file's while none is registered."""
        return self.scoring.method or self.current_method

    @cached_property
    def competing(self) -> tuple[Project, ...]:
        """The projects that the panel judges, by title."""
        found = [one for one in self.projects.values() if projects.competes(one, self.fellows)]
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
        return panel.suggestions(present, self.judges, self.conflicts, self.fellows)

    @cached_property
    def recused(self) -> frozenset[Pair]:
        """The pairs in which the panellist must not see the project."""
        return panel.recused(self.conflicts, self.suggestions)

    @cached_property
    def coverage(self) -> tuple[Coverage, ...]:
        """Who is left to judge each competing project."""
        return panel.coverage(
            self.competing,
            self.judges,
            self.recused,
            self.method.minimum_judges,
            self.organisations,
        )

    @cached_property
    def expected(self) -> tuple[Pair, ...]:
        """The pairs from which a sheet is expected."""
        return tuple((one.project_id, judge) for one in self.coverage for judge in one.judges)

    def sheet(self, pair: Pair) -> Sheet:
        """The pair's sheet, blank if nothing was written."""
        return self.sheets.get(pair) or sheets.blank(self.cohort, pair)

    @cached_property
    def outstanding(self) -> tuple[Pair, ...]:
        """Expected sheets that are neither locked nor excluded."""
        return tuple(p for p in self.expected if self.sheet(p).state in ("missing", "draft"))

    @cached_property
    def ballots(self) -> tuple[Ballot, ...]:
        """The sheets that count: locked, on a competing project, by a judge who may see it."""
        locked = (self.sheet(pair) for pair in self.expected)
        return tuple(
            Ballot(one.project_id, one.panellist_id, one.scores) for one in locked if one.locked_at
        )

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The ranking by the sheets that count now."""
        return ranking.rank(self.method, self.ballots)

    @cached_property
    def contested(self) -> tuple[str, ...]:
        """The projects tied across the last bursary, whether or not the panel has settled it."""
        return ranking.contested(self.rows, self.method.bursaries)

    @cached_property
    def tie_settled(self) -> bool:
        """Whether the panel has settled exactly this tie (True where there is none)."""
        order = self.scoring.resolution.order if self.scoring.resolution else ()
        return not self.contested or sorted(order) == sorted(self.contested)

    @property
    def opening_problems(self) -> tuple[str, ...]:
        """What keeps scoring from opening, in sentences for the office."""
        found = []
        if not self.competing:
            found.append("No project has been submitted.")
        if self.suggestions:
            found.append(f"{len(self.suggestions)} suggested conflicts are not answered.")
        short = [one for one in self.coverage if not one.enough]
        if short:
            minimum = self.method.minimum_judges
            found.append(f"{len(short)} projects have fewer than {minimum} unconflicted judges.")
        return tuple(found)

    @property
    def deciding_problems(self) -> tuple[str, ...]:
        """What keeps the result from being complete, in sentences for the office."""
        found = []
        if not self.scoring.open:
            found.append("Scoring has not been opened.")
        if self.suggestions:
            found.append(f"{len(self.suggestions)} suggested conflicts are not answered.")
        if self.outstanding:
            found.append(f"{len(self.outstanding)} score sheets are neither locked nor excluded.")
        unjudged = len(self.competing) - len(self.rows)
        if unjudged:
            found.append(f"{unjudged} projects have no score sheet that counts.")
        return tuple(found)

    @property
    def basis(self) -> str:
        """A fingerprint of what the result follows from."""
        names = [one.id for one in self.competing]
        settled = self.scoring.resolution if self.contested and self.tie_settled else None
        return decision.basis(self.method, names, self.ballots, settled)

    @property
    def staged(self) -> Decision | None:
        """The decision that waits to be applied or dropped."""
        return next((one for one in self.decisions if one.state == "staged"), None)

    @property
    def announced(self) -> Decision | None:
        """The latest applied decision."""
        applied = [one for one in self.decisions if one.published is not None]
        return max(applied, key=lambda one: one.published or 0, default=None)

    @property
    def stale(self) -> bool:
        """Whether the result differs from what the announced decision was made from."""
        return self.announced is not None and self.announced.basis != self.basis

    def winners(self) -> tuple[decision.AwardedProject, ...]:
        """The projects and people that a decision made now would award.

        Raises:
            Refused: a tie across the last bursary is not settled.

        """
        rows = decision.winning_rows(self.method, self.rows, self.scoring.resolution)
        titles = {row.project_id: self.projects[row.project_id].title for row in rows}
        people = {row.project_id: self._people(row.project_id) for row in rows}
        return decision.announce(rows, titles, people)

    def _people(self, project_id: str) -> tuple[AwardedPerson, ...]:
        authors = self.authors(self.projects[project_id])
        return tuple(
            AwardedPerson(person_id=one.id, name=one.name, email=one.email)
            for one in authors
            if one.active
        )

    def authors(self, project: Project) -> tuple[Fellow, ...]:
        """The project's authors that are known as Fellows, in the project's order."""
        return projects.authors_of(project, self.fellows)

    def author_names(self, project: Project) -> str:
        """The authors' names in one line."""
        return ", ".join(one.name for one in self.authors(project))

    @property
    def progress(self) -> tuple[PanellistProgress, ...]:
        """How far each panellist is, by name."""
        return tuple(self._progress(one) for one in self.judges)

    def _progress(self, panellist: Panellist) -> PanellistProgress:
        states = [self.sheet(pair).state for pair in self.expected if pair[1] == panellist.id]
        return PanellistProgress(
            panellist=panellist,
            locked=states.count("locked"),
            draft=states.count("draft"),
            missing=states.count("missing"),
            excluded=states.count("excluded"),
            recused=sum(1 for one in self.competing if (one.id, panellist.id) in self.recused),
        )

    def visible_to(self, panellist_id: str) -> tuple[Project, ...]:
        """The competing projects that a panellist may know of."""
        return tuple(one for one in self.competing if (one.id, panellist_id) not in self.recused)

    def others(self, pair: Pair) -> tuple[Sheet, ...]:
        """The other panellists' locked sheets on a project, once one's own is locked."""
        if pair not in self.expected or self.sheet(pair).state != "locked":
            return ()
        project_id, own = pair
        found = (self.sheet(one) for one in self.expected if one[0] == project_id)
        return tuple(one for one in found if one.locked_at and one.panellist_id != own)

    def unsubmitted(self) -> Iterable[str]:
        """The Fellows without a submitted project."""
        handed_in = [one for one in self.projects.values() if one.state == "submitted"]
        done = {person for project in handed_in for person in project.authors}
        return sorted(
            one for one, fellow in self.fellows.items() if fellow.active and one not in done
        )
