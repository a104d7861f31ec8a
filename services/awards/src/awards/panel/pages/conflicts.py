"""Conflicts of interest: suggested ones to answer, decided ones to look up."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from awards.fellows.act import Act
from awards.panel.conflicts import KIND_NAMES, Conflict, Suggestion
from awards.panel.deciding_conflicts import confirm_suggestions, decide_conflict
from awards.panel.panel import Panel
from awards.panel.store import known_panel
from awards.web.access import Office, Viewer
from awards.web.acting import awards_of, people_here, perform
from nextstep_web import asks_for_file, column, flash, listing, redirect, render, table_file
from nextstep_web.answers import TABLE_FILES

router = APIRouter(prefix="/awards", tags=["pages"])
Text = Annotated[str, Form()]
HEADER = ("project_id", "project", "panellist_id", "panellist", "kind", "recused", "note", "by")
COLUMNS = [
    column("project", "Project", sort=True),
    column("panellist", "Panellist", sort=True),
    column("kind", "Kind", sort=True),
    column("state", "State", sort=True),
    column("note", "Note"),
    column("at", "When", sort=True),
]


@router.get("/conflicts", responses=TABLE_FILES)
async def conflicts(request: Request, _: Viewer) -> Response:
    """What is suggested, and what was decided."""
    here = awards_of(request)
    panel = await known_panel(here.read, here, people_here(request))
    if asks_for_file(request):
        return await table_file(
            request, "conflicts", HEADER, [_csv_row(panel, c) for c in panel.conflicts]
        )
    keys: dict[str, Any] = {
        "project": lambda one: panel.title_of(one.project_id).casefold(),
        "panellist": lambda one: panel.name_of(one.panellist_id).casefold(),
        "kind": lambda one: one.kind,
        "state": lambda one: not one.effective,
        "at": lambda one: one.at,
    }
    page = listing(request, panel.conflicts, keys, "project")
    return render(
        request,
        "awards/conflicts.html",
        download=HEADER,
        left_out=panel.left_out,
        suggestions=[_suggested(panel, one) for one in panel.suggestions],
        found=page,
        columns=COLUMNS,
        rows=[_row(panel, one) for one in page.rows],
    )


def _suggested(panel: Panel, one: Suggestion) -> dict[str, Any]:
    return {
        "one": one,
        "project": panel.title_of(one.project_id),
        "panellist": panel.name_of(one.panellist_id),
        "kind": KIND_NAMES[one.kind],
    }


def _csv_row(panel: Panel, one: Conflict) -> tuple[Any, ...]:
    return (
        one.project_id,
        panel.title_of(one.project_id),
        one.panellist_id,
        panel.name_of(one.panellist_id),
        one.kind,
        one.effective,
        one.note,
        one.by,
    )


def _row(panel: Panel, one: Conflict) -> dict[str, Any]:
    recused = {"tag": "Recused", "colour": "red"}
    cleared = {"tag": "May judge", "colour": "green"}
    title = panel.title_of(one.project_id)
    return {
        "project": {"text": title, "href": f"/awards/projects/{one.project_id}"},
        "panellist": panel.name_of(one.panellist_id),
        "kind": KIND_NAMES[one.kind],
        "state": recused if one.effective else cleared,
        "note": one.note,
        "at": one.at,
    }


@router.post("/conflicts")
async def decide(
    request: Request,
    office: Office,
    *,
    project_id: Text = "",
    panellist_id: Text = "",
    kind: Text = "",
    decision: Text = "",
    note: Text = "",
) -> Response:
    """Recuse a panellist from a project (`decision=recuse`) or clear them (`decision=clear`)."""

    async def use_case(act: Act) -> Conflict:
        pair, effective = (project_id, panellist_id), decision != "clear"
        return await decide_conflict(act, pair, kind=kind, effective=effective, note=note)

    await perform(request, office, use_case)
    flash(request, "Recorded.")
    return redirect("/awards/conflicts")


@router.post("/conflicts/confirm")
async def confirm_all(request: Request, office: Office) -> Response:
    """Confirm every suggested conflict: the safe answer to all of them at once."""
    number = await perform(request, office, confirm_suggestions)
    flash(request, f"{number} conflicts are confirmed.")
    return redirect("/awards/conflicts")
