"""A panellist writes a score sheet and locks it; the office opens it for correction.

No gate joins a lock to the decision: a decision is refused while any expected sheet is open, so a
lock either comes first and counts, or comes after and shows as a change to the decided result.
"""

from collections.abc import Mapping

from awards.fellows.act import Act
from awards.judging import sheets
from awards.judging.method import Method
from awards.judging.sheets import Sheet
from awards.judging.store import load_scoring, load_sheet
from awards.judging.whose_sheet import others_sheet
from awards.panel.conflicts import Pair
from awards.panel.panellists import Panellist
from awards.panel.store import known_panel
from nextstep_contracts import NoSuch, ProjectScored, Refused


async def score(
    act: Act, pair: Pair, scores: Mapping[str, int], comment: str, *, lock: bool
) -> Sheet:
    """Write a sheet and, if asked, lock it. The same locked sheet sent again changes nothing."""
    panellist = await _judge(act, pair)
    method = await _open_method(act)
    sheet = await load_sheet(act.read, act.here, pair)
    if lock and sheets.repeats(sheet, scores, comment):
        return sheet
    sheet = sheets.write(sheet, method, scores, comment)
    if lock:
        sheet = sheets.lock(sheet, method, act.now)
        act.uow.publish(_scored(sheet, method, panellist))
        act.audit("locked the sheet", sheet.id, revision=sheet.revision)
    return await act.save(sheet)


async def unlock(act: Act, pair: Pair, reason: str) -> Sheet:
    """Open a locked sheet for correction by its panellist."""
    _, locked = await others_sheet(act, pair)
    opened = sheets.unlock(locked, reason, act.by, act.now)
    act.audit("opened for correction the sheet", opened.id, reason=reason)
    return await act.save(opened)


async def _judge(act: Act, pair: Pair) -> Panellist:
    """The panellist, if they may know of the project.

    Raises:
        NoSuch: there is no such project for them, whatever the reason.

    """
    panel = await known_panel(act.read, act.here, act.people)
    panellist = panel.panellists.get(pair[1])
    known = panel.visible_to(pair[1])
    if panellist is None or not panellist.judges or pair[0] not in {one.id for one in known}:
        raise NoSuch("There is no such project.")
    return panellist


async def _open_method(act: Act) -> Method:
    scoring = await load_scoring(act.read, act.here)
    if not scoring.open:
        raise Refused("Scoring has not been opened yet.")
    return scoring.registered()


def _scored(sheet: Sheet, method: Method, panellist: Panellist) -> ProjectScored:
    return ProjectScored(
        cohort=sheet.cohort,
        revision=sheet.revision,
        project_id=sheet.project_id,
        panellist_id=sheet.panellist_id,
        organisation=panellist.organisation,
        scores=sheet.scores,
        total=float(method.total(sheet.scores)),
    )
