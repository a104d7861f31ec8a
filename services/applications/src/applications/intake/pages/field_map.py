"""The map of a form: corrected against a receipt in quarantine, with a preview; its versions."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import store
from applications.admissions.application import document_title
from applications.intake.adapter import UnreadableError
from applications.intake.field_map.changing import return_to, save_map
from applications.intake.field_map.mapping import MappingError
from applications.intake.field_map.overlays import (
    NEEDED,
    Overlay,
    Where,
    changes_from,
    newest,
    overlaid,
    places_in,
    shown,
    written,
)
from applications.intake.pages.receipts import brief, field_name, fitting
from applications.intake.quarantine.trial import trial
from applications.intake.reading import corrections_of, mapped, opened
from applications.intake.receipts import body_of
from applications.intake.sources import LiveSource
from applications.review.pages.parts import hides_nothing
from applications.web.acting import Office, Reader, perform, site
from applications.web.answer_labels import LABELS, answer_rows
from nextstep_contracts import NoSuch, Refused
from nextstep_web import Form, blank, flash, read_form, redirect, render
from nextstep_web.display import short_moment

router = APIRouter(
    prefix="/applications/maps", tags=["pages"], dependencies=[Depends(hides_nothing)]
)

NOWHERE = ""
LONGEST_EXAMPLE = 60
"""Characters of a value beside its place: enough to know it by."""


class Saving(BaseModel):
    """Why the map is changed."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


class Undoing(Saving):
    """Which version is returned to, and why."""

    number: Annotated[int, Field(title="Version", ge=0)]


@dataclass(frozen=True)
class Bench:
    """A receipt held against the map of its source."""

    source: LiveSource
    receipt: dict[str, Any]
    body: bytes
    overlay: Overlay
    """The version in force."""
    documents: tuple[str, ...]

    def maps(self) -> list[tuple[str, str, Where | None]]:
        """The kind, name and present place of everything that can be mapped."""
        now = overlaid(self.source.definition, self.overlay)
        keys = (*self.documents, *(k for k in now.documents if k not in self.documents))
        return [
            *(("fields", name, now.fields.get(name)) for name in LABELS),
            *(("documents", key, now.documents.get(key)) for key in keys),
        ]

    def payload(self) -> dict[str, Any] | None:
        """The raw answers."""
        return opened(self.source, self.receipt, self.body, self.overlay).payload


@router.get("/{name}")
async def versions(request: Request, reader: Reader, name: str) -> Response:
    """The map in force and every version before it."""
    return await _versions_page(request, name, blank(), office=reader.has("office"))


@router.post("/{name}/return")
async def undo(request: Request, office: Office, name: str) -> Response:
    """Go back to an earlier version."""
    _source(request, name)
    form = await read_form(request, Undoing)
    if not form.valid:
        return await _versions_page(request, name, form, office=True, status=422)
    number, reason = form.data.number, form.data.reason
    await perform(request, office, lambda act: return_to(act, name, number, reason))
    flash(request, "The earlier map is in force.")
    return redirect(f"/applications/maps/{name}")


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
    previewing = form.value("step") != "save"
    if previewing:
        form.errors.pop("reason", None)  # asked for when the map is kept
    if form.value("number") != str(bench.overlay.number):
        raise Refused("Somebody else has changed this map meanwhile. Look at it again.")
    if form.errors or previewing:
        shown_preview = None if form.errors else await _preview(request, bench, wanted)
        status = 422 if form.errors else 200
        return await _edit_page(request, bench, form, shown_preview, status)
    reason = form.data.reason
    await perform(request, office, lambda act: save_map(act, name, wanted, reason))
    flash(request, "The map is kept and in force. Try what is in quarantine again.")
    return redirect(f"/applications/quarantine/source/{name}")


def _chosen(bench: Bench, form: Form[Any]) -> Overlay:
    """The overlay that the form asks for; errors go to the form."""
    payload = bench.payload()
    offered = {written(path): path for path, _ in places_in(payload)}
    wanted: dict[str, dict[str, Where | None]] = {"fields": {}, "documents": {}}
    for kind, key, path in bench.maps():
        value = form.value(f"{kind}-{key}")
        known: dict[str, Where | None] = {**offered, written(path): path, NOWHERE: None}
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
    here = site(request)
    zone = here.cohort.zone

    def work() -> tuple[list[tuple[str, Any]], str]:
        found = opened(bench.source, bench.receipt, bench.body, wanted)
        try:
            read = mapped(found, corrections_of(bench.receipt), zone)
        except (MappingError, UnreadableError) as error:
            return [], str(error)
        papers = ", ".join(document_title(upload.key) for upload in read.uploads)
        return [*answer_rows(read.answers), ("Documents", papers)], ""

    rows, fault = await asyncio.to_thread(work)
    all_found = await trial(here.db, bench.source, wanted, zone)
    return {
        "rows": rows,
        "fault": fault,
        "total": len(all_found),
        "would": sum(not one.faults for one in all_found),
        "staying": [
            {
                "receipt": {
                    "text": short_moment(one.receipt["received_at"]),
                    "href": f"/applications/receipts/{one.receipt['_id']}",
                },
                "why": " ".join(one.faults),
            }
            for one in all_found
            if one.faults
        ][:20],
    }


