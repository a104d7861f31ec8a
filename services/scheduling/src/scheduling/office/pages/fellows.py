"""Fellows and where they stand: the list, and the same as a table."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from nextstep_programme.searching import says
from nextstep_web import asks_for_file, listing, render, table_file
from nextstep_web.answers import TABLE_FILES
from nextstep_web.conflicts import ClosedPeople
from scheduling.completion.rules import STATE_WORDS
from scheduling.completion.standing import WORST_FIRST
from scheduling.fellows.access import Here, Reader
from scheduling.fellows.fellow import Fellow
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
    *("person_id", "name", "email", "discipline", "employer", "joined_at", "left_at"),
    *("standing", "met", "masterclasses_attended", "masterclasses_required"),
    *("modules_attended", "modules_waived", "modules_required"),
    *("learning_set_meetings_attended", "set"),
)


@router.get("", responses=TABLE_FILES)
async def fellows(request: Request, here: Here, _: Reader, closed: ClosedPeople) -> Response:
    """Fellows by standing; a search, `who=left` and `who=all` find those who withdrew as well."""
    seen = await look(here, closed)
    standing, who, q = (request.query_params.get(name, "") for name in ("standing", "who", "q"))
    rows = [
        row
        for row in seen.fellows
        if standing in ("", row.judgement.standing) and asked_for(row.fellow, who, q, row.employers)
    ]
    if asks_for_file(request):
        return await table_file(request, "fellows", CSV_HEADER, [_csv(row) for row in rows])
    found = listing(request, rows, SORTABLE, "name", 100)
    return render(
        request,
        "scheduling/fellows.html",
        download=CSV_HEADER,
        found=found,
        rows=[fellow_cells(row) for row in found.rows],
        standings=seen.standings(),
        choices=[(state, STATE_WORDS[state]) for state in reversed(WORST_FIRST)],
    )


def asked_for(fellow: Fellow, who: str, typed: str, employers: Sequence[str] = ()) -> bool:
    """Whether the list shows somebody; whoever is looked for by name may have left."""
    everybody = who == "all" or (typed.strip() and not who)
    among = everybody or fellow.active != (who == "left")
    return among and says(typed, fellow.name, *employers)


def _csv(row: FellowRow) -> list[object]:
    fellow, judgement = row.fellow, row.judgement
    return [
        fellow.person_id,
        fellow.name,
        fellow.email,
        fellow.discipline,
        row.employer,
        fellow.joined_at.isoformat() if fellow.joined_at else "",
        fellow.left_at.isoformat() if fellow.left_at else "",
        judgement.standing,
        judgement.standing == "met",
        *judgement.counts,
        judgement.learning_sets.attended,
        row.set_number or "",
    ]
