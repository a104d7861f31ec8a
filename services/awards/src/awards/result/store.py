"""Decisions on record, and the result that they are made from."""

from awards.fellows.act import Awards
from awards.fellows.records import Reader, find
from awards.judging.store import load_judging
from awards.result.decision import AwardsDecision
from awards.result.result import Result
from nextstep_messaging import Collection

COLLECTIONS = (Collection(AwardsDecision.collection),)


async def load_result(read: Reader, here: Awards) -> Result:
    """The cohort's result, with all that it follows from."""
    decisions = await find(read, AwardsDecision, {"cohort": here.cohort.id})
    return Result(
        judging=await load_judging(read, here),
        decisions=tuple(sorted(decisions, key=lambda one: one.revision)),
    )
