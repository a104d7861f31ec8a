"""Looking through what is in quarantine: what would map now, and what names a certain person."""

import asyncio
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from applications.admissions import store
from applications.intake.field_map.overlays import Overlay
from applications.intake.reading import faults_of, opened
from applications.intake.receipts import body_of
from applications.intake.sources import LiveSource
from nextstep_messaging import Database

MOST_TRIED = 500
"""Receipts of one dry run."""
UNOWNED = ("quarantined", "dismissed")
"""States of a receipt that belongs to nobody yet."""
SHORTEST_TERM = 3
"""Characters that are searched for: fewer are in everything."""


@dataclass(frozen=True)
class Trial:
    """What would become of a receipt now."""

    receipt: dict[str, Any]
    faults: tuple[str, ...]
    """Empty: it would become an application."""


async def trial(db: Database, source: LiveSource, overlay: Overlay, zone: str) -> list[Trial]:
    """A dry run of everything of a source in quarantine, oldest first. Nothing is changed."""
    rows = await db.read(store.RECEIPTS).aggregate(
        [
            {"$match": {"source": source.name, "status": "quarantined"}},
            {"$sort": {"arrived": 1}},
            {"$limit": MOST_TRIED},
            {"$project": {"_id": 1}},  # bodies are large: one at a time
        ]
    )
    found = []
    for row in rows:
        receipt = await db.read(store.RECEIPTS).get(row["_id"])
        if receipt is not None:
            faults = await faults_of(db, source, receipt, overlay, zone)
            found.append(Trial({k: v for k, v in receipt.items() if k != "body"}, faults))
    return found


async def naming(
    db: Database, sources: Mapping[str, LiveSource], term: str
) -> list[dict[str, Any]]:
    """Receipts that belong to nobody and whose raw body names the term, whatever it is coded as.

    Args:
        db: where they are.
        sources: to read what each form sends.
        term: a name, an address or a number; case, accents and, in numbers, spaces are no matter.

    """
    wanted = folded(term)
    if len(wanted.replace(" ", "")) < SHORTEST_TERM:
        return []
    rows = await db.read(store.RECEIPTS).aggregate(
        [
            {"$match": {"status": {"$in": list(UNOWNED)}}},
            {"$sort": {"arrived": -1}},
            {"$project": {"_id": 1}},
        ]
    )
    found = []
    for row in rows:
        receipt = await db.read(store.RECEIPTS).get(row["_id"])
        if receipt is not None and await _names(db, sources, receipt, wanted):
            found.append({k: v for k, v in receipt.items() if k != "body"})
    return found


async def _names(
    db: Database, sources: Mapping[str, LiveSource], receipt: dict[str, Any], wanted: str
) -> bool:
    body = await body_of(db, receipt) or b""
    source = sources.get(receipt["source"])
    # seconds for a body of many megabytes: not on the loop that answers forms
    return await asyncio.to_thread(_says, source, receipt, body, wanted)


def _says(source: LiveSource | None, receipt: dict[str, Any], body: bytes, wanted: str) -> bool:
    payload = opened(source, receipt, body, Overlay()).payload if source else None
    texts = [*_raw(body), *_texts(payload)]
    texts += [v for line in receipt.get("corrections") or () for v in line["answers"].values()]
    # A name is often in two answers, first and last: the whole is searched as one text.
    whole = folded(" ".join(texts))
    if wanted in whole or all(word in whole.split() for word in wanted.split()):
        return True
    digits = re.sub(r"[\s\-]", "", wanted)
    return digits.isdecimal() and digits in re.sub(r"[\s\-]", "", whole)


def _raw(body: bytes) -> Iterator[str]:
    """The body as text, for what no adapter can read."""
    text = body.decode("utf-8", "replace")
    yield text
    yield unquote_plus(text)
    if b"\0" in body[:200]:
        yield body.decode("utf-16", "replace")


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Every text and number in a payload."""
    if depth > 20:  # noqa: PLR2004 -- no form nests that deep, and the raw text is searched as well
        return
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, depth + 1)
    elif isinstance(value, (str, int)):
        yield str(value)


def folded(text: str) -> str:
    """Text without case, accents and punctuation around words, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w@.+\-]", " ", plain).split())