async def _edit_page(
    request: Request,
    bench: Bench,
    form: Form[Any],
    preview: Mapping[str, Any] | None,
    status: int = 200,
) -> Response:
    places = places_in(bench.payload())
    offered = [{"value": written(path), "text": _option(path, value)} for path, value in places]
    known = {written(path) for path, _ in places}
    rows = []
    for kind, key, path in bench.maps():
        items = [{"value": NOWHERE, "text": "This form does not ask it"}, *offered]
        if path is not None and written(path) not in known:
            items.append({"value": written(path), "text": f"{shown(path)} (not in this receipt)"})
        rows.append({"name": f"{kind}-{key}", "label": field_name(key), "places": items})
    return render(
        request,
        "applications/map_edit.html",
        status,
        source=bench.source.name,
        receipt=bench.receipt,
        number=bench.overlay.number,
        rows=rows,
        form=form,
        preview=preview,
    )


def _option(path: Where, value: Any) -> str:
    """A place with the beginning of what is there."""
    if isinstance(value, dict | list):
        return f"{shown(path)} (with {len(value)} inside)"
    return f"{shown(path)}: {(brief(value) or 'empty')[:LONGEST_EXAMPLE]}"


async def _versions_page(
    request: Request, name: str, form: Form[Any], *, office: bool, status: int = 200
) -> Response:
    here, source = site(request), _source(request, name)
    stored = await here.db.read(store.MAPS).find({"source": name}, sort=[("number", -1)])
    now = overlaid(source.definition, Overlay.of(stored[0] if stored else None))
    changed = Overlay.of(stored[0] if stored else None)
    moved = {*changed.fields, *changed.documents}
    return render(
        request,
        "applications/map.html",
        status,
        name=name,
        places=[
            {
                "field": field_name(key),
                "where": fitting(shown(path)),
                "who": {"tag": "Office", "colour": "blue"} if key in moved else "Sources file",
            }
            for key, path in {**now.fields, **now.documents}.items()
        ],
        versions=[_version(row, source) for row in stored],
        choices=[
            {"value": "0", "text": "What the sources file says"},
            *(
                {"value": str(row["number"]), "text": f"Version {row['number']}: {row['why']}"}
                for row in stored[1:]
            ),
        ]
        if stored and office
        else [],
        form=form,
    )


def _version(row: Mapping[str, Any], source: LiveSource) -> dict[str, Any]:
    overlay = Overlay.of(row)
    both = {**overlay.fields, **overlay.documents}
    file = {**source.definition.fields, **source.definition.documents}
    what = "; ".join(
        f"{field_name(key)}: {shown(file.get(key)) or 'nowhere'} → {shown(path) or 'nowhere'}"
        for key, path in both.items()
    )
    undone = ""
    if row["undoes"] is not None:
        undone = (
            f" (return to version {row['undoes']})" if row["undoes"] else " (return to the file)"
        )
    return {
        "number": f"{row['number']}{undone}",
        "at": short_moment(row["at"]),
        "what": fitting(what) or "As the sources file says",
        "why": row["why"],
        "who": row["by"],
    }


def _source(request: Request, name: str) -> LiveSource:
    found = site(request).intake.sources.get(name)
    if found is None:
        raise NoSuch("This form is not configured.")
    return found


async def _bench(request: Request, name: str, receipt_id: str) -> Bench:
    here, source = site(request), _source(request, name)
    receipt = await here.db.read(store.RECEIPTS).get(receipt_id)
    if receipt is None or receipt["source"] != name:
        raise NoSuch("There is no such receipt of this form.")
    if receipt.get("origin"):
        raise Refused(
            "This is a row of an export. Correct the record here, "
            "or the columns in the sources file, under export."
        )
    body = await body_of(here.db, receipt) or b""
    overlay = await newest(here.db, name)
    return Bench(source, receipt, body, overlay, here.cohort.eligibility.documents)
