"""What a panellist may not see of the others' scores: nothing, until the own sheet is locked."""

from awards.judging.judging import Judging
from awards.judging.sheets import Sheet
from awards.panel.conflicts import Pair


def others(judging: Judging, pair: Pair) -> tuple[Sheet, ...]:
    """The other panellists' locked sheets on a project, once one's own is locked."""
    if pair not in judging.expected or judging.sheet(pair).state != "locked":
        return ()
    project_id, own = pair
    found = (judging.sheet(one) for one in judging.expected if one[0] == project_id)
    return tuple(one for one in found if one.locked_at and one.panellist_id != own)
