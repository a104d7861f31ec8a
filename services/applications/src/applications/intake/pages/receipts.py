"""Receipts and quarantine: what arrived, what became of it, and trying again."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from applications.admissions import store
from applications.admissions.application import document_title
from applications.intake.authentication import masked
from applications.intake.field_map.mapping import find
from applications.intake.field_map.overlays import newest
from applications.intake.quarantine.changing import replay
from applications.intake.reading import Opened, corrections_of, opened
from applications.intake.receipts import body_of
from applications.intake.sources import LiveSource
from applications.review.pages.parts import without_conflicts
from applications.web.acting import (
    Office,
    Reader,
    application_path,
    column,
    perform,
    site,
    size,
)
from applications.web.answer_labels import LABELS
from nextstep_contracts import NoSuch
from nextstep_web import asked, blank, flash, redirect, render
from nextstep_web.display import short_moment

router = APIRouter(prefix="/applications/receipts", tags=["pages"])

STATUSES = {
    "new": ("Waiting", "blue"),
    "applied": ("Applied", "green"),
    "quarantined": ("Quarantined", "red"),
    "dismissed": ("Dismissed", "grey"),
    "erased": ("Erased", "grey"),
}
COLUMNS = [
    column("received", "Received", sort=True),
    column("source", "Source"),
    column("status", "State"),
    column("size", "Size", numeric=True),
    column("result", "Result"),
]
LONGEST_SHOWN = 300
"""Characters of one raw value: documents travel as text of many thousands."""
LONGEST_PAGE = 200_000
"""Characters of all raw values: a body of 40 MB can be millions of short ones."""
LONGEST_WORD = 28
"""Characters without a space that a phone shows in one line of a table."""


@router.get("")
async def every(request: Request, reader: Reader) -> Response:
    """Receipts, the latest first, without their bodies."""
    status = request.query_params.get("status", "")
    matching: dict[str, Any] = {"status": status} if status in STATUSES else {}
    matching |= await without_conflicts(site(request), reader, "application_id")
    how = asked(request, ("received",), "-received")
    rows = site(request).db.read(store.RECEIPTS)
    found = await rows.aggregate(
        [
            {"$match": matching},
            {"$sort": {"arrived": -1 if how.descending else 1}},
            {"$skip": how.skip},
            {"$limit": how.per_page},
            {"$project": {"body": 0}},
        ]
    )
    return render(
        request,
        "applications/receipts.html",
        found=how.listing(found, await rows.count(matching)),
        columns=COLUMNS,
        rows=[_cells(row) for row in found],
        statuses=[(key, text) for key, (text, _) in STATUSES.items()],
    )


@router.get("/{receipt_id}")
async def one(request: Request, reader: Reader, receipt_id: str) -> Response:
    """One receipt: its raw answers beside the map."""
    here = site(request)
    matching = {"_id": receipt_id} | await without_conflicts(here, reader, "application_id")
    receipt = await here.db.read(store.RECEIPTS).find_one(matching)
    if receipt is None:
        raise NoSuch("There is no such receipt.")
    source = here.intake.sources.get(receipt["source"])
    body = await body_of(here.db, receipt) or b""
    overlay = await newest(here.db, receipt["source"])
    found = opened(source, receipt, body, overlay) if source and body else None
    office = reader.has("office")
    return render(
        request,
        "applications/receipt.html",
        receipt=receipt,
        state=_status(receipt),
        received=short_moment(receipt["received_at"]),
        origin=_origin(receipt),
        raw=_raw(source, found, body),
        mapped=_beside_the_map(found, corrections_of(receipt)),
        version=overlay.number,
        corrections=_corrections(receipt),
        application=application_path(receipt.get("application_id") or ""),
        can_mend=receipt["status"] == "quarantined" and office,
        can_map=source is not None and not receipt.get("origin"),
        can_restore=receipt["status"] == "dismissed" and office,
        form=blank(),
    )


@router.post("/{receipt_id}/replay")
async def again(request: Request, office: Office, receipt_id: str) -> Response:
    """Try a quarantined receipt again."""
    await perform(request, office, lambda act: replay(act, receipt_id))
    site(request).intake.woken.set()
    flash(request, "It is being processed again.")
    return redirect(f"/applications/receipts/{receipt_id}")


def _raw(source: LiveSource | None, found: Opened | None, body: bytes) -> str:
    """What arrived, readable, without a secret that the sender put among the answers."""
    shown = _shown(found.payload if found else None, body)
    return masked(source, shown) if source else shown


def _status(receipt: Mapping[str, Any]) -> dict[str, str]:
    text, colour = STATUSES[receipt["status"]]
    return {"tag": text, "colour": colour}


def _cells(receipt: dict[str, Any]) -> dict[str, Any]:
    result: Any = " ".join(receipt.get("faults", ()))
    if receipt.get("application_id"):
        result = {"text": "Application", "href": application_path(receipt["application_id"])}
    return {
        "received": {
            "text": short_moment(receipt["received_at"]),
            "href": f"/applications/receipts/{receipt['_id']}",
        },
        "source": receipt["source"],
        "status": _status(receipt),
        "size": size(receipt["size"]),
        "result": result,
    }


def _shown(payload: Any, body: bytes) -> str:
    """The raw answers, readable; the beginning of the bytes if they are not."""
    if payload is None:
        return body[: LONGEST_SHOWN * 10].decode("utf-8", "backslashreplace")
    text = json.dumps(_shortened(payload), indent=2, ensure_ascii=False)[:LONGEST_PAGE]
    return text.encode("utf-8", "backslashreplace").decode()


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:LONGEST_SHOWN]: _shortened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shortened(inner) for inner in value]
    if isinstance(value, str) and len(value) > LONGEST_SHOWN:
        return f"{value[:60]}… ({len(value):,} characters)"
    return value


def _beside_the_map(found: Opened | None, corrections: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the map finds for each answer and document, and what the office typed instead."""
    if found is None:
        return []
    places = {**dict.fromkeys(corrections), **found.definition.fields, **found.definition.documents}
    return [
        {
            "field": field_name(field),
            "where": fitting(".".join(path or ())),
            "value": {"text": corrections[field], "hint": "Typed by the office"}
            if field in corrections
            else brief(find(found.payload, path)),
        }
        for field, path in places.items()
    ]


def _corrections(receipt: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "at": short_moment(line["at"]),
            "who": line["by"],
            "what": "; ".join(f"{field_name(k)}: {v}" for k, v in line["answers"].items())
            or "Nothing any more",
            "why": line["why"],
        }
        for line in receipt.get("corrections") or ()
    ]


def _origin(receipt: Mapping[str, Any]) -> str | None:
    """Where a receipt came from that no form posted."""
    origin = receipt.get("origin")
    if not origin:
        return None
    return f"Reconciled from {origin['file']}, row {origin['row']}, by {origin['by']}"


def field_name(field: str) -> str:
    """What an answer or a document is called."""
    return LABELS.get(field) or document_title(field)


def brief(value: Any) -> str | None:
    """A raw value in a table."""
    if value is None:
        return None
    text = json.dumps(_shortened(value), ensure_ascii=False).encode("utf-8", "replace").decode()
    return fitting(text[:LONGEST_SHOWN])


def fitting(text: str) -> str:
    """A text with its longest words cut, so that it fits on a phone; the whole is elsewhere."""
    return re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: f"{word[0][: LONGEST_WORD - 4]}…", text)
