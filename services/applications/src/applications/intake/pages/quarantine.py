"""Quarantine as a whole: a dry run and another try for each form; who is in it; erasing one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.intake import store
from applications.intake.field_map import map_versions
from applications.intake.pages.parts import (
    receipt_not_hidden,
    receipt_path,
    received_cell,
    source_named,
    sources_of,
    status_tag,
    wake_intake,
)
from applications.intake.quarantine.changing import erase_receipt, replay_all
from applications.intake.quarantine.searching import naming
from applications.intake.quarantine.trial import MOST_TRIED, tried
from applications.intake.receipts import Receipt
from applications.web.access import Office, Reader, hides_nothing
from applications.web.acting import applications_here, perform
from nextstep_contracts import NoSuch
from nextstep_web import blank, flash, read_form, redirect, render

router = APIRouter(
    prefix="/applications/quarantine",
    tags=["pages"],
    # what belongs to nobody yet may be of somebody whose application is hidden
    dependencies=[Depends(hides_nothing), Depends(receipt_not_hidden)],
)


class Erasing(BaseModel):
    """Why a receipt is erased."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("")
async def every(request: Request, _: Reader) -> Response:
    """How much of each form waits."""
    sources, counts = (
        sources_of(request),
        await store.count_unowned(applications_here(request).db.read),
    )
    rows = [
        {
            "source": {"text": name, "href": f"/applications/quarantine/source/{name}"}
            if name in sources
            else name,
            "quarantined": counts.get((name, "quarantined"), 0),
            "dismissed": counts.get((name, "dismissed"), 0),
            "map": {"text": "Map", "href": f"/applications/maps/{name}"}
            if name in sources
            else "No longer configured",
        }
        for name in sorted({*sources, *(name for name, _ in counts)})
    ]
    return render(request, "applications/quarantine.html", rows=rows)


@router.get("/source/{name}")
async def dry_run(request: Request, reader: Reader, name: str) -> Response:
    """What would become of everything of one form, if it were tried again now."""
    here, source = applications_here(request), source_named(request, name)
    overlay = await map_versions.in_force(here.db.read, name)
    trials = await tried(here.db, source, overlay, here.cohort.zone)
    rows = [
        {
            "received": received_cell(one.receipt),
            "outcome": {"tag": "Stays", "colour": "red"}
            if one.faults
            else {"tag": "Becomes an application", "colour": "green"},
            "why": " ".join(one.faults),
        }
        for one in trials
    ]
    return render(
        request,
        "applications/quarantine_source.html",
        name=name,
        rows=rows,
        total=len(rows),
        would=sum(not one.faults for one in trials),
        cut=len(rows) == MOST_TRIED,
        office=reader.has("office"),
    )


@router.post("/source/{name}/replay")
async def again(request: Request, office: Office, name: str) -> Response:
    """Try everything of one form again."""
    source_named(request, name)
    count = await perform(request, office, lambda act: replay_all(act, name))
    wake_intake(request)
    flash(request, f"{count} being processed again." if count else "Nothing was waiting.")
    return redirect(f"/applications/quarantine/source/{name}")


@router.get("/search")
async def search(request: Request, _: Office) -> Response:
    """Find a person in what belongs to nobody yet."""
    term = request.query_params.get("q", "").strip()
    found = await naming(applications_here(request).db, sources_of(request), term) if term else []
    return render(
        request,
        "applications/quarantine_search.html",
        term=term,
        rows=[_found(receipt) for receipt in found],
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
    return redirect(receipt_path(receipt_id))


async def _receipt(request: Request, receipt_id: str) -> Receipt:
    found = await store.find_receipt(applications_here(request).db.read, receipt_id)
    if found is None:
        raise NoSuch("There is no such receipt.")
    return found


def _found(receipt: Receipt) -> dict[str, Any]:
    return {
        "received": received_cell(receipt),
        "source": receipt.source,
        "state": status_tag(receipt.status),
        "erase": {"text": "Erase", "href": f"/applications/quarantine/erase/{receipt.id}"},
    }
