"""Receipts: the raw body of a submission, durable before it is answered, one for each submission.

The receipt's id follows from the submission, so that taking it in is one insert and nothing else:
the same submission finds its own receipt there.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.admissions.store import RECEIPTS
from applications.intake.adapter import Delivery, UnreadableError
from applications.intake.adapters.form_bodies import MULTIPART
from applications.intake.authentication import vouched
from applications.intake.field_map.mapping import submission_id
from applications.intake.sources import KEPT_HEADERS, LiveSource
from nextstep_messaging import Database, DatabaseUnavailableError, DuplicateKey

LARGEST_INLINE = 8 * 1024 * 1024
"""Bytes. A database document holds 16 MB; larger bodies go to the file store."""
LARGE = 1024 * 1024
"""Bytes from which hashing and parsing would hold up other requests noticeably."""


@dataclass(frozen=True)
class Receipt:
    """What the sender is told. `new` is False when this submission was received before."""

    id: str
    new: bool


async def verified(source: LiveSource, delivery: Delivery, now: datetime) -> bool:
    """Whether one of the source's live secrets vouches for the delivery."""
    if len(delivery.body) < LARGE:
        return vouched(source, delivery, now)
    return await asyncio.to_thread(vouched, source, delivery, now)


async def take_in(db: Database, source: LiveSource, delivery: Delivery, now: datetime) -> Receipt:
    """Store a verified delivery. When this returns, the body survives any crash.

    A submission that comes again with other content, as an edited one does, is a receipt too.
    """
    if len(delivery.body) < LARGE:
        said, digest = _identify(source, delivery)
    else:
        said, digest = await asyncio.to_thread(_identify, source, delivery)
    first = receipt_key(source.name, said or digest)
    document = _document(source, delivery, now, said, digest)
    try:
        await _insert(db, document | {"_id": first}, delivery.body)
    except DuplicateKey:
        stored = await db.read(RECEIPTS).get(first)
        if stored is None:  # a rival's, and not yet safe from an election: nobody may build on it
            raise DatabaseUnavailableError("the same submission is just being stored") from None
        if stored["digest"] == digest:
            return Receipt(first, new=False)
        reconciled = bool(stored.get("origin"))
        if reconciled and stored["status"] == "erased":
            return Receipt(first, new=False)  # the person asked for this submission to be gone
    else:
        return Receipt(first, new=True)
    edited = receipt_key(source.name, said or digest, digest)
    # The office had it from the form's export already: the sender is told so, and the body, which
    # may hold documents that an export does not, is kept and read as the same submission.
    answer = first if reconciled else edited
    try:
        await _insert(db, document | {"_id": edited}, delivery.body)
    except DuplicateKey:
        return Receipt(answer, new=False)
    return Receipt(answer, new=not reconciled)


async def body_of(db: Database, receipt: Mapping[str, Any]) -> bytes | None:
    """The raw body of a stored receipt; None once it is erased."""
    if receipt["in_files"]:
        return await db.files.get(receipt["body_file"])
    body: bytes | None = receipt["body"]
    return body


def content_type(receipt: Mapping[str, Any]) -> str:
    """What the sender said the stored body is."""
    return str(receipt.get("headers", {}).get("content-type", ""))


def _identify(source: LiveSource, delivery: Delivery) -> tuple[str | None, str]:
    """The submission's own id, if the body has one, and the hash of what it says."""
    digest = hashlib.sha256(delivery.body).hexdigest()
    content_type = delivery.headers.get("content-type", "")
    multipart = content_type.lower().startswith(MULTIPART)
    if source.definition.submission_id is None and not multipart:
        return None, digest
    try:
        payload = source.adapter.read(delivery.body, content_type)
    except UnreadableError:
        return None, digest  # it is quarantined later; the answer is not delayed for it
    if multipart:
        # What parts the fields is drawn anew each time: the same form is not the same bytes.
        said = json.dumps(payload, sort_keys=True).encode()
        digest = hashlib.sha256(said).hexdigest()
    return submission_id(payload, source.definition), digest


def receipt_key(*parts: str) -> str:
    """The id of the receipt of a submission: its source and its own id, or what stands in."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _document(
    source: LiveSource, delivery: Delivery, now: datetime, said: str | None, digest: str
) -> dict[str, Any]:
    return {
        "source": source.name,
        "status": "new",
        "received_at": now,
        # The order of arrival: the programme's clock may stand still between two submissions.
        "arrived": time.time_ns(),
        # An id can hold half a character, which no database keeps.
        "submission_id": said[:200].encode("utf-8", "replace").decode() if said else None,
        "digest": digest,
        "size": len(delivery.body),
        "headers": {k: delivery.headers[k] for k in KEPT_HEADERS if k in delivery.headers},
        "in_files": len(delivery.body) > LARGEST_INLINE,
        "failures": 0,
        "version": 1,
    }


async def _insert(db: Database, document: dict[str, Any], body: bytes) -> None:
    if not document["in_files"]:
        await db.gathered(RECEIPTS).insert(document | {"body": body}, size=len(body))
        return
    if await db.read(RECEIPTS).get(document["_id"]) is not None:
        raise DuplicateKey(document["_id"])
    # Named by its bytes: a try that broke off must not leave another body to this receipt.
    raw = await asyncio.to_thread(hashlib.sha256, body)
    key = f"receipt:{document['_id']}:{raw.hexdigest()[:32]}"
    # The file first: a receipt without its body would be worse than a file without a receipt.
    await db.files.put(key, "body", body)
    await db.write(RECEIPTS).insert(document | {"body": None, "body_file": key})
