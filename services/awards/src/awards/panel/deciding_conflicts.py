"""Confirm, record, dismiss or lift a conflict of interest. Nobody does that to their own."""

from awards.fellows.act import Act
from awards.fellows.records import get
from awards.panel.colleagues import not_oneself
from awards.panel.conflicts import Conflict, Pair, check_kind, decided, pair_id
from awards.panel.store import known_panel, load_panellist
from awards.projects.gate import change_what_is_judged
from nextstep_contracts import NoSuch, Refused


async def declare_conflict(act: Act, pair: Pair, *, kind: str, note: str = "") -> Conflict:
    """A panellist says that they must not judge a project, and is kept from it at once."""
    await change_what_is_judged(act)
    return await _decide(act, pair, kind, effective=True, note=note)


async def declared_by_them(act: Act, pair: Pair, *, kind: str, note: str) -> bool:
    """Whether they themselves have said just this, and nobody has lifted it since."""
    known = await get(act.read, Conflict, pair_id(pair))
    if known is None or not known.effective:
        return False
    return (known.kind, known.note, known.by) == (kind, note.strip(), act.by)


async def decide_conflict(
    act: Act, pair: Pair, *, kind: str, effective: bool, note: str = ""
) -> Conflict:
    """Recuse the panellist from the project (`effective`), or clear them.

    Raises:
        NoSuch: there is no such project for whoever decides, or no such panellist.
        Refused: it is their own conflict, the panellist would judge a project of their own, or
            nothing says why.

    """
    panel = await known_panel(act.read, act.here, act.people)
    if pair[0] not in panel.projects:
        raise NoSuch("There is no such project.")
    await load_panellist(act.read, act.here, pair[1])
    await not_oneself(act, panel, pair[1], "decides a conflict of their own")
    if not effective and panel.is_an_author(pair):
        raise Refused("Nobody judges their own project: an author of this one has their address.")
    await change_what_is_judged(act)
    return await _decide(act, pair, kind, effective=effective, note=note)


async def confirm_suggestions(act: Act) -> int:
    """Recuse every panellist from what the suggestions name; returns how many there were.

    Those that whoever confirms must not know of, their own among them, wait for somebody else.
    """
    suggestions = (await known_panel(act.read, act.here, act.people)).suggestions
    await change_what_is_judged(act)
    for one in suggestions:
        await _decide(act, one.pair, one.kind, effective=True, note=one.note)
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
