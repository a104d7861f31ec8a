"""The sheets that somebody in the office may open, exclude and include: others', not their own."""

from awards.fellows.act import Act
from awards.judging.judging import Judging
from awards.judging.sheets import Sheet
from awards.judging.store import known_judging, load_sheet
from awards.panel.colleagues import not_oneself
from awards.panel.conflicts import Pair
from awards.projects.gate import not_by_a_rival
from nextstep_contracts import NoSuch


async def others_sheet(act: Act, pair: Pair) -> tuple[Judging, Sheet]:
    """The judging as whoever acts knows it, and the pair's sheet as it is stored.

    Raises:
        NoSuch: there is no such sheet for them, whatever the reason.
        Refused: it is their own, or they have a project of their own beside it.

    """
    judging = await known_judging(act.read, act.here, act.people)
    if pair[0] not in judging.panel.projects or pair[1] not in judging.panel.panellists:
        raise NoSuch("There is no such sheet.")
    await not_oneself(act, judging.panel, pair[1], "opens, excludes or includes their own sheet")
    await not_by_a_rival(act)
    return judging, await load_sheet(act.read, act.here, pair)
