"""The place ledger: who holds, who was offered, who waits, and every movement, recounted."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from applications.admissions import offers as offering
from applications.admissions.application import Application
from applications.admissions.ledger_recount import recount
from applications.admissions.place_ledger import Ledger, Movement, Override
from applications.admissions.store import load_ledger
from applications.office.pages import to_do
from applications.office.store import movements_of, named_by_ledger
from applications.web.access import Reader, hides_nothing
from applications.web.acting import applications_here
from applications.web.cells import application_path
from nextstep_web import asked, column, render, table_file
from nextstep_web.answers import files
from nextstep_web.display import short_moment
from nextstep_web.downloads import TABLES

router = APIRouter(
    prefix="/applications/ledger", tags=["pages"], dependencies=[Depends(hides_nothing)]
)

OVERRIDES: dict[Override, str] = {
    "late": "Late application accepted",
    "out_of_order": "Offered by the office",
    "late_out_of_order": "Late application accepted; offered by the office",
    "longer": "Offer extended",
    "order": "Order changed",
    "places": "Number of places changed",
    "closing": "Early close",
}
"""What the office did, on the ledger's page."""
HISTORY = [
    column("sequence", "No.", sort=True),
    column("at", "When"),
    column("kind", "What"),
    column("who", "Who"),
    column("reason", "Why"),
    column("offered", "Offered", numeric=True),
    column("accepted", "Accepted", numeric=True),
    column("waiting", "Waiting", numeric=True),
]
HEADER = (
    "sequence",
    "at",
    "kind",
    "reference",
    "application_id",
    "reason",
    "offered",
    "accepted",
    "waiting",
    "change",
    "position",
    "override",
)


@router.get("", responses=files(*TABLES, "application/json"))
async def ledger(request: Request, reader: Reader) -> Response:
    """The ledger as it stands, its history, and whether the one follows from the other."""
    here = applications_here(request)
    held = await load_ledger(here.db.read, here.cohort)
    movements = await movements_of(here.db.read, here.cohort)
    people = await named_by_ledger(here.db.read, here.cohort)
    match request.query_params.get("format"):
        case "csv" | "xlsx":
            lines = [list(_plain(m, people).values()) for m in movements]
            return await table_file(request, "place-ledger", HEADER, lines)
        case "json":
            return JSONResponse(_export(held, movements, people))
    how = asked(request, ("sequence",), "-sequence")
    ordered = movements[::-1] if how.descending else movements
    page = ordered[how.skip : how.skip + how.per_page]
    return render(
        request,
        "applications/place_ledger.html",
        download=HEADER,
        figures=to_do.summary_of({}, held)[:3],
        held=held,
        automatic=offering.automatic(here.cohort, here.messaging.clock.now()),
        cohort=here.cohort,
        can_change=reader.has("office"),
        offers=[_offer(o.application_id, o.expires_at, people) for o in held.offers],
        waiting=[_turn(n, one, people) for n, one in enumerate(held.waiting, start=1)],
        faults=recount(held, movements),
        found=how.listing(page, len(movements)),
        columns=HISTORY,
        rows=[_cells(movement, people, here.cohort.zone) for movement in page],
    )


def _who(application_id: str, people: dict[str, Application]) -> dict[str, Any]:
    person = people[application_id]
    return {
        "text": f"{person.answers.name} ({person.reference})",
        "href": application_path(application_id),
    }


def _offer(application_id: str, expires_at: Any, people: dict[str, Application]) -> dict[str, Any]:
    return {"who": _who(application_id, people), "until": expires_at}


def _turn(number: int, application_id: str, people: dict[str, Application]) -> dict[str, Any]:
    return {"position": number, "who": _who(application_id, people)}


def _cells(movement: Movement, people: dict[str, Application], zone: str) -> dict[str, Any]:
    return _plain(movement, people) | {
        "at": short_moment(movement.at, zone).replace(" ", "\N{NO-BREAK SPACE}"),
        "kind": _kind(movement),
        "who": _who(movement.application_id, people) if movement.application_id else None,
    }


def _kind(movement: Movement) -> list[dict[str, str]]:
    """What happened, and the override by name; some movements are nothing else."""
    override = movement.override
    named = [{"tag": OVERRIDES[override], "colour": "pink"}] if override else []
    only = movement.kind in {"extended", "reordered", "places"}
    return named if only else [{"text": movement.kind.capitalize()}, *named]


def _plain(movement: Movement, people: dict[str, Application]) -> dict[str, Any]:
    # a change of the places is about nobody
    about = movement.application_id
    return {
        "sequence": movement.sequence,
        "at": movement.at.isoformat(),
        "kind": movement.kind,
        "reference": people[about].reference if about else "",
        "application_id": about,
        "reason": movement.reason,
        "offered": movement.offered,
        "accepted": movement.accepted,
        "waiting": movement.waiting,
        "change": movement.change,
        "position": movement.position,
        "override": movement.override,
    }


def _export(
    held: Ledger, movements: list[Movement], people: dict[str, Application]
) -> dict[str, Any]:
    """Enough for somebody else to recount it."""
    return {
        "cohort": held.cohort,
        "places": held.places,
        "closed_at": held.closed_at.isoformat() if held.closed_at else None,
        "offered": [
            {
                "application_id": o.application_id,
                "offered_at": o.offered_at.isoformat(),
                "expires_at": o.expires_at.isoformat(),
                "from_waiting_list": o.from_waiting_list,
            }
            for o in held.offers
        ],
        "accepted": list(held.accepted),
        "waiting": list(held.waiting),
        "movements": [_plain(movement, people) for movement in movements],
    }
