"""Record how the panel settled a tie across the last bursary."""

from collections.abc import Sequence

from awards.fellows.act import Act
from awards.judging.scoring import Scoring, TieResolution
from awards.result import tie
from awards.result.store import load_result


async def resolve_tie(act: Act, order: Sequence[str], reason: str) -> Scoring:
    """Put the panel's order of the tied projects on record, with its reason."""
    result = await load_result(act.read, act.here)
    resolution = TieResolution(order=tuple(order), reason=reason.strip(), by=act.by, at=act.now)
    scoring = tie.resolve_tie(
        result.judging.scoring, result.rows, resolution, result.deciding_problems
    )
    act.audit("settled the tie", scoring.id, order=list(order), reason=reason)
    return await act.save(scoring)
