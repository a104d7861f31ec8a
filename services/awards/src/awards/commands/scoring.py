"""Register the method, open scoring, and everything that happens to a score sheet.

No gate joins a lock to the decision: a decision is refused while any expected sheet is open, so a
lock either comes first and counts, or comes after and shows as a change to the decided result.
"""

from collections.abc import Mapping

from awards import decision, panel, sheets, store
from awards.commands import events
from awards.commands.act import Act
from awards.decision import Scoring
from awards.fellows import Fellow
from awards.method import Method
from awards.panel import Conflict, Pair, Panellist
from awards.projects import Project, competes
from awards.sheets import Sheet
from nextstep_contracts import NoSuch, Refused


async def register_method(act: Act) -> Scoring:
    """Put the cohort file's method on record."""
    scoring = await store.load_scoring(act.read, act.terms)
    scoring = decision.register(scoring, act.terms.method, act.who, act.now)
    mark = act.terms.method.fingerprint
    await act.note("registered the method", scoring.id, fingerprint=mark)
    return await act.save(scoring)


async def open_scoring(act: Act) -> Scoring:
    """Let the panel write, which freezes the method."""
    board = await store.load_board(act.read, act.terms)
    scoring = decision.open_scoring(
        board.scoring, act.terms.method, board.opening_problems, act.now
    )
    await act.note("opened scoring", scoring.id)
    return await act.save(scoring)


async def score(
    act: Act,
    pair: Pair,
    scores: Mapping[str, int],
    comment: str,
    *,
    lock: bool,
) -> Sheet:
    """Write a sheet and, if asked, lock it. The same locked sheet sent again changes nothing."""
    panellist = await _judge(act, pair)
    method = await _open_method(act)
    sheet = await _sheet(act, pair)
    if lock and sheets.repeats(sheet, scores, comment):
        return sheet
    sheet = sheets.write(sheet, method, scores, comment)
    if lock:
        sheet = sheets.lock(sheet, method, act.now)
        act.publish(events.scored(sheet, method, panellist))
        await act.note("locked the sheet", sheet.id, revision=sheet.revision)
    return await act.save(sheet)


async def unlock(act: Act, pair: Pair, reason: str) -> Sheet:
    """Open a locked sheet for correction by its panellist."""
    sheet = sheets.unlock(await _sheet(act, pair), reason, act.who, act.now)
    await act.note("opened for correction the sheet", sheet.id, reason=reason)
    return await act.save(sheet)


async def exclude(act: Act, pair: Pair, reason: str) -> Sheet:
    """Stop waiting for a sheet."""
    board = await store.load_board(act.read, act.terms)
    if pair not in board.expected:
        raise Refused("No sheet is expected from this panellist for this project.")
    return await _exclude(act, board.sheet(pair), reason)


async def exclude_rest(act: Act, panellist_id: str, reason: str) -> int:
    """Stop waiting for everything that one panellist has not locked; returns how many."""
    board = await store.load_board(act.read, act.terms)
    waiting = [board.sheet(pair) for pair in board.outstanding if pair[1] == panellist_id]
    if not waiting:
        raise Refused("No sheet of this panellist is missing.")
    for sheet in waiting:
        await _exclude(act, sheet, reason)
    return len(waiting)


async def _exclude(act: Act, sheet: Sheet, reason: str) -> Sheet:
    excluded = sheets.exclude(sheet, reason, act.who, act.now)
    await act.note("excluded the sheet", sheet.id, reason=reason)
    return await act.save(excluded)


async def include(act: Act, pair: Pair) -> Sheet:
    """Wait for an excluded sheet again."""
    sheet = sheets.include(await _sheet(act, pair))
    await act.note("included the sheet", sheet.id)
    return await act.save(sheet)


async def _sheet(act: Act, pair: Pair) -> Sheet:
    known = await store.get(act.read, Sheet, panel.conflict_id(pair))
    return known or sheets.blank(act.cohort, pair)


async def _open_method(act: Act) -> Method:
    scoring = await store.load_scoring(act.read, act.terms)
    if not scoring.open:
        raise Refused("Scoring has not been opened yet.")
    return scoring.registered()


async def _judge(act: Act, pair: Pair) -> Panellist:
    """The panellist, if they may know of the project.

    Raises:
        NoSuch: there is no such project for them, whatever the reason.

    """
    project = await store.get(act.read, Project, pair[0])
    panellist = await store.get(act.read, Panellist, pair[1])
    if project is None or panellist is None or not panellist.judges:
        raise NoSuch("There is no such project.")
    authors = await store.find(act.read, Fellow, {"_id": {"$in": list(project.authors)}})
    fellows = {one.id: one for one in authors}
    known = await store.get(act.read, Conflict, panel.conflict_id(pair))
    decided = [known] if known else []
    undecided = panel.suggestions([project], [panellist], decided, fellows)
    if panel.recused(decided, undecided) or not competes(project, fellows):
        raise NoSuch("There is no such project.")
    return panellist
