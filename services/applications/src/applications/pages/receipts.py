"""Receipts and quarantine: what arrived, what became of it, and trying again."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from applications import store
from applications.commands.receipts import replay
from applications.intake.authentication import masked
from applications.intake.delivery import UnreadableError
from applications.intake.mapping import find
from applications.intake.receipts import body_of, content_type
from applications.intake.sources import LiveSource
from applications.pages.site import Office, Reader, act, application_path, column, doer, site, size
from nextstep_web import NotFound, asked, flash, redirect, render
from nextstep_web.display import short_moment

router = APIRouter(prefix="/applications/receipts", tags=["pages"])

STATUSES = {
    "new": ("Waiting", "blue"),
    "applied": ("Applied", "green"),
    "quarantined": ("Quarantined", "red"),
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


@router.get("")
async def every(request: Request, _: Reader) -> Response:
    """Receipts, the latest first, without their bodies."""
    status = request.query_params.get("status", "")
    matching = {"status": status} if status in STATUSES else {}
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
    receipt = await here.db.read(store.RECEIPTS).get(receipt_id)
    if receipt is None:
        raise NotFound("There is no such receipt.")
    source = here.intake.sources.get(receipt["source"])
    body = await body_of(here.db, receipt) or b""
    payload = _payload(source, body, content_type(receipt))
    return render(
        request,
        "applications/receipt.html",
        receipt=receipt,
        state=_status(receipt),
        received=short_moment(receipt["received_at"]),
        raw=masked(source, _shown(payload, body)) if source else _shown(payload, body),
        mapped=_beside_the_map(source, payload),
        application=application_path(receipt.get("application_id") or ""),
        can_replay=receipt["status"] == "quarantined" and reader.has("office"),
    )


@router.post("/{receipt_id}/replay")
async def again(request: Request, office: Office, receipt_id: str) -> Response:
    """Try a quarantined receipt again."""
    who = doer(request, office)
    await act(request, lambda desk: replay(desk, receipt_id, who))
    site(request).intake.woken.set()
    flash(request, "It is being processed again.")
    return redirect(f"/applications/receipts/{receipt_id}")


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


def _payload(source: LiveSource | None, body: bytes, sent_as: str) -> Any:
    try:
        return source.adapter.read(body, sent_as) if source and body else None
    except UnreadableError:
        return None


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


def _beside_the_map(source: LiveSource | None, payload: Any) -> list[dict[str, Any]]:
    if source is None:
        return []
    places = {**source.definition.fields, **source.definition.documents}
    return [
        {"field": field, "where": ".".join(path), "value": _brief(find(payload, path))}
        for field, path in places.items()
    ]


def _brief(value: Any) -> str | None:
    if value is None:
        return None
    return (
        json.dumps(_shortened(value), ensure_ascii=False)
        .encode("utf-8", "replace")
        .decode()[:LONGEST_SHOWN]
    )
