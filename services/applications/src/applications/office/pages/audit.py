"""The audit trail: who changed what, when and from where, and whether the chain is whole."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from applications.review.pages.parts import hidden_ids
from applications.web.acting import Reader, application_path, column, site
from nextstep_messaging.operating.audit import ENTRIES, first_break
from nextstep_web import asked, csv_response, render
from nextstep_web.display import short_moment

router = APIRouter(prefix="/applications/audit", tags=["pages"])
COLUMNS = [
    column("number", "No.", sort=True),
    column("at", "When"),
    column("who", "Who"),
    column("action", "What"),
    column("why", "Why"),
    column("where", "From"),
]
ABOUT_THE_COHORT = {
    "add-reviewer",
    "stand-down-reviewer",
    "deal-reviews",
    "stage-by-rank",
    "drop-drafts",
    "apply-drafts",
}
HEADER = ("number", "at", "who", "where", "action", "about", "details", "previous", "hash")


@router.get("")
async def trail(request: Request, reader: Reader) -> Response:
    """The trail, the latest first."""
    entries = await site(request).db.read(ENTRIES).find({}, sort=[("number", 1)])
    broken = first_break(entries)
    hidden = await hidden_ids(site(request), reader)
    entries = [_without_details(one) if one["about"] in hidden else one for one in entries]
    if request.query_params.get("format") == "csv":
        return csv_response("audit.csv", HEADER, [[one[key] for key in HEADER] for one in entries])
    how = asked(request, ("number",), "-number")
    ordered = entries[::-1] if how.descending else entries
    page = ordered[how.skip : how.skip + how.per_page]
    return render(
        request,
        "applications/audit.html",
        found=how.listing(page, len(entries)),
        columns=COLUMNS,
        rows=[_cells(entry) for entry in page],
        broken=broken,
    )


def _without_details(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry about an application that a conflict hides from its reader."""
    return entry | {"about": "hidden: conflict of interest", "details": {}}


def _cells(entry: dict[str, Any]) -> dict[str, Any]:
    details = entry["details"] or {}
    about = _path(entry["action"], entry["about"])
    if entry["action"] in ABOUT_THE_COHORT:
        about = "/applications/selection"
    return {
        "number": entry["number"],
        "at": short_moment(datetime.fromisoformat(entry["at"])),
        "who": entry["who"],
        "action": {"text": entry["action"], "href": about},
        "why": details.get("why"),
        "where": entry["where"],
    }


def _path(action: str, about: str) -> str:
    """The page of what was changed."""
    if action == "replay" or action.endswith("-receipt"):
        return f"/applications/receipts/{about}"
    pages = {
        "change-map": f"/applications/maps/{about.partition(':')[0]}",
        "replay-all": f"/applications/quarantine/source/{about}",
        "reconcile": "/applications/reconciliation",
        "change-places": "/applications/ledger",
        **dict.fromkeys(("save-view", "change-view", "delete-view"), "/applications/views"),
    }
    return pages.get(action, application_path(about))
