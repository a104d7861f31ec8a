"""A tie across the last bursary, which only the panel can settle."""

from collections.abc import Sequence

from awards.fellows.typed_text import required
from awards.judging.method import Method
from awards.judging.scoring import Scoring, TieResolution
from awards.result.ranking import RankingRow, awarded, contested
from nextstep_contracts import Refused


def resolve_tie(
    scoring: Scoring, rows: Sequence[RankingRow], resolution: TieResolution, problems: Sequence[str]
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
    method: Method, rows: Sequence[RankingRow], resolution: TieResolution | None
) -> tuple[RankingRow, ...]:
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
