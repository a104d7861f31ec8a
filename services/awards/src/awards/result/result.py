"""What follows from the sheets that count, beside what was decided so far.

Use cases and pages load it and ask it; nothing here reads or writes.
"""

from dataclasses import dataclass
from functools import cached_property

from awards.judging.blindness import known_to
from awards.judging.judging import Judging
from awards.result import decision, ranking
from awards.result.decision import AwardedPerson, AwardedProject, AwardsDecision
from awards.result.ranking import RankingRow, awarded
from awards.result.tie import winning_rows


@dataclass(frozen=True)
class Result:
    """One cohort's result at one moment."""

    judging: Judging
    decisions: tuple[AwardsDecision, ...]
    """In the order in which they were staged."""

    def known_to(self, reader: frozenset[str], closed: frozenset[str] = frozenset()) -> "Result":
        """The result as somebody may know it who is these panellists.

        Where anything is kept from them, there is no order of projects and no decision before it is
        announced: from a part of either the rest could be told.
        """
        judging = known_to(self.judging, reader, closed)
        return Result(judging, self.decisions if judging.whole else self._made_known)

    @property
    def _made_known(self) -> tuple[AwardsDecision, ...]:
        return (self.announced.but(reason=""),) if self.announced else ()

    @cached_property
    def averages(self) -> tuple[RankingRow, ...]:
        """What can be compared, by title: without an order where something is left out."""
        if self.judging.blind:
            return ()
        rows = ranking.rank(self.judging.method, self.judging.ballots)
        titles = {row.project_id: self.judging.panel.title_of(row.project_id) for row in rows}
        return tuple(
            sorted(rows, key=lambda row: (titles[row.project_id].casefold(), row.project_id))
        )

    @cached_property
    def rows(self) -> tuple[RankingRow, ...]:
        """The ranking by the sheets that count now; none for whom anything is left out."""
        if not self.judging.whole:
            return ()
        return ranking.rank(self.judging.method, self.judging.ballots)

    @cached_property
    def contested(self) -> tuple[str, ...]:
        """The projects tied across the last bursary, whether or not the panel has settled it."""
        return ranking.contested(self.rows, self.judging.method.bursaries)

    @property
    def order(self) -> tuple[str, ...]:
        """The panel's order of tied projects, if it settled a tie."""
        resolution = self.judging.scoring.resolution
        return resolution.order if resolution else ()

    @cached_property
    def tie_settled(self) -> bool:
        """Whether the panel has settled exactly this tie (True where there is none)."""
        return not self.contested or sorted(self.order) == sorted(self.contested)

    @property
    def deciding_problems(self) -> tuple[str, ...]:
        """What keeps the result from being complete, in sentences for the office."""
        judging = self.judging
        found = [] if judging.scoring.open else ["Scoring has not been opened."]
        found += judging.unanswered
        if judging.outstanding:
            open_sheets = len(judging.outstanding)
            found.append(f"{open_sheets} score sheets are neither locked nor excluded.")
        unjudged = len(judging.panel.competing) - len(self.rows)
        if unjudged:
            found.append(f"{unjudged} projects have no score sheet that counts.")
        return tuple(found)

    @property
    def basis(self) -> str:
        """A fingerprint of what the result follows from."""
        judging = self.judging
        names = [one.id for one in judging.panel.competing]
        settled = judging.scoring.resolution if self.contested and self.tie_settled else None
        return decision.basis(judging.method, names, judging.ballots, settled)

    @property
    def staged(self) -> AwardsDecision | None:
        """The decision that waits to be applied or dropped."""
        return next((one for one in self.decisions if one.state == "staged"), None)

    @property
    def announced(self) -> AwardsDecision | None:
        """The latest applied decision."""
        applied = [one for one in self.decisions if one.published is not None]
        return max(applied, key=lambda one: one.published or 0, default=None)

    @property
    def stale(self) -> bool:
        """Whether the result differs from what the announced decision was made from."""
        known = self.announced if self.judging.whole else None
        return known is not None and known.basis != self.basis

    @cached_property
    def provisional(self) -> frozenset[str]:
        """The projects that receive a bursary as things stand; an open tie across the last none."""
        rows = awarded(self.rows, self.judging.method.bursaries, self.order)
        return frozenset(row.project_id for row in rows)

    def winners(self) -> tuple[AwardedProject, ...]:
        """The projects and people that a decision made now would award.

        Raises:
            Refused: a tie across the last bursary is not settled.

        """
        rows = winning_rows(self.judging.method, self.rows, self.judging.scoring.resolution)
        titles = {one.project_id: self.judging.panel.title_of(one.project_id) for one in rows}
        people = {one.project_id: self._people(one.project_id) for one in rows}
        return decision.awarded_projects(rows, titles, people)

    def _people(self, project_id: str) -> tuple[AwardedPerson, ...]:
        panel = self.judging.panel
        return tuple(
            AwardedPerson(person_id=one.id, name=one.name, email=one.email)
            for one in panel.authors(panel.projects[project_id])
            if one.active
        )
