"""Judging on record: the gate with the method, and the sheets."""

from collections.abc import Sequence

from awards.fellows.act import Awards
from awards.fellows.records import Reader, find, get
from awards.judging.blindness import known_to
from awards.judging.judging import Judging
from awards.judging.method import Method, method_of
from awards.judging.scoring import Scoring
from awards.judging.sheets import Sheet, blank
from awards.panel.conflicts import Pair, pair_id
from awards.panel.reader import panellists_who_are
from awards.panel.store import closed_to_them, load_panel
from nextstep_messaging import Actor, Collection, Index

COLLECTIONS = (
    Collection(Sheet.collection, (Index([("project_id", 1)]), Index([("panellist_id", 1)]))),
    Collection(Scoring.collection),
)


def current_method(here: Awards) -> Method:
    """The method that the cohort file defines now."""
    return method_of(here.cohort, here.minimum_judges)


async def load_scoring(read: Reader, here: Awards) -> Scoring:
    """The state of the cohort's judging, new if nothing was decided yet."""
    return await get(read, Scoring, here.cohort.id) or Scoring(id=here.cohort.id)


async def load_sheet(read: Reader, here: Awards, pair: Pair) -> Sheet:
    """The pair's sheet, blank if nothing was written."""
    return await get(read, Sheet, pair_id(pair)) or blank(here.cohort.id, pair)


async def load_judging(read: Reader, here: Awards) -> Judging:
    """The cohort's judging: at most a few hundred small documents.

    For rules. What somebody is shown is made from `known_judging`.
    """
    sheets = await find(read, Sheet, {"cohort": here.cohort.id})
    return Judging(
        panel=await load_panel(read, here),
        current_method=current_method(here),
        scoring=await load_scoring(read, here),
        sheets={one.pair: one for one in sheets},
    )


async def known_judging(read: Reader, here: Awards, people: Sequence[Actor]) -> Judging:
    """The cohort's judging as these people may know it (see `people_here`)."""
    judging = await load_judging(read, here)
    reader = panellists_who_are(judging.panel.panellists.values(), people)
    return known_to(judging, reader, await closed_to_them(read, people))
