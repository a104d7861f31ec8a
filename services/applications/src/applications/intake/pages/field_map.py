"""The map of a form, corrected against a receipt in quarantine, with a preview."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions.document_names import document_title
from applications.intake import store
from applications.intake.adapter import UnreadableError
from applications.intake.field_map import map_versions
from applications.intake.field_map.changing import save_map
from applications.intake.field_map.mapping import MappingError
from applications.intake.field_map.overlays import (
    NEEDED,
    AnswerPath,
    Overlay,
    changes_from,
    overlaid,
    paths_in,
    shown,
    written,
)
from applications.intake.pages.parts import brief, field_name, received_cell, source_named
from applications.intake.quarantine.trial import held_against_latest, tried
from applications.intake.reading import mapped, opened
from applications.intake.receipts import Receipt
from applications.intake.sources import LiveSource
from applications.web.access import Office, hides_nothing
from applications.web.acting import applications_here, perform
from applications.web.answer_labels import LABELS, answer_rows
from nextstep_contracts import NoSuch, Refused
from nextstep_web import Form, blank, flash, read_form, redirect, render

router = APIRouter(
    prefix="/applications/maps", tags=["pages"], dependencies=[Depends(hides_nothing)]
)

NOWHERE = ""
MOST_STAYING = 20
"""Receipts that are named which the wanted map would not help."""
LONGEST_EXAMPLE = 60
"""Characters of a value beside its path: enough to know it by."""


class Saving(BaseModel):
    """Why the map is changed."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@dataclass(frozen=True)
class Bench:
    """A receipt held against the map of its source."""

    source: LiveSource
    receipt: Receipt
    body: bytes
    overlay: Overlay
    """The version in force."""
    documents: tuple[str, ...]
    payload: dict[str, Any] | None
    """The raw answers."""

    def maps(self) -> list[tuple[str, str, AnswerPath | None]]:
        """The kind, name and present path of everything that can be mapped."""
        now = overlaid(self.source.definition, self.overlay)
        keys = (*self.documents, *(k for k in now.documents if k not in self.documents))
        return [
            *(("fields", name, now.fields.get(name)) for name in LABELS),
            *(("documents", key, now.documents.get(key)) for key in keys),
        ]


@router.get("/{name}/from/{receipt_id}")
async def edit(request: Request, _: Office, name: str, receipt_id: str) -> Response:
    """Choose for every answer where it is in this receipt."""
    bench = await _bench(request, name, receipt_id)
    chosen = {f"{kind}-{key}": written(path) for kind, key, path in bench.maps()}
    return await _edit_page(request, bench, blank(**chosen), None)


@router.post("/{name}/from/{receipt_id}")
async def preview_or_save(request: Request, office: Office, name: str, receipt_id: str) -> Response:
    """Show what the chosen map would find, or keep it."""
    bench = await _bench(request, name, receipt_id)
    form = await read_form(request, Saving)
    wanted = _chosen(bench, form)
    step = form.value("step")
    previewing = step not in {"save", "save-anyway"}
    if previewing:
        form.errors.pop("reason", None)  # asked for when the map is kept
    if form.value("number") != str(bench.overlay.number):
        raise Refused("Somebody else has changed this map meanwhile. Look at it again.")
    if form.errors or previewing:
        shown_preview = None if form.errors else await _preview(request, bench, wanted)
        status = 422 if form.errors else 200
        return await _edit_page(request, bench, form, shown_preview, status)
    preview = await _preview(request, bench, wanted) if step == "save" else None
    if preview is not None and preview["lost"]:
        return await _edit_page(request, bench, form, preview, 409)
    reason = form.data.reason
    await perform(request, office, lambda act: save_map(act, name, wanted, reason))
    flash(request, "The map is kept and in force. Try what is in quarantine again.")
    return redirect(f"/applications/quarantine/source/{name}")


