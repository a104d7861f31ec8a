"""The decision: staged, looked at, then applied. A later one needs a reason and a revision."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal

from awards.fellows.records import Part, Record
from awards.judging.method import Method, fingerprint
from awards.judging.scoring import TieResolution
from awards.judging.sheets import Ballot
from awards.result.ranking import RankingRow, exact, from_exact
from nextstep_contracts import AwardsDecided, Person, Refused, Winner

DecisionState = Literal["staged", "applied", "dropped"]


class AwardedPerson(Part):
    """A Fellow who receives a bursary."""

    person_id: str
    name: str
    email: str


class AwardedProject(Part):
    """One project of the decision."""

    project_id: str
    title: str
    rank: int
    average: str
    """As `numerator/denominator`."""
    people: tuple[AwardedPerson, ...]

    def without_name_of(self, person_id: str, instead: str) -> "AwardedProject":
        """The same with `instead` for one person's name, and without their address."""
        people = tuple(
            one.but(name=instead, email="") if one.person_id == person_id else one
            for one in self.people
        )
        return self.but(people=people)


class AwardsDecision(Record):
    """One revision of the decision. The id is `<cohort>:<revision>`, dropped drafts included."""

    collection: ClassVar[str] = "decisions"
    cohort: str
    revision: int
    state: DecisionState
    basis: str
    """Fingerprint of everything the result was computed from."""
    method: str
    """The registered method's fingerprint."""
    winners: tuple[AwardedProject, ...]
    reason: str = ""
    staged_by: str
    staged_at: datetime
    settled_by: str | None = None
    """Who applied or dropped it."""
    settled_at: datetime | None = None
    published: int | None = None
    """The revision under which it was announced; dropped drafts are never announced."""


def basis(
    method: Method,
    projects: Sequence[str],
    ballots: Sequence[Ballot],
    resolution: TieResolution | None,
) -> str:
    """A fingerprint of everything that the result follows from, whatever its order."""
    return fingerprint(
        {
            "method": method.fingerprint,
            "projects": sorted(projects),
            "ballots": sorted([b.project_id, b.panellist_id, b.scores] for b in ballots),
            "resolution": list(resolution.order) if resolution else None,
        }
    )


def awarded_projects(
    rows: Sequence[RankingRow],
    titles: Mapping[str, str],
    people: Mapping[str, tuple[AwardedPerson, ...]],
) -> tuple[AwardedProject, ...]:
    """The winning rows with their titles and the people who receive a bursary."""
    return tuple(
        AwardedProject(
            project_id=row.project_id,
            title=titles[row.project_id],
            rank=row.rank,
            average=exact(row.average),
            people=people[row.project_id],
        )
        for row in rows
    )


def apply(
    decision: AwardsDecision, current_basis: str, by: str, now: datetime, before: int
) -> AwardsDecision:
    """The staged decision applied, `before` being the revision announced last (0 for none).

    Raises:
        Refused: it is not staged, or what it was computed from has changed since.

    """
    if decision.state != "staged":
        raise Refused("There is no staged decision to apply.")
    if decision.basis != current_basis:
        raise Refused("Scores or conflicts have changed since this was staged. Drop it and look.")
    return decision.but(state="applied", settled_by=by, settled_at=now, published=before + 1)


def drop(decision: AwardsDecision, by: str, now: datetime) -> AwardsDecision:
    """A staged decision given up before it was applied."""
    if decision.state != "staged":
        raise Refused("There is no staged decision to drop.")
    return decision.but(state="dropped", settled_by=by, settled_at=now)


def decided(decision: AwardsDecision, at: datetime) -> AwardsDecided:
    """What is said once the decision is applied."""
    return AwardsDecided(
        cohort=decision.cohort,
        revision=decision.published or 1,
        method=decision.method,
        decided_at=at,
        winners=tuple(_winner(won) for won in decision.winners),
    )


def _winner(won: AwardedProject) -> Winner:
    return Winner(
        project_id=won.project_id,
        title=won.title,
        rank=won.rank,
        score=float(from_exact(won.average)),
        people=tuple(
            Person(person_id=one.person_id, name=one.name, email=one.email) for one in won.people
        ),
    )
