"""Takes a delivery in: its raw body is durable before it is answered, one receipt a submission.

That is one insert and nothing else, since the receipt's id follows from the submission.
"""

import asyncio
import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime

import structlog

from applications.intake.adapter import Delivery, UnreadableError
from applications.intake.adapters.form_bodies import MULTIPART
from applications.intake.field_map.mapping import submission_id
from applications.intake.receipts import Receipt, receipt_key, storable_id
from applications.intake.sources import KEPT_HEADERS, LiveSource
from applications.intake.store import (
    RECEIPTS,
    find_receipt,
    last_of_submission,
    receipt_to_document,
)
from nextstep_messaging import Database, DatabaseUnavailableError, DuplicateKey

log = structlog.get_logger()

LARGEST_INLINE = 8 * 1024 * 1024
"""Bytes. A database document holds 16 MB; larger bodies go to the file store."""
LARGE = 1024 * 1024
"""Bytes from which hashing and parsing would hold up other requests noticeably."""


@dataclass(frozen=True)
class Acknowledgement:
    """What the sender is told. `new` is False when this submission was received before."""

    receipt_id: str
    new: bool


async def take_in(
    db: Database, source: LiveSource, delivery: Delivery, now: datetime
) -> Acknowledgement:
    """Store a verified delivery. When this returns, the body survives any crash.

    A submission that comes again with other content, as an edited one does, is a receipt too.
    """
    if len(delivery.body) < LARGE:
        said, digest = _identify(source, delivery)
    else:
        said, digest = await asyncio.to_thread(_identify, source, delivery)
    receipt = _receipt(source, delivery, now, said, digest)
    try:
        await _insert(db, receipt, delivery.body)
    except DuplicateKey:
        stored = await find_receipt(db.read, receipt.id)
    else:
        return Acknowledgement(receipt.id, new=True)
    first = _safe(stored)
    if first.status == "erased" and (first.origin or first.digest == digest):
        return Acknowledgement(first.id, new=False)  # the person asked for it to be gone
    taken = await _take_in_again(db, first, receipt, delivery.body, said or digest)
    # The office had it from the form's export already: the sender is told so, and the body, which
    # may hold documents that an export does not, is kept and read as the same submission.
    return Acknowledgement(first.id, new=False) if first.origin else taken


def _safe(found: Receipt | None) -> Receipt:
    if found is None:  # a rival's, and not yet safe from an election: nobody may build on it
        raise DatabaseUnavailableError("the same submission is just being stored")
    return found


async def _take_in_again(
    db: Database, first: Receipt, receipt: Receipt, body: bytes, submission: str
) -> Acknowledgement:
    """Of a submission that came before: other content, the last again, or what came before that."""
    before = first
    if first.digest != receipt.digest:
        edited = {"id": receipt_key(receipt.source, submission, receipt.digest), "edits": first.id}
        try:
            await _insert(db, receipt.model_copy(update=edited), body)
        except DuplicateKey:
            before = _safe(await find_receipt(db.read, edited["id"]))
            if before.status == "erased":
                return Acknowledgement(before.id, new=False)  # as the first: see `take_in`
        else:
            return Acknowledgement(edited["id"], new=True)
    last = await last_of_submission(db.read, first)
    if last.digest == receipt.digest:
        return Acknowledgement(last.id, new=False)
    if receipt.message and receipt.message == before.message:
        return Acknowledgement(before.id, new=False)
    # Edited back, or an earlier message that comes late: nobody can tell, so the office is asked.
    key = receipt_key(receipt.source, submission, receipt.digest, last.id)
    again = receipt.model_copy(update={"id": key, "edits": first.id, "said_before": True})
    try:
        await _insert(db, again, body)
    except DuplicateKey:
        return Acknowledgement(key, new=False)
    return Acknowledgement(key, new=True)


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
    except Exception:  # what nobody foresaw must not be answered 500 and be gone
        log.exception("delivery_not_read", source=source.name)
        return None, digest
    if multipart:
        # What parts the fields is drawn anew each time: the same form is not the same bytes.
        said = json.dumps(payload, sort_keys=True).encode()
        digest = hashlib.sha256(said).hexdigest()
    return submission_id(payload, source.definition), digest


def _receipt(
    source: LiveSource, delivery: Delivery, now: datetime, said: str | None, digest: str
) -> Receipt:
    return Receipt(
        id=receipt_key(source.name, said or digest),
        source=source.name,
        status="new",
        received_at=now,
        arrived=time.time_ns(),
        submission_id=storable_id(said),
        digest=digest,
        size=len(delivery.body),
        headers={k: delivery.headers[k] for k in KEPT_HEADERS if k in delivery.headers},
        in_files=len(delivery.body) > LARGEST_INLINE,
        failures=0,
        version=1,
    )


async def _insert(db: Database, receipt: Receipt, body: bytes) -> None:
    document = receipt_to_document(receipt)
    if not receipt.in_files:
        await db.gathered(RECEIPTS).insert(document | {"body": body}, size=len(body))
        return
    if await find_receipt(db.read, receipt.id) is not None:
        raise DuplicateKey(receipt.id)
    # Named by its bytes: a try that broke off must not leave another body to this receipt.
    raw = await asyncio.to_thread(hashlib.sha256, body)
    key = f"receipt:{receipt.id}:{raw.hexdigest()[:32]}"
    # The file first: a receipt without its body would be worse than a file without a receipt.
    await db.files.put(key, "body", body)
    await db.write(RECEIPTS).insert(document | {"body": None, "body_file": key})
