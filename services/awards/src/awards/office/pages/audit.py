"""The audit trail: who did what, when and from where, and whether the chain is whole."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards.panel.panel import Panel
from awards.panel.store import load_panel
from awards.web.access import Office
from awards.web.acting import awards_of
from awards.web.tables_and_forms import column
from nextstep_messaging.operating.audit import ENTRIES, first_break
from nextstep_web import asked, csv_response, render

router = APIRouter(prefix="/awards/audit", tags=["pages"])
LONGEST = 24
"""Characters of a detail on the page: fingerprints and ids do not break across lines."""
COLUMNS = [
    column("number", "Number"),
    column("at", "When", sort=False),
    column("who", "Who", sort=False),
    column("what", "What", sort=False),
    column("where", "From", sort=False),
]
HEADER = ("number", "at", "who", "where", "action", "about", "details", "hash")


@router.get("")
async def trail(request: Request, _: Office) -> Response:
    """The latest entries first."""
    here = awards_of(request)
    entries = await here.read(ENTRIES).find({}, sort=[("number", 1)])
    if request.query_params.get("format") == "csv":
        return csv_response("audit.csv", HEADER, [[one[k] for k in HEADER] for one in entries])
    how = asked(request, ("number",), "-number")
    ordered = entries[::-1] if how.descending else entries
    page = how.listing(ordered[how.skip : how.skip + how.per_page], len(entries))
    panel = await load_panel(here.read, here)
    return render(
        request,
        "awards/audit.html",
        found=page,
        columns=COLUMNS,
        rows=[_row(panel, one) for one in page.rows],
        broken=first_break(entries),
    )


def _brief(value: Any) -> str:
    """A detail short enough for a table; the file has it whole."""
    text = f"{len(value)} entries" if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _called(panel: Panel, key: str) -> str:
    """What people call the thing or person with this id; a pair is a sheet or a conflict."""
    if key in panel.projects:
        return f"“{panel.projects[key].title}”"
    if key in panel.panellists:
        return panel.panellists[key].name
    if key in panel.fellows:
        return panel.fellows[key].name
    left, colon, right = key.partition(":")
    known = panel.projects.keys() | panel.panellists.keys()
    if colon and left in known and right in known:
        return f"{_called(panel, left)} and {_called(panel, right)}"
    return key


def _row(panel: Panel, entry: dict[str, Any]) -> dict[str, Any]:
    said = {k: v for k, v in (entry["details"] or {}).items() if v}
    hint = "; ".join(f"{key}: {_brief(value)}" for key, value in said.items())
    return {
        "number": entry["number"],
        "at": entry["at"][:19].replace("T", " "),
        "who": _called(panel, entry["who"]),
        "what": {"text": f"{entry['action']} {_called(panel, entry['about'])}", "hint": hint},
        "where": entry["where"],
    }
