"""Finds a person in what belongs to nobody yet, for example to erase what they sent."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from applications.intake import store
from applications.intake.field_map.overlays import Overlay
from applications.intake.reading import opened
from applications.intake.receipts import Receipt
from applications.intake.sources import LiveSource
from nextstep_messaging import Database
from nextstep_programme.letters import without_accents

SHORTEST_TERM = 3
"""Characters that are searched for: fewer are in everything."""


async def naming(db: Database, sources: Mapping[str, LiveSource], term: str) -> list[Receipt]:
    """Receipts that belong to nobody and whose raw body names the term, whatever it is coded as.

    Args:
        db: where they are.
        sources: to read what each form sends.
        term: a name, an address or a number; case, accents and, in numbers, spaces are no matter.

    """
    wanted = searchable(term)
    if len(wanted.replace(" ", "")) < SHORTEST_TERM:
        return []
    found = []
    for receipt_id in await store.unowned(db.read):
        whole = await store.whole_receipt(db, receipt_id)
        if whole is None:
            continue
        receipt, body = whole
        # seconds for a body of many megabytes: not on the loop that answers forms
        source = sources.get(receipt.source)
        if await asyncio.to_thread(_says, source, receipt, body, wanted):
            found.append(receipt)
    return found


def _says(source: LiveSource | None, receipt: Receipt, body: bytes, wanted: str) -> bool:
    payload = opened(source, receipt, body, Overlay()).payload if source else None
    texts = [*raw_texts(body), *_texts(payload)]
    texts += [text for one in receipt.corrections for text in one.answers.values()]
    # A name is often in two answers, first and last: the whole is searched as one text.
    whole = searchable(" ".join(texts))
    if wanted in whole or all(word in whole.split() for word in wanted.split()):
        return True
    digits = re.sub(r"[\s\-]", "", wanted)
    return digits.isdecimal() and digits in re.sub(r"[\s\-]", "", whole)


def raw_texts(body: bytes) -> Iterator[str]:
    """The body as text, for what no adapter can read."""
    text = body.decode("utf-8", "replace")
    yield text
    if (plain := unquote_plus(text)) != text:
        yield plain
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


def searchable(text: str) -> str:
    """Text without case, accents and punctuation around words, for comparing."""
    plain = without_accents(text.casefold())
    return " ".join(re.sub(r"[^\w@.+\-]", " ", plain).split())
