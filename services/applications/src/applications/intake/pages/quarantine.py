"""Quarantine as a whole: a dry run and another try for each form; who is in it; erasing one."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import store
from applications.intake.field_map.overlays import newest
from applications.intake.pages.receipts import STATUSES
from applications.intake.quarantine.changing import erase_receipt, replay_all
from applications.intake.quarantine.trial import MOST_TRIED, naming, trial
from applications.intake.sources import LiveSource
from applications.web.acting import Office, Reader, perform, site
from nextstep_contracts import NoSuch
from nextstep_web import blank, flash, read_form, redirect, render
from nextstep_web.display import short_moment

router = APIRouter(prefix="/applications/quarantine", tags=["pages"])


class Erasing(BaseModel):
    """Why a receipt is erased."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("")
async def every(request: Request, _: Reader) -> Response:
    """How much of each form waits."""
    here = site(request)
    counts = await here.db.read(store.RECEIPTS).aggregate(
        [
            {"$match": {"status": {"$in": ["quarantined", "dismissed"]}}},
            {"$group": {"_id": {"s": "$source", "t": "$status"}, "count": {"$sum": 1}}},
        ]
    )
    found = {(row["_id"]["s"], row["_id"]["t"]): row["count"] for row in counts}
    names = sorted({*here.intake.sources, *(name for name, _ in found)})
    rows = [
        {
            "source": {"text": name, "href": f"/applications/quarantine/source/{name}"}
            if name in here.intake.sources
            else name,
            "quarantined": found.get((name, "quarantined"), 0),
            "dismissed": found.get((name, "dismissed"), 0),
            "map": {"text": "Map", "href": f"/applications/maps/{name}"}
            if name in here.intake.sources
            else "No longer configured",
        }
        for name in names
    ]
    return render(request, "applications/quarantine.html", rows=rows)


@router.get("/source/{name}")
async def dry_run(request: Request, reader: Reader, name: str) -> Response:
    """What would become of everything of one form, if it were tried again now."""
    here, source = site(request), _source(request, name)
    found = await trial(here.db, source, await newest(here.db, name), here.cohort.zone)
    rows = [
        {
            "received": {
                "text": short_moment(one.receipt["received_at"]),
                "href": f"/applications/receipts/{one.receipt['_id']}",
            },
            "outcome": {"tag": "Stays", "colour": "red"}
            if one.faults
            else {"tag": "Becomes an application", "colour": "green"},
            "why": " ".join(one.faults),
        }
        for one in found
    ]
    return render(
        request,
        "applications/quarantine_source.html",
        name=name,
        rows=rows,
        total=len(rows),
        would=sum(not one.faults for one in found),
        cut=len(rows) == MOST_TRIED,
        office=reader.has("office"),
    )


@router.post("/source/{name}/replay")
async def again(request: Request, office: Office, name: str) -> Response:
    """Try everything of one form again."""
    _source(request, name)
    count = await perform(request, office, lambda act: replay_all(act, name))
    site(request).intake.woken.set()
    flash(request, f"{count} being processed again." if count else "Nothing was waiting.")
    return redirect(f"/applications/quarantine/source/{name}")


@router.get("/search")
async def search(request: Request, _: Office) -> Response:
    """Find a person in what belongs to nobody yet."""
    here, term = site(request), request.query_params.get("q", "").strip()
    found = await naming(here.db, here.intake.sources, term) if term else []
    return render(
        request,
        "applications/quarantine_search.html",
        term=term,
        rows=[_found(row) for row in found],
    )


@router.get("/erase/{receipt_id}")
async def before_erasing(request: Request, _: Office, receipt_id: str) -> Response:
    """Ask once more: this cannot be undone."""
    receipt = await _receipt(request, receipt_id)
    return render(request, "applications/erase_receipt.html", receipt=receipt, form=blank())


@router.post("/erase/{receipt_id}")
async def erase(request: Request, office: Office, receipt_id: str) -> Response:
    """Erase a submission that belongs to nobody."""
    form = await read_form(request, Erasing)
    if not form.valid:
        receipt = await _receipt(request, receipt_id)
        return render(request, "applications/erase_receipt.html", 422, receipt=receipt, form=form)
    reason = form.data.reason
    await perform(request, office, lambda act: erase_receipt(act, receipt_id, reason))
    flash(request, "The content is erased.")
    return redirect(f"/applications/receipts/{receipt_id}")


def _source(request: Request, name: str) -> LiveSource:
    found = site(request).intake.sources.get(name)
    if found is None:
        raise NoSuch("This form is not configured.")
    return found


async def _receipt(request: Request, receipt_id: str) -> dict[str, Any]:
    found = await site(request).db.read(store.RECEIPTS).get(receipt_id)
    if found is None:
        raise NoSuch("There is no such receipt.")
    return found


def _found(receipt: dict[str, Any]) -> dict[str, Any]:
    text, colour = STATUSES[receipt["status"]]
    return {
        "received": {
            "text": short_moment(receipt["received_at"]),
            "href": f"/applications/receipts/{receipt['_id']}",
        },
        "source": receipt["source"],
        "state": {"tag": text, "colour": colour},
        "erase": {"text": "Erase", "href": f"/applications/quarantine/erase/{receipt['_id']}"},
    }
