"""One receipt in quarantine: the office corrects the record, puts it away, takes it back."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.intake import store
from applications.intake.field_map import map_versions
from applications.intake.field_map.mapping import find
from applications.intake.pages.parts import brief, reader_of, receipt_not_hidden, receipt_path
from applications.intake.quarantine import changing
from applications.intake.reading import faults_of, opened
from applications.intake.receipts import Receipt
from applications.web.access import Office
from applications.web.acting import applications_here, perform
from applications.web.answer_labels import LABELS
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import Form, blank, flash, read_form, redirect, render

router = APIRouter(
    prefix="/applications/receipts", tags=["pages"], dependencies=[Depends(receipt_not_hidden)]
)


class Reason(BaseModel):
    """Why."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("/{receipt_id}/correct")
async def before_correcting(request: Request, _: Office, receipt_id: str) -> Response:
    """Show what was found for each answer, with room to type what it should be."""
    receipt, body = await _quarantined(request, receipt_id)
    return await _correct_page(request, receipt, body, blank(**receipt.typed))


@router.post("/{receipt_id}/correct")
async def correct(request: Request, office: Office, receipt_id: str) -> Response:
    """Keep what was typed beside the raw body."""
    receipt, body = await _quarantined(request, receipt_id)
    form = await read_form(request, Reason)
    if not form.valid:
        return await _correct_page(request, receipt, body, form, 422)
    answers = {name: form.value(name) for name in LABELS}
    reason = form.data.reason
    try:
        await perform(
            request, office, lambda act: changing.correct(act, receipt_id, answers, reason)
        )
    except AlreadySo:
        raise
    except Refused as no:
        if not no.fields:
            raise
        form.show(no)
        return await _correct_page(request, receipt, body, form, 422)
    flash(request, await _what_is_left(request, receipt_id))
    return redirect(receipt_path(receipt_id))


async def _what_is_left(request: Request, receipt_id: str) -> str:
    """Whether the receipt can become an application now."""
    receipt, body = await _quarantined(request, receipt_id)
    here, source = applications_here(request), reader_of(request, receipt)
    overlay = await map_versions.in_force(here.db.read, receipt.source)
    faults: tuple[str, ...] = ()
    if source is not None:
        faults = await faults_of(source, receipt, body, overlay, here.cohort.zone)
    if faults:
        return f"The correction is kept. Still to be corrected: {' '.join(faults)}"
    return "The correction is kept. Try the receipt again: an application can be made of it now."


@router.get("/{receipt_id}/dismiss")
async def before_dismissing(request: Request, _: Office, receipt_id: str) -> Response:
    """Ask why it is no application."""
    receipt, _body = await _quarantined(request, receipt_id)
    return render(request, "applications/dismiss_receipt.html", receipt=receipt, form=blank())


@router.post("/{receipt_id}/dismiss")
async def dismiss(request: Request, office: Office, receipt_id: str) -> Response:
    """Put it away."""
    known = await store.find_receipt(applications_here(request).db.read, receipt_id)
    if known is not None and known.status == "dismissed":
        raise AlreadySo("This receipt is dismissed already.")
    receipt, _body = await _quarantined(request, receipt_id)
    form = await read_form(request, Reason)
    if not form.valid:
        return render(request, "applications/dismiss_receipt.html", 422, receipt=receipt, form=form)
    reason = form.data.reason
    await perform(request, office, lambda act: changing.dismiss(act, receipt_id, reason))
    flash(request, "Dismissed. It is kept and can be taken back.")
    return redirect(receipt_path(receipt_id))


@router.post("/{receipt_id}/restore")
async def restore(request: Request, office: Office, receipt_id: str) -> Response:
    """Take it back into quarantine."""
    await perform(request, office, lambda act: changing.restore(act, receipt_id))
    flash(request, "It is in quarantine again.")
    return redirect(receipt_path(receipt_id))


async def _quarantined(request: Request, receipt_id: str) -> tuple[Receipt, bytes]:
    whole = await store.whole_receipt(applications_here(request).db, receipt_id)
    if whole is None:
        raise NoSuch("There is no such receipt.")
    if whole[0].status != "quarantined":
        raise Refused("This can only be done with a receipt in quarantine.")
    return whole


async def _correct_page(
    request: Request, receipt: Receipt, body: bytes, form: Form[Any], status: int = 200
) -> Response:
    source = reader_of(request, receipt)
    overlay = await map_versions.in_force(applications_here(request).db.read, receipt.source)
    found = await asyncio.to_thread(opened, source, receipt, body, overlay) if source else None
    fields = found.definition.fields if found else {}
    payload = found.payload if found else None
    rows = [
        {"name": name, "label": label, "found": brief(find(payload, fields.get(name)))}
        for name, label in LABELS.items()
    ]
    return render(
        request, "applications/correct_receipt.html", status, receipt=receipt, rows=rows, form=form
    )
