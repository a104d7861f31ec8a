"""Fellows and where they stand: the list, and the same as a table."""

from fastapi import APIRouter, Request, Response

from nextstep_web import csv_response, listing, render
from scheduling.completion.rules import STATE_WORDS
from scheduling.completion.standing import WORST_FIRST
from scheduling.fellows.access import Here, Reader
from scheduling.office.overview import FellowRow, look
from scheduling.office.pages.cells import fellow_cells

router = APIRouter(prefix="/scheduling/fellows")
SORTABLE = {
    "name": lambda row: row.fellow.name,
    "standing": lambda row: WORST_FIRST.index(row.judgement.standing),
    "masterclasses": lambda row: row.judgement.masterclasses.attended,
    "modules": lambda row: row.judgement.modules.attended + row.judgement.modules.waived,
    "set": lambda row: row.set_number,
}
CSV_HEADER = (
    *("person_id", "name", "email", "discipline", "trust", "joined_at", "left_at"),
    *("standing", "met", "masterclasses_attended", "masterclasses_required"),
    *("modules_attended", "modules_waived", "modules_required"),
    *("learning_set_meetings_attended", "set"),
)


@router.get("")
async def fellows(request: Request, here: Here, _: Reader) -> Response:
    """Fellows by standing; `who=left` or `who=all` for those who withdrew."""
    seen = await look(here)
    standing, who, q = (request.query_params.get(name, "") for name in ("standing", "who", "q"))
    rows = [
        row
        for row in seen.fellows
        if standing in ("", row.judgement.standing)
        and (who == "all" or row.fellow.active != (who == "left"))
        and q.casefold() in f"{row.fellow.name} {row.fellow.trust}".casefold()
    ]
    if request.query_params.get("format") == "csv":
        return csv_response("fellows.csv", CSV_HEADER, [_csv(row) for row in rows])
    found = listing(request, rows, SORTABLE, "name", 100)
    return render(
        request,
        "scheduling/fellows.html",
        found=found,
        rows=[fellow_cells(row) for row in found.rows],
        standings=seen.standings(),
        choices=[(state, STATE_WORDS[state]) for state in reversed(WORST_FIRST)],
    )


def _csv(row: FellowRow) -> list[object]:
    fellow, judgement = row.fellow, row.judgement
    return [
        fellow.person_id,
        fellow.name,
        fellow.email,
        fellow.discipline,
        fellow.trust,
        fellow.joined_at.isoformat() if fellow.joined_at else "",
        fellow.left_at.isoformat() if fellow.left_at else "",
        judgement.standing,
        judgement.standing == "met",
        *judgement.counts,
        judgement.learning_sets.attended,
        row.set_number or "",
    ]
