"""Confirm, record, dismiss or lift a conflict of interest."""

from awards.fellows.act import Act
from awards.fellows.records import get
from awards.panel.conflicts import Conflict, Pair, check_kind, decided, pair_id
from awards.panel.store import load_panel, load_panellist
from awards.projects.gate import change_what_is_judged
from awards.projects.store import load_project


async def decide_conflict(
    act: Act, pair: Pair, *, kind: str, effective: bool, note: str = ""
) -> Conflict:
    """Recuse the panellist from the project (`effective`), or clear them."""
    await load_project(act.read, pair[0])
    await load_panellist(act.read, pair[1])
    await change_what_is_judged(act)
    return await _decide(act, pair, kind, effective=effective, note=note)


async def confirm_suggestions(act: Act) -> int:
    """Recuse every panellist from what the suggestions name; returns how many there were."""
    suggestions = (await load_panel(act.read, act.here)).suggestions
    await change_what_is_judged(act)
    for one in suggestions:
        await _decide(act, one.pair, one.kind, effective=True, note=one.why)
    return len(suggestions)


async def _decide(act: Act, pair: Pair, kind: str, *, effective: bool, note: str) -> Conflict:
    wanted = Conflict(
        id=pair_id(pair),
        cohort=act.cohort.id,
        project_id=pair[0],
        panellist_id=pair[1],
        kind=check_kind(kind),
        effective=effective,
        note=note.strip(),
        by=act.by,
        at=act.now,
    )
    conflict = decided(await get(act.read, Conflict, wanted.id), wanted)
    act.audit("recused" if effective else "cleared", conflict.id, kind=kind, note=note)
    return await act.save(conflict)
