"""The audit trail: who did what, when and from where, and whether the chain is whole."""

from typing import Any

from fastapi import APIRouter, Request, Response

from awards.board import Board
from awards.pages.site import Office, column, site
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
    read = site(request).messaging.db.read(ENTRIES)
    entries = await read.find({}, sort=[("number", 1)])
    if request.query_params.get("format") == "csv":
        return csv_response("audit.csv", HEADER, [[one[k] for k in HEADER] for one in entries])
    how = asked(request, ("number",), "-number")
    ordered = entries[::-1] if how.descending else entries
    page = how.listing(ordered[how.skip : how.skip + how.per_page], len(entries))
    board = await site(request).board()
    return render(
        request,
        "awards/audit.html",
        found=page,
        columns=COLUMNS,
        rows=[_row(board, one) for one in page.rows],
        broken=first_break(entries),
    )


def _brief(value: Any) -> str:
    """A detail short enough for a table; the file has it whole."""
    text = f"{len(value)} entries" if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _called(board: Board, key: str) -> str:
    """What people call the thing or person with this id; a pair is a sheet or a conflict."""
    if key in board.projects:
        return f"“{board.projects[key].title}”"
    if key in board.panellists:
        return board.panellists[key].name
    if key in board.fellows:
        return board.fellows[key].name
    left, colon, right = key.partition(":")
    known = board.projects.keys() | board.panellists.keys()
    if colon and left in known and right in known:
        return f"{_called(board, left)} and {_called(board, right)}"
    return key


def _row(board: Board, entry: dict[str, Any]) -> dict[str, Any]:
    said = {k: v for k, v in (entry["details"] or {}).items() if v}
    hint = "; ".join(f"{key}: {_brief(value)}" for key, value in said.items())
    return {
        "number": entry["number"],
        "at": entry["at"][:19].replace("T", " "),
        "who": _called(board, entry["who"]),
        "what": {"text": f"{entry['action']} {_called(board, entry['about'])}", "hint": hint},
        "where": entry["where"],
    }