def _chosen(bench: Bench, form: Form[Any]) -> Overlay:
    """The overlay that the form asks for; errors go to the form."""
    offered = {written(path): path for path, _ in paths_in(bench.payload)}
    wanted: dict[str, dict[str, AnswerPath | None]] = {"fields": {}, "documents": {}}
    for kind, key, path in bench.maps():
        value = form.value(f"{kind}-{key}")
        known: dict[str, AnswerPath | None] = {**offered, written(path): path, NOWHERE: None}
        if value not in known:
            form.refuse(f"{kind}-{key}", "Choose a place that is in this receipt")
        elif value == NOWHERE and key in NEEDED:
            form.refuse(f"{kind}-{key}", f"Say where the {field_name(key).lower()} is")
        else:
            wanted[kind][key] = known[value]
    file = bench.source.definition
    return Overlay(
        bench.overlay.number,
        changes_from(file.fields, wanted["fields"]),
        changes_from(file.documents, wanted["documents"]),
    )


async def _preview(request: Request, bench: Bench, wanted: Overlay) -> dict[str, Any]:
    """What the wanted map finds in this receipt, and in all of its source in quarantine."""
    here = applications_here(request)
    zone = here.cohort.zone

    def work() -> tuple[list[tuple[str, Any]], str]:
        found = opened(bench.source, bench.receipt, bench.body, wanted)
        try:
            read = mapped(found, bench.receipt, zone)
        except (MappingError, UnreadableError) as error:
            return [], str(error)
        papers = ", ".join(document_title(upload.key) for upload in read.uploads)
        return [*answer_rows(read.answers), ("Documents", papers)], ""

    rows, fault = await asyncio.to_thread(work)
    trials = await tried(here.db, bench.source, wanted, zone)
    latest = await held_against_latest(here.db, bench.source, bench.overlay, wanted, zone)
    return {
        "latest": len(latest.receipts),
        "lost": [
            {"receipt": received_cell(one.receipt), "why": " ".join(one.faults)}
            for one in latest.lost
        ],
        "differ": [
            {"answer": field_name(name), "now": now, "then": then}
            for name, now, then in latest.answers
        ],
        "rows": rows,
        "fault": fault,
        "total": len(trials),
        "would": sum(not one.faults for one in trials),
        "staying": [
            {"receipt": received_cell(one.receipt), "why": " ".join(one.faults)}
            for one in trials
            if one.faults
        ][:MOST_STAYING],
    }


async def _edit_page(
    request: Request,
    bench: Bench,
    form: Form[Any],
    preview: Mapping[str, Any] | None,
    status: int = 200,
) -> Response:
    paths = paths_in(bench.payload)
    offered = [{"value": written(path), "text": _option(path, value)} for path, value in paths]
    known = {written(path) for path, _ in paths}
    rows = []
    for kind, key, path in bench.maps():
        items = [{"value": NOWHERE, "text": "This form does not ask it"}, *offered]
        if path is not None and written(path) not in known:
            items.append({"value": written(path), "text": f"{shown(path)} (not in this receipt)"})
        rows.append({"name": f"{kind}-{key}", "label": field_name(key), "paths": items})
    return render(
        request,
        "applications/field_map.html",
        status,
        source=bench.source.name,
        receipt=bench.receipt,
        number=bench.overlay.number,
        rows=rows,
        form=form,
        preview=preview,
    )


def _option(path: AnswerPath, value: Any) -> str:
    """A path with the beginning of what is there."""
    if isinstance(value, dict | list):
        return f"{shown(path)} (with {len(value)} inside)"
    return f"{shown(path)}: {(brief(value) or 'empty')[:LONGEST_EXAMPLE]}"


async def _bench(request: Request, name: str, receipt_id: str) -> Bench:
    here, source = applications_here(request), source_named(request, name)
    whole = await store.whole_receipt(here.db, receipt_id)
    if whole is None or whole[0].source != name:
        raise NoSuch("There is no such receipt of this form.")
    if whole[0].origin:
        raise Refused(
            "This is a row of an export. Correct the record here, "
            "or the columns in the sources file, under export."
        )
    overlay = await map_versions.in_force(here.db.read, name)
    found = await asyncio.to_thread(opened, source, *whole, overlay)
    return Bench(source, *whole, overlay, here.cohort.eligibility.documents, found.payload)
