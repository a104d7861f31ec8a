"""Compare a form's own export with what arrived, and take in what never did."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import partial

from applications.admissions import kept_versions
from applications.admissions.act import Act, Applications
from applications.admissions.versions import Version
from applications.intake import store
from applications.intake.receipts import Origin, Receipt
from applications.intake.reconciliation.comparison import Arrived, Comparison, Exported, compare
from applications.intake.reconciliation.exports import ROW, body_of_row, rows_of
from applications.intake.reconciliation.tables import read_table_apart
from applications.intake.sources import LiveSource
from nextstep_messaging import Actor, Database, DuplicateKey, StaleDocument

OWNER = "reconciliation"
"""In the sandbox: one export at a time, beside the documents."""
AT_ONCE = 100
"""Rows of one transaction."""


async def compared(db: Database, source: LiveSource, data: bytes, zone: str) -> Comparison:
    """Compare an export with the receipts of its source, as they are now.

    Raises:
        TableError: the file cannot be used; the message is for the office.

    """
    receipts = await store.of_source(db.read, source.name)
    versions = await kept_versions.of_source(db.read, source.name)
    arrived = [_arrived(receipt, versions.get(receipt.id)) for receipt in receipts]
    table = await read_table_apart(data, OWNER)

    def work() -> Comparison:  # seconds for a large file: not on the loop that answers forms
        rows, fields = rows_of(source, table, zone)
        return compare(rows, arrived, fields)

    return await asyncio.to_thread(work)


def _arrived(receipt: Receipt, version: Version | None) -> Arrived:
    return Arrived(
        receipt_id=receipt.id,
        submission_id=receipt.submission_id,
        status=receipt.status,
        submitted_at=version.submitted_at if version else receipt.received_at,
        arrived=receipt.arrived,
        answers=version.answers if version else None,
        application_id=receipt.application_id,
    )


async def ingest(
    act: Act,
    *,
    source: LiveSource,
    rows: Sequence[Exported],
    file_name: str,
    arrived: int,
) -> int:
    """Take in rows as receipts; one that has arrived meanwhile changes nothing.

    They carry the ids of their submissions, so that the form's own delivery, should it come yet,
    finds them there.

    Returns:
        how many were new.

    """
    said = [row.submission_id for row in rows if row.submission_id]
    keys = [row.key for row in rows]
    known, twice = await store.already_there(act.read, source.name, keys, said)
    new = [r for r in rows if r.key not in known and r.submission_id not in twice]
    receipts = []
    for position, row in enumerate(new):
        origin = Origin(file=file_name, row=row.number, by=act.actor.name, at=act.now)
        receipts.append(_receipt(source.name, row, arrived + position, origin))
    try:
        await store.add_receipts(act.uow, receipts)
    except DuplicateKey as rival:
        raise StaleDocument("one of the submissions arrived at this moment") from rival
    if new:
        act.audit("reconcile", source.name, why=f"{len(new)} from {file_name}")
    return len(new)


def _receipt(source: str, row: Exported, arrived: int, origin: Origin) -> tuple[Receipt, bytes]:
    body = body_of_row(row)
    receipt = Receipt(
        id=row.key,
        source=source,
        status="new",
        received_at=origin.at,
        arrived=arrived,
        submission_id=row.submission_id,
        digest=row.content,
        size=len(body),
        headers={"content-type": ROW},
        in_files=False,
        failures=0,
        origin=origin,
        version=1,
    )
    return receipt, body


async def ingest_all(
    applications: Applications, source: LiveSource, found: Comparison, file_name: str, who: Actor
) -> int:
    """Take in everything that never arrived, some at a time. Doing it again changes nothing.

    Returns:
        how many were new.

    """
    count = 0
    for rows in batched(found.missing, AT_ONCE):
        arrived = time.time_ns()
        use_case = partial(ingest, source=source, rows=rows, file_name=file_name, arrived=arrived)
        count += await applications.perform(use_case, who)
    return count


def batched(rows: Sequence[Exported], size: int) -> Iterator[Sequence[Exported]]:
    """The rows in parts of at most this size."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
