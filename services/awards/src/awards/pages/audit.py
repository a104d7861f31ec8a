"""The audit trail: who did what, when and from where, and whether the chain is whole."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards.pages.site import Office, column, site
from nextstep_messaging.audit import ENTRIES, first_break
from nextstep_web import asked, csv_response, render

router = APIRouter(prefix="/awards/audit", tags=["pages"])
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
    read = site(request).messaging.db.read(ENTRIES)
    entries = await read.find({}, sort=[("number", 1)])
    if request.query_params.get("format") == "csv":
        return csv_response("audit.csv", HEADER, [[one[k] for k in HEADER] for one in entries])
    how = asked(request, ("number",), "-number")
    ordered = entries[::-1] if how.descending else entries
    page = how.listing(ordered[how.skip : how.skip + how.per_page], len(entries))
    return render(
        request,
        "awards/audit.html",
        found=page,
        columns=COLUMNS,
        rows=[_row(one) for one in page.rows],
        broken=first_break(entries),
    )


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    said = {k: v for k, v in (entry["details"] or {}).items() if v}
    hint = "; ".join(f"{key}: {value}" for key, value in said.items())
    return {
        "number": entry["number"],
        "at": entry["at"][:19].replace("T", " "),
        "who": entry["who"],
        "what": {"text": f"{entry['action']} {entry['about']}", "hint": hint},
        "where": entry["where"],
    }
