"""The audit trail: who sent what again, when, why and from where, and whether it is whole."""

from typing import Any

from fastapi import APIRouter, Request, Response

from nextstep_messaging.operating.audit import ENTRIES, first_break
from nextstep_web import asked, csv_response, render
from notifications.delivery.states import when
from notifications.hearing.act import notifications_of
from notifications.hearing.moments import as_utc
from notifications.office.access import Reader
from notifications.office.pages.cells import column, email_path

router = APIRouter(prefix="/notifications/audit", tags=["pages"])

COLUMNS = [
    column("number", "No.", sort=True),
    column("at", "When"),
    column("who", "Who"),
    column("action", "What"),
    column("why", "Why"),
    column("where", "From"),
]
HEADER = ("number", "at", "who", "where", "action", "about", "details", "previous", "hash")


@router.get("")
async def trail(request: Request, _: Reader) -> Response:
    """The trail, the latest first."""
    entries = await notifications_of(request).db.read(ENTRIES).find({}, sort=[("number", 1)])
    if request.query_params.get("format") == "csv":
        return csv_response("audit.csv", HEADER, [[one[key] for key in HEADER] for one in entries])
    how = asked(request, ("number",), "-number")
    ordered = entries[::-1] if how.descending else entries
    page = ordered[how.skip : how.skip + how.per_page]
    return render(
        request,
        "notifications/audit.html",
        found=how.listing(page, len(entries)),
        columns=COLUMNS,
        rows=[_cells(entry) for entry in page],
        broken=first_break(entries),
    )


def _cells(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": entry["number"],
        "at": when(as_utc(entry["at"])),
        "who": entry["who"],
        "action": {"text": entry["action"], "href": email_path(entry["about"])},
        "why": (entry["details"] or {}).get("reason"),
        "where": entry["where"],
    }
