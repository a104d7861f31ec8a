"""Receipts and quarantine: what arrived, what became of it, and trying again."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from applications.admissions.by_hand import CAME_BY
from applications.admissions.store import Read
from applications.documents.store import find_fetch
from applications.intake import store
from applications.intake.authentication import masked
from applications.intake.field_map import map_versions
from applications.intake.field_map.mapping import NOTHING, find
from applications.intake.field_map.overlays import AnswerPath
from applications.intake.pages.parts import (
    LONGEST_SHOWN,
    STATUSES,
    brief,
    field_name,
    fitting,
    reader_of,
    receipt_not_hidden,
    receipt_path,
    received_cell,
    shortened,
    status_tag,
    wake_intake,
)
from applications.intake.quarantine.changing import replay
from applications.intake.reading import Opened, opened
from applications.intake.receipts import Receipt
from applications.intake.sources import LiveSource
from applications.web.access import Office, Reader, hidden_ids
from applications.web.acting import applications_here, perform
from applications.web.cells import application_path
from nextstep_contracts import NoSuch
from nextstep_web import asked, blank, column, flash, redirect, render
from nextstep_web.display import size

router = APIRouter(
    prefix="/applications/receipts", tags=["pages"], dependencies=[Depends(receipt_not_hidden)]
)

COLUMNS = [
    column("received", "Received", sort=True),
    column("source", "Source"),
    column("status", "State"),
    column("size", "Size", numeric=True),
    column("result", "Result"),
]
LONGEST_PAGE = 200_000
"""Characters of all raw values: a body of 40 MB can be millions of short ones."""


@router.get("")
async def every(request: Request, reader: Reader) -> Response:
    """Receipts, the latest first, without their bodies."""
    here, how = applications_here(request), asked(request, ("received",), "-received")
    wanted = request.query_params.get("status", "")
    receipts, count = await store.listed(
        here.db.read,
        next((status for status in STATUSES if status == wanted), None),
        await hidden_ids(request, reader),
        newest_first=how.descending,
        skip=how.skip,
        most=how.per_page,
    )
    return render(
        request,
        "applications/receipts.html",
        found=how.listing(receipts, count),
        columns=COLUMNS,
        rows=[_cells(receipt) for receipt in receipts],
        statuses=[(key, text) for key, (text, _) in STATUSES.items()],
    )


@router.get("/{receipt_id}")
async def one(request: Request, reader: Reader, receipt_id: str) -> Response:
    """One receipt: its raw answers beside the map."""
    here = applications_here(request)
    whole = await store.whole_receipt(here.db, receipt_id)
    if whole is None:
        raise NoSuch("There is no such receipt.")
    receipt, body = whole
    source = reader_of(request, receipt)
    overlay = await map_versions.in_force(here.db.read, receipt.source)
    found = None
    if source and body:  # seconds for one of many megabytes: not on the loop that answers forms
        found = await asyncio.to_thread(opened, source, receipt, body, overlay)
    office = reader.has("office")
    hidden = await hidden_ids(request, reader)
    following = await store.next_in_quarantine(here.db.read, receipt, hidden) if office else None
    return render(
        request,
        "applications/receipt.html",
        receipt=receipt,
        state=status_tag(receipt.status),
        received=receipt.received_at,
        origin=_origin(receipt),
        raw=_raw(source, found, body),
        mapped=_beside_the_map(found, receipt.typed, await _fetched(here.db.read, receipt, found)),
        version=overlay.number,
        corrections=_corrections(receipt),
        application=application_path(receipt.application_id or ""),
        can_correct=receipt.status == "quarantined" and office,
        can_map=source is not None and not receipt.origin and not receipt.by_hand,
        can_restore=receipt.status == "dismissed" and office,
        following=receipt_path(following) if following else None,
        form=blank(),
    )


@router.post("/{receipt_id}/replay")
async def again(request: Request, office: Office, receipt_id: str) -> Response:
    """Try a quarantined receipt again."""
    await perform(request, office, lambda act: replay(act, receipt_id))
    wake_intake(request)
    flash(request, "It is being processed again.")
    return redirect(receipt_path(receipt_id))


def _raw(source: LiveSource | None, found: Opened | None, body: bytes) -> str:
    """What arrived, readable, without a secret that the sender put among the answers."""
    shown = _shown(found.payload if found else None, body)
    return masked(source, shown) if source else shown


def _cells(receipt: Receipt) -> dict[str, Any]:
    result: Any = " ".join(receipt.faults)
    if receipt.application_id:
        result = {"text": "Application", "href": application_path(receipt.application_id)}
    return {
        "received": received_cell(receipt),
        "source": receipt.source,
        "status": status_tag(receipt.status),
        "size": size(receipt.size),
        "result": result,
    }


def _shown(payload: Any, body: bytes) -> str:
    """The raw answers, readable; the beginning of the bytes if they are not."""
    if payload is None:
        return body[: LONGEST_SHOWN * 10].decode("utf-8", "backslashreplace")
    text = json.dumps(shortened(payload), indent=2, ensure_ascii=False)[:LONGEST_PAGE]
    return text.encode("utf-8", "backslashreplace").decode()


async def _fetched(read: Read, receipt: Receipt, found: Opened | None) -> dict[str, str]:
    """Of documents that came as links: why they could not be fetched, in technical words."""
    keys = found.definition.documents if found else ()
    fetches = {key: await find_fetch(read, f"{receipt.id}:{key}") for key in keys}
    return {key: one.reason for key, one in fetches.items() if one and one.reason}


def _beside_the_map(
    found: Opened | None, typed: Mapping[str, str], fetched: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What the map finds for each answer and document, and what the office typed instead.

    Of a document that did not come, why, in technical words.
    """
    if found is None:
        return []
    paths = {**dict.fromkeys(typed), **found.definition.fields, **found.definition.documents}
    return [
        {
            "field": field_name(field),
            "where": fitting(".".join(path or ())),
            "value": {"text": typed[field], "hint": "Typed by the office"}
            if field in typed
            else _found(found, field, path, fetched.get(field)),
        }
        for field, path in paths.items()
    ]


def _found(found: Opened, field: str, path: AnswerPath | None, reason: str | None) -> Any:
    value = find(found.payload, path)
    shown = brief(value)
    if value is None or value in NOTHING or field not in found.definition.documents:
        return shown
    given = found.adapter.file(value)
    why = " ".join(part for part in (given.technical, reason) if part)
    return {"text": shown, "hint": why} if why else shown


def _corrections(receipt: Receipt) -> list[dict[str, Any]]:
    return [
        {
            "at": one.at,
            "who": one.by,
            "what": "; ".join(f"{field_name(name)}: {text}" for name, text in one.answers.items())
            or "Nothing any more",
            "why": one.why,
        }
        for one in receipt.corrections
    ]


def _origin(receipt: Receipt) -> str | None:
    """Where a receipt came from that no form posted."""
    origin, entered = receipt.origin, receipt.by_hand
    if entered:
        return f"Entered by {entered.by}: it came {CAME_BY[entered.came_by]}. {entered.why}".strip()
    return f"Reconciled from {origin.file}, row {origin.row}, by {origin.by}" if origin else None
