"""Take somebody off the panel, which their sheets may forbid."""

from awards.fellows.act import Act
from awards.fellows.records import find
from awards.fellows.typed_text import required
from awards.judging.sheets import Sheet
from awards.panel.panellists import Panellist, StandDown
from awards.panel.store import load_panellist
from awards.projects.gate import change_what_is_judged
from nextstep_contracts import Refused


async def stand_down(act: Act, panellist_id: str, reason: str) -> Panellist:
    """Take somebody off the panel who has not locked a sheet."""
    text = required(reason, "Say why the panellist stands down")
    panellist = await load_panellist(act.read, panellist_id)
    if not panellist.judges:
        raise Refused("This panellist has stood down already.")
    written = await find(act.read, Sheet, {"panellist_id": panellist_id})
    if any(one.revision for one in written):
        raise Refused("This panellist has locked sheets, which count. Exclude the missing ones.")
    await change_what_is_judged(act)
    act.audit("stood down the panellist", panellist_id, reason=text)
    leaving = StandDown(reason=text, by=act.by, at=act.now)
    return await act.save(panellist.but(stood_down=leaving))
