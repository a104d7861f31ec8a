"""Decisions on record, and the result that they are made from."""

from collections.abc import Sequence

from awards.fellows.act import Awards
from awards.fellows.records import Reader, find
from awards.judging.store import load_judging
from awards.panel.reader import panellists_who_are
from awards.panel.store import closed_to_them
from awards.result.decision import AwardsDecision
from awards.result.result import Result
from nextstep_messaging import Actor, Collection

COLLECTIONS = (Collection(AwardsDecision.collection),)


async def load_result(read: Reader, here: Awards) -> Result:
    """The cohort's result, with all that it follows from.

    For rules. What somebody is shown is made from `known_result`.
    """
    decisions = await find(read, AwardsDecision, {"cohort": here.cohort.id})
    return Result(
        judging=await load_judging(read, here),
        decisions=tuple(sorted(decisions, key=lambda one: one.revision)),
    )


async def known_result(read: Reader, here: Awards, people: Sequence[Actor]) -> Result:
    """The cohort's result as these people may know it (see `people_here`)."""
    result = await load_result(read, here)
    reader = panellists_who_are(result.judging.panel.panellists.values(), people)
    return result.known_to(reader, await closed_to_them(read, people))
