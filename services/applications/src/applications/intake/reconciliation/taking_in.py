"""Compare a form's own export with what arrived, and take in what never did."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from applications.admissions import store
from applications.admissions.act import Act, Applications
from applications.admissions.answers import Answers
from applications.intake.reconciliation.comparison import Arrived, Comparison, Row, compare
from applications.intake.reconciliation.exports import ROW, body_of_row, rows_of
from applications.intake.reconciliation.tables import read_table
from applications.intake.sources import LiveSource
from nextstep_messaging import Actor, Database, DuplicateKey, StaleDocument

AT_ONCE = 100
"""Rows of one transaction."""


async def compared(db: Database, source: LiveSource, data: bytes, zone: str) -> Comparison:
    """Compare an export with the receipts of its source, as they are now.

    Raises:
        TableError: the file cannot be used; the message is for the office.

    """
    arrived = await arrived_of(db, source.name)

    def work() -> Comparison:  # seconds for a large file: not on the loop that answers forms
        rows, fields = rows_of(source, read_table(data), zone)
        return compare(rows, arrived, fields)

    return await asyncio.to_thread(work)


async def arrived_of(db: Database, source: str) -> list[Arrived]:
    """All receipts of a source with what became of them, without their bodies."""
    ours = {"source": source}
    receipts = await db.read(store.RECEIPTS).aggregate(
        [{"$match": ours}, {"$project": {"body": 0, "headers": 0}}]
    )
    rows = await db.read(store.SUBMISSIONS).find(ours)
    submissions = {row["_id"]: row for row in rows}
    return [_arrived(receipt, submissions.get(receipt["_id"])) for receipt in receipts]


def _arrived(receipt: dict[str, Any], submission: dict[str, Any] | None) -> Arrived:
    moment = submission["submitted_at"] if submission else receipt["received_at"]
    return Arrived(
        receipt_id=receipt["_id"],
        submission_id=receipt["submission_id"],
        status=receipt["status"],
        submitted_at=moment,
        arrived=receipt["arrived"],
        answers=Answers.model_validate(submission["answers"]) if submission else None,
        application_id=receipt.get("application_id"),
    )


async def ingest(
    act: Act,
    *,
    source: LiveSource,
    rows: Sequence[Row],
    file_name: str,
    arrived: int,
) -> int:
    """Take in rows as receipts; one that has arrived meanwhile changes nothing.

    They carry the ids of their submissions, so that the form's own delivery, should it come yet,
    finds them there.

    Returns:
        how many were new.

    """
    receipts = act.uow.collection(store.RECEIPTS)
    there = await receipts.find({"_id": {"$in": [row.key for row in rows]}})
    known = {row["_id"] for row in there}
    # an edited submission is kept under another id, but it is the same submission
    said = [row.submission_id for row in rows if row.submission_id]
    twins = await receipts.find({"source": source.name, "submission_id": {"$in": said}})
    twice = {row["submission_id"] for row in twins}
    new = [r for r in rows if r.key not in known and r.submission_id not in twice]
    origin = {"file": file_name, "by": act.actor.name, "at": act.now}
    try:
        await receipts.insert_many(
            [
                _receipt(act, source.name, row, arrived + position, origin)
                for position, row in enumerate(new)
            ]
        )
    except DuplicateKey as rival:
        raise StaleDocument("one of the submissions arrived at this moment") from rival
    if new:
        about = f"{len(new)} from {file_name}"
        act.audit("reconcile", source.name, why=about)
    return len(new)


def _receipt(
    act: Act, source: str, row: Row, arrived: int, origin: dict[str, Any]
) -> dict[str, Any]:
    body = body_of_row(row)
    return {
        "_id": row.key,
        "source": source,
        "status": "new",
        "received_at": act.now,
        "arrived": arrived,
        "submission_id": row.submission_id,
        "digest": row.content,
        "size": len(body),
        "headers": {"content-type": ROW},
        "in_files": False,
        "failures": 0,
        "version": 1,
        "body": body,
        "origin": origin | {"row": row.number},
    }


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


def batched(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """The rows in parts of at most this size."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
