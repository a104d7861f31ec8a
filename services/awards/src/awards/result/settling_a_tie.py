"""Record how the panel settled a tie across the last bursary."""

from collections.abc import Sequence

from awards.fellows.act import Act
from awards.judging.scoring import Scoring, TieResolution
from awards.panel.colleagues import needs_to_know_all
from awards.result import tie
from awards.result.store import known_result


async def resolve_tie(act: Act, order: Sequence[str], reason: str) -> Scoring:
    """Put the panel's order of the tied projects on record, with its reason."""
    result = await known_result(act.read, act.here, act.people)
    await needs_to_know_all(act, result.judging.panel, whole=result.judging.whole)
    resolution = TieResolution(order=tuple(order), reason=reason.strip(), by=act.by, at=act.now)
    scoring = tie.resolve_tie(
        result.judging.scoring, result.rows, resolution, result.deciding_problems
    )
    act.audit("settled the tie", scoring.id, order=list(order), reason=reason)
    return await act.save(scoring)
