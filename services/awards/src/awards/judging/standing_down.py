"""Take somebody off the panel, which their sheets may forbid."""

from awards.fellows.act import Act
from awards.fellows.records import find
from awards.fellows.typed_text import required
from awards.judging.sheets import Sheet
from awards.panel.colleagues import needs_to_know_all, not_oneself
from awards.panel.panellists import Panellist, StandDown
from awards.panel.store import known_panel, load_panellist
from awards.projects.gate import change_what_is_judged
from nextstep_contracts import AccessEnded, AlreadySo, Refused
from nextstep_web import access_ended


async def stand_down(act: Act, panellist_id: str, reason: str) -> Panellist:
    """Take somebody off the panel who has not locked a sheet."""
    text = required(reason, "Say why the panellist stands down")
    panellist = await load_panellist(act.read, act.here, panellist_id)
    panel = await known_panel(act.read, act.here, act.people)
    await not_oneself(act, panel, panellist_id, "takes themselves off the panel")
    await needs_to_know_all(act, panel, whole=not panel.left_out)
    if not panellist.judges:
        raise AlreadySo("This panellist has stood down already.")
    written = await find(act.read, Sheet, {"panellist_id": panellist_id})
    if any(one.revision for one in written):
        raise Refused("This panellist has locked sheets, which count. Exclude the missing ones.")
    await change_what_is_judged(act)
    act.audit("stood down the panellist", panellist_id, reason=text)
    over = AccessEnded(who=panellist_id, before=act.now, reason="left")
    await access_ended.end(act.uow, over)
    leaving = StandDown(reason=text, by=act.by, at=act.now)
    return await act.save(panellist.but(stood_down=leaving))
