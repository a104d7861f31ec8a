"""The decision: staged, looked at, then applied. A later one needs a reason and a revision."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal

from awards.method import Method, fingerprint
from awards.ranking import Ballot, Row, awarded, contested, exact
from awards.records import Part, Record, required
from nextstep_contracts import Refused

DecisionState = Literal["staged", "applied", "dropped"]


class TieResolution(Part):
    """How the panel settled a tie that the registered tie-breaks left across the last bursary."""

    order: tuple[str, ...]
    """The contested project ids, the first to be awarded first."""
    reason: str
    by: str
    at: datetime


class Scoring(Record):
    """The state of a cohort's judging; the id is the cohort's.

    Every change of who judges what is written through this record, so that a decision and such a
    change cannot pass each other unseen.
    """

    collection: ClassVar[str] = "scoring"
    method: Method | None = None
    registered_at: datetime | None = None
    registered_by: str | None = None
    opened_at: datetime | None = None
    resolution: TieResolution | None = None

    @property
    def open(self) -> bool:
        """Whether sheets can be written."""
        return self.opened_at is not None

    def registered(self) -> Method:
        """The registered method.

        Raises:
            Refused: none is registered yet.

        """
        if self.method is None:
            raise Refused("The method has not been registered yet.")
        return self.method


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


class Decision(Record):
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


def register(scoring: Scoring, method: Method, by: str, now: datetime) -> Scoring:
    """The method put on record; until scoring opens it can be replaced."""
    if scoring.open:
        raise Refused("Scoring is open: the registered method can no longer be changed.")
    return scoring.but(method=method, registered_by=by, registered_at=now)


def open_scoring(
    scoring: Scoring, current: Method, problems: Sequence[str], now: datetime
) -> Scoring:
    """Scoring opened, which freezes the method.

    Raises:
        Refused: something is missing (`problems`), or the method in the cohort file is no longer
            the registered one.

    """
    if scoring.open:
        raise Refused("Scoring is open already.")
    if scoring.registered().fingerprint != current.fingerprint:
        raise Refused("The cohort file has changed since the method was registered; register anew.")
    if problems:
        raise Refused("Scoring cannot open yet. " + " ".join(problems))
    return scoring.but(opened_at=now)


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


def resolve_tie(
    scoring: Scoring, rows: Sequence[Row], resolution: TieResolution, problems: Sequence[str]
) -> Scoring:
    """The panel's order of the contested projects, on record with its reason.

    Raises:
        Refused: sheets are still missing, nothing is contested, other projects are named, or no
            reason is given.

    """
    if problems:
        raise Refused("The result is not complete yet. " + " ".join(problems))
    tied = contested(rows, scoring.registered().bursaries)
    if not tied:
        raise Refused("No tie reaches across the last bursary.")
    if sorted(resolution.order) != sorted(tied):
        raise Refused("Put exactly the tied projects in order, each once.")
    required(resolution.reason, "Say how the panel settled the tie")
    return scoring.but(resolution=resolution)


def winning_rows(
    method: Method, rows: Sequence[Row], resolution: TieResolution | None
) -> tuple[Row, ...]:
    """The rows that receive a bursary.

    Raises:
        Refused: a tie across the last bursary is not settled.

    """
    order = resolution.order if resolution else ()
    winners = awarded(rows, method.bursaries, order)
    if len(winners) < min(method.bursaries, len(rows)):
        tied = len(contested(rows, method.bursaries))
        raise Refused(
            f"{tied} projects are equal across the last bursary by every registered tie-break. "
            "The panel must settle this, with a reason on record, before anything is decided."
        )
    return winners


def announce(
    rows: Sequence[Row], titles: Mapping[str, str], people: Mapping[str, tuple[AwardedPerson, ...]]
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


def settle(decision: Decision, current_basis: str, by: str, now: datetime, before: int) -> Decision:
    """The staged decision applied, `before` being the revision announced last (0 for none).

    Raises:
        Refused: it is not staged, or what it was computed from has changed since.

    """
    if decision.state != "staged":
        raise Refused("There is no staged decision to apply.")
    if decision.basis != current_basis:
        raise Refused("Scores or conflicts have changed since this was staged. Drop it and look.")
    return decision.but(state="applied", settled_by=by, settled_at=now, published=before + 1)


def drop(decision: Decision, by: str, now: datetime) -> Decision:
    """A staged decision given up before it was applied."""
    if decision.state != "staged":
        raise Refused("There is no staged decision to drop.")
    return decision.but(state="dropped", settled_by=by, settled_at=now)
