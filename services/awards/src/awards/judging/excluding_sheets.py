"""Stop waiting for sheets that will not come, or wait for them again."""

from awards.fellows.act import Act
from awards.judging import sheets
from awards.judging.sheets import Sheet
from awards.judging.store import known_judging, load_sheet
from awards.judging.whose_sheet import others_sheet
from awards.panel.colleagues import not_oneself
from awards.panel.conflicts import Pair
from awards.panel.store import load_panellist
from awards.projects.gate import not_by_a_rival
from nextstep_contracts import AlreadySo, Refused


async def exclude(act: Act, pair: Pair, reason: str) -> Sheet:
    """Stop waiting for a sheet."""
    judging, sheet = await others_sheet(act, pair)
    if pair not in judging.expected:
        raise Refused("No sheet is expected from this panellist for this project.")
    return await _exclude(act, sheet, reason)


async def exclude_rest(act: Act, panellist_id: str, reason: str) -> int:
    """Stop waiting for everything that one panellist has not locked; returns how many.

    Sheets on a project that whoever acts must not know of are waited for as before.
    """
    await load_panellist(act.read, act.here, panellist_id)
    judging = await known_judging(act.read, act.here, act.people)
    await not_oneself(act, judging.panel, panellist_id, "excludes their own sheets")
    await not_by_a_rival(act)
    waiting = [one for one in judging.expected_of(panellist_id) if one.waited_for]
    if not waiting:
        raise AlreadySo("No sheet of this panellist is missing.")
    for sheet in waiting:
        await _exclude(act, await load_sheet(act.read, act.here, sheet.pair), reason)
    return len(waiting)


async def _exclude(act: Act, sheet: Sheet, reason: str) -> Sheet:
    excluded = sheets.exclude(sheet, reason, act.by, act.now)
    act.audit("excluded the sheet", sheet.id, reason=reason)
    return await act.save(excluded)


async def include(act: Act, pair: Pair) -> Sheet:
    """Wait for an excluded sheet again."""
    _, excluded = await others_sheet(act, pair)
    sheet = sheets.include(excluded)
    act.audit("included the sheet", sheet.id)
    return await act.save(sheet)
