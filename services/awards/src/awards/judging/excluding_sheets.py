"""Stop waiting for sheets that will not come, or wait for them again."""

from awards.fellows.act import Act
from awards.judging import sheets
from awards.judging.sheets import Sheet
from awards.judging.store import load_judging, load_sheet
from awards.panel.conflicts import Pair
from nextstep_contracts import Refused


async def exclude(act: Act, pair: Pair, reason: str) -> Sheet:
    """Stop waiting for a sheet."""
    judging = await load_judging(act.read, act.here)
    if pair not in judging.expected:
        raise Refused("No sheet is expected from this panellist for this project.")
    return await _exclude(act, judging.sheet(pair), reason)


async def exclude_rest(act: Act, panellist_id: str, reason: str) -> int:
    """Stop waiting for everything that one panellist has not locked; returns how many."""
    judging = await load_judging(act.read, act.here)
    waiting = [one for one in judging.expected_of(panellist_id) if one.waited_for]
    if not waiting:
        raise Refused("No sheet of this panellist is missing.")
    for sheet in waiting:
        await _exclude(act, sheet, reason)
    return len(waiting)


async def _exclude(act: Act, sheet: Sheet, reason: str) -> Sheet:
    excluded = sheets.exclude(sheet, reason, act.by, act.now)
    act.audit("excluded the sheet", sheet.id, reason=reason)
    return await act.save(excluded)


async def include(act: Act, pair: Pair) -> Sheet:
    """Wait for an excluded sheet again."""
    sheet = sheets.include(await load_sheet(act.read, act.here, pair))
    act.audit("included the sheet", sheet.id)
    return await act.save(sheet)
