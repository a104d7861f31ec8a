"""How score sheets show in tables and files."""

from typing import Any

from awards.judging.judging import Judging
from awards.judging.method import Method
from awards.judging.sheets import STATE_NAMES, Sheet

COLOURS = {"missing": "grey", "draft": "yellow", "locked": "green", "excluded": "orange"}
RECUSED = {"tag": "Recused", "colour": "red"}


def sheet_tag(sheet: Sheet) -> dict[str, Any]:
    """The tag of the state that a sheet is in."""
    return {"tag": STATE_NAMES[sheet.state], "colour": COLOURS[sheet.state]}


def sheet_total(method: Method, sheet: Sheet) -> int | None:
    """The weighted total, once the sheet is locked, for whoever may read it."""
    return method.total(sheet.scores) if sheet.readable else None


def csv_header(method: Method) -> tuple[str, ...]:
    """The columns of a file of sheets."""
    points = (f"points_{key}" for key in method.keys)
    return (
        "project_id",
        "project",
        "panellist_id",
        "panellist",
        "organisation",
        "state",
        "counts",
        *points,
        "total",
        "revision",
        "locked_at",
        "reason",
        "comment",
    )


def csv_row(judging: Judging, sheet: Sheet) -> tuple[Any, ...]:
    """One sheet; points, total and comment only once it is locked, for whoever may read it."""
    panel, method = judging.panel, judging.method
    panellist = panel.panellists[sheet.panellist_id]
    locked = sheet.locked_at is not None
    return (
        sheet.project_id,
        panel.projects[sheet.project_id].title,
        sheet.panellist_id,
        panellist.name,
        panellist.organisation,
        "recused" if sheet.pair in panel.recused else sheet.state,
        locked and sheet.pair in judging.expected,
        *(sheet.scores.get(key) if locked else None for key in method.keys),
        sheet_total(method, sheet),
        sheet.revision or None,
        sheet.locked_at.isoformat() if sheet.locked_at else None,
        sheet.excluded.reason if sheet.excluded else "",
        sheet.comment if locked else "",
    )
