"""What a person must not know, and the judging as they may know it.

The one place for this rule. Pages, lists, counts, files and refusals are made from what `known_to`
leaves, so they cannot say more:

- a project from which a conflict of interest keeps them, or a suggested one that nobody has
  answered, does not exist: no title, author, sheet, score, rank or conflict of anybody with it;
- nor does anybody with whom they had a conflict when that person applied, nor their project;
- what others' sheets on a project say, until their own is locked;
- any comparison of projects, until all their own sheets are locked;
- any order of projects and any decision before it is announced, while anything is kept from them.

That a Fellow has or has not handed in some project is none of this: it decides who graduates.

It hangs on the person, not on a role: whoever is on the panel and works in the office as well sees
what the office sees, except for this.
"""

from collections.abc import Mapping
from dataclasses import replace

from awards.judging.judging import Judging
from awards.judging.sheets import Sheet
from awards.panel.conflicts import Pair
from awards.panel.panel import Panel


def known_to(
    judging: Judging, reader: frozenset[str], closed: frozenset[str] = frozenset()
) -> Judging:
    """The judging as somebody may know it who is these panellists; all of it, if they are none.

    `closed` are people with whom they had a conflict when these applied: see `Panel.known_to`.
    """
    if not reader and not closed:
        return judging
    panel = judging.panel.known_to(reader, closed)
    unlocked = _own_not_locked(judging, panel)
    return replace(
        judging,
        panel=panel,
        sheets=_sheets(judging.sheets, panel, unlocked),
        blind=any(one.id in unlocked for one in panel.competing),
    )


def _own_not_locked(judging: Judging, panel: Panel) -> frozenset[str]:
    """The projects on which the reader, if still a judge, has no locked sheet."""
    judges = [one.id for one in panel.judges if one.id in panel.reader]
    return frozenset(
        project
        for project in panel.projects
        if any(judging.sheet((project, one)).state != "locked" for one in judges)
    )


def _sheets(
    sheets: Mapping[Pair, Sheet], panel: Panel, unlocked: frozenset[str]
) -> dict[Pair, Sheet]:
    return {
        (project, judge): sheet.sealed
        if project in unlocked and judge not in panel.reader
        else sheet
        for (project, judge), sheet in sheets.items()
        if project in panel.projects
    }


def others(judging: Judging, pair: Pair) -> tuple[Sheet, ...]:
    """The other panellists' sheets on a project, once its judge has locked their own."""
    if pair not in judging.expected or judging.sheet(pair).state != "locked":
        return ()
    project_id, own = pair
    found = (judging.sheet(one) for one in judging.expected if one[0] == project_id)
    return tuple(one for one in found if one.readable and one.panellist_id != own)
