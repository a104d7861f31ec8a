"""One cohort's judging at one moment: what is waited for, what counts, who may see what.

Use cases and pages load it and ask it; nothing here reads or writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from awards.judging import sheets
from awards.judging.method import Method
from awards.judging.scoring import Scoring
from awards.judging.sheets import Ballot, Sheet
from awards.panel.conflicts import Pair
from awards.panel.coverage import Coverage
from awards.panel.panel import Panel
from awards.panel.panellists import Panellist


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
class Judging:
    """The panel's judging of one cohort."""

    panel: Panel
    current_method: Method
    """What the cohort file says now; judging uses the registered one."""
    scoring: Scoring
    sheets: Mapping[Pair, Sheet]
    blind: bool = False
    """Whether whoever reads this must not compare projects yet: they have sheets of their own to
    lock first."""

    @property
    def whole(self) -> bool:
        """Whether nothing is kept from whoever reads this."""
        return not (self.blind or self.panel.left_out)

    @property
    def method(self) -> Method:
        """The registered method, or the cohort file's while none is registered."""
        return self.scoring.method or self.current_method

    @cached_property
    def coverage(self) -> tuple[Coverage, ...]:
        """Who is left to judge each competing project."""
        return self.panel.coverage(self.method.minimum_judges)

    @cached_property
    def expected(self) -> tuple[Pair, ...]:
        """The pairs from which a sheet is expected."""
        return tuple((one.project_id, judge) for one in self.coverage for judge in one.judges)

    def sheet(self, pair: Pair) -> Sheet:
        """The pair's sheet, blank if nothing was written."""
        return self.sheets.get(pair) or sheets.blank(self.panel.cohort, pair)

    def expected_of(self, panellist_id: str) -> tuple[Sheet, ...]:
        """The sheets expected from one panellist, by project title."""
        return tuple(self.sheet(pair) for pair in self.expected if pair[1] == panellist_id)

    @cached_property
    def outstanding(self) -> tuple[Pair, ...]:
        """Expected sheets that are neither locked nor excluded."""
        return tuple(pair for pair in self.expected if self.sheet(pair).waited_for)

    @property
    def locked(self) -> int:
        """How many of the expected sheets are locked."""
        return sum(1 for pair in self.expected if self.sheet(pair).locked_at)

    @cached_property
    def ballots(self) -> tuple[Ballot, ...]:
        """The sheets that count: locked, on a competing project, by a judge who may see it."""
        found = (self.sheet(pair) for pair in self.expected)
        return tuple(
            Ballot(one.project_id, one.panellist_id, one.scores) for one in found if one.readable
        )

    @property
    def opening_problems(self) -> tuple[str, ...]:
        """What keeps scoring from opening, in sentences for the office."""
        found = []
        if not self.panel.competing:
            found.append("No project has been submitted.")
        found += self.unanswered
        short = [one for one in self.coverage if not one.enough]
        if short:
            minimum = self.method.minimum_judges
            found.append(f"{len(short)} projects have fewer than {minimum} unconflicted judges.")
        return tuple(found)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """A sentence where suggested conflicts wait for an answer."""
        number = len(self.panel.suggestions)
        return (f"{number} suggested conflicts are not answered.",) if number else ()

    @property
    def progress(self) -> tuple[PanellistProgress, ...]:
        """How far each panellist is, by name."""
        return tuple(self._progress(one) for one in self.panel.judges)

    def _progress(self, panellist: Panellist) -> PanellistProgress:
        states = [sheet.state for sheet in self.expected_of(panellist.id)]
        visible = self.panel.visible_to(panellist.id)
        return PanellistProgress(
            panellist=panellist,
            locked=states.count("locked"),
            draft=states.count("draft"),
            missing=states.count("missing"),
            excluded=states.count("excluded"),
            recused=len(self.panel.competing) - len(visible),
        )
