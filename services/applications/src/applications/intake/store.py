"""Receipts in the database, their bodies beside them: collections, indexes and queries."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Collection as Several
from datetime import datetime
from typing import Any

from applications.admissions.store import Read
from applications.intake.receipts import AGAIN, UNOWNED, Receipt, Status
from nextstep_messaging import (
    Collection,
    Database,
    Index,
    StaleDocument,
    UnitOfWork,
    destroy_key,
)

RECEIPTS = "receipts"
MAPS = "maps"
"""Every version of what the office changed in a source's field map; never changed."""
UPLOADS = "uploads"
"""Exports that the office is comparing; their bytes are in the file store for a day at most."""

COLLECTIONS = (
    Collection(
        RECEIPTS,
        (
            Index([("status", 1), ("arrived", 1)]),
            # Only of receipts that were applied: one index less to keep while a form waits.
            Index([("person_id", 1)], partial={"person_id": {"$exists": True}}),
            Index([("edits", 1)], partial={"edits": {"$exists": True}}),  # and of edited ones
        ),
    ),
    Collection(MAPS, (Index([("source", 1), ("number", 1)], unique=True),)),
    Collection(UPLOADS),
)

ERASED_RECEIPT: dict[str, Any] = {
    "status": "erased",
    "body": None,
    "headers": {},
    "submission_id": None,
    "faults": [],
    "corrections": [],
    "dismissal": None,
    "by_hand": None,
}
"""What an erased receipt is set to: its id and digest stay, so that it is not taken in again."""
NO_FILE = "(erased)"
"""Instead of the name of an export, which may name the person."""
WITHOUT_BODY = {"$project": {"body": 0}}
ID_ALONE = {"$project": {"_id": 1}}
"""Bodies are large: one at a time."""


def receipt_to_document(receipt: Receipt) -> dict[str, Any]:
    """The stored form. What a receipt never said is not there: one of the indexes goes by that."""
    return {"_id": receipt.id, **receipt.model_dump(exclude={"id"}, exclude_unset=True)}


def receipt_from_document(document: Mapping[str, Any]) -> Receipt:
    """The receipt of a stored document."""
    return Receipt.model_validate({**document, "id": document["_id"]})


async def save_receipt(uow: UnitOfWork, receipt: Receipt) -> None:
    """Keep a changed receipt; its body stays as it is.

    Raises:
        StaleDocument: it was changed since it was loaded.

    """
    change = receipt.model_dump(exclude={"id", "version"}, exclude_unset=True)
    await _set(uow, receipt, change)


async def erase(uow: UnitOfWork, receipt: Receipt) -> None:
    """Remove what a receipt says, its body with it; no backup gives it again.

    Raises:
        StaleDocument: it was changed since it was loaded.

    """
    origin = receipt.origin.model_dump() if receipt.origin else None
    await _set(uow, receipt, erased_receipt(origin))
    await destroy_key(uow, receipt.id)


def erased_receipt(origin: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a receipt is set to; that it came by an export stays, for the form may yet post it."""
    return ERASED_RECEIPT | {"origin": origin and {**origin, "file": NO_FILE}}


async def _set(uow: UnitOfWork, receipt: Receipt, change: Mapping[str, Any]) -> None:
    mine = {"_id": receipt.id, "version": receipt.version}
    if not await uow.collection(RECEIPTS).update(mine, {"$set": change, "$inc": {"version": 1}}):
        raise StaleDocument(f"receipt {receipt.id} is no longer at version {receipt.version}")


async def take_up(uow: UnitOfWork, receipt_id: str) -> bool:
    """Mark a new receipt as applied, without reading its body; False if it is not new any more."""
    new = {"_id": receipt_id, "status": "new"}
    taken = {"$set": {"status": "applied"}, "$inc": {"version": 1}}
    return await uow.collection(RECEIPTS).update(new, taken) > 0


async def give_owner(uow: UnitOfWork, receipt_id: str, application_id: str, person_id: str) -> None:
    """Note whose receipt it is."""
    theirs = {"application_id": application_id, "person_id": person_id}
    await uow.collection(RECEIPTS).update({"_id": receipt_id}, {"$set": theirs})


async def forget_reason(uow: UnitOfWork, receipt_id: str) -> None:
    """Why it was entered by hand stands in a history now, where an erasure of others finds it."""
    await uow.collection(RECEIPTS).update({"_id": receipt_id}, {"$set": {"by_hand.why": ""}})


async def try_all_again(uow: UnitOfWork, source: str) -> int:
    """Let everything of a source in quarantine be processed again; how many they are."""
    ours = {"source": source, "status": "quarantined"}
    return await uow.collection(RECEIPTS).update(ours, {"$set": AGAIN, "$inc": {"version": 1}})


async def add_receipts(uow: UnitOfWork, receipts: Sequence[tuple[Receipt, bytes]]) -> None:
    """Take in receipts with small bodies.

    Raises:
        DuplicateKey: one of them is there.

    """
    rows = [receipt_to_document(receipt) | {"body": body} for receipt, body in receipts]
    await uow.collection(RECEIPTS).insert_many(rows)


async def put_in_quarantine(db: Database, receipt_id: str, faults: Sequence[str]) -> None:
    """Let a new receipt wait for a person."""
    await _set_of_new(db, receipt_id, {"status": "quarantined", "faults": list(faults)})


async def count_failure(db: Database, receipt_id: str, failures: int) -> None:
    """Remember how often a new receipt could not be processed."""
    await _set_of_new(db, receipt_id, {"failures": failures})


async def _set_of_new(db: Database, receipt_id: str, change: Mapping[str, Any]) -> None:
    await db.write(RECEIPTS).update(
        {"_id": receipt_id, "status": "new"}, {"$set": change, "$inc": {"version": 1}}
    )


async def find_receipt(read: Read, receipt_id: str) -> Receipt | None:
    """The receipt with this id."""
    rows = await read(RECEIPTS).aggregate([{"$match": {"_id": receipt_id}}, WITHOUT_BODY])
    return receipt_from_document(rows[0]) if rows else None


async def last_of_submission(read: Read, first: Receipt) -> Receipt:
    """Of the receipts of a submission the one that came last, by the one that came first.

    Where a form gives its submissions no ids, whatever else the same person sent by it since counts
    as an edited one.
    """
    same: list[dict[str, Any]] = [{"edits": first.id}]
    if first.submission_id is None and first.person_id is not None:
        same.append({"person_id": first.person_id, "source": first.source})
    later = {"$match": {"$or": same, "arrived": {"$gt": first.arrived}}}
    rows = await read(RECEIPTS).aggregate(
        [later, {"$sort": {"arrived": -1}}, {"$limit": 1}, WITHOUT_BODY]
    )
    return receipt_from_document(rows[0]) if rows else first


async def whole_receipt(
    db: Database, receipt_id: str, wait: Callable[[int], Awaitable[None]] | None = None
) -> tuple[Receipt, bytes] | None:
    """A receipt and its raw body, which is empty once it is erased.

    `wait` is called with the size of a body that lies in the file store, before it is read.
    """
    found = await db.read(RECEIPTS).get(receipt_id)
    if found is None:
        return None
    receipt = receipt_from_document(found)
    if receipt.in_files:
        if wait is not None:
            await wait(receipt.size)
        return receipt, await db.files.get(receipt.body_file or "") or b""
    return receipt, found.get("body") or b""


async def count_receipts(read: Read, status: Status) -> int:
    """How many there are in this state."""
    return await read(RECEIPTS).count({"status": status})


async def count_stuck(read: Read, before: datetime) -> int:
    """How many came before this moment and still wait to be processed."""
    return await read(RECEIPTS).count({"status": "new", "received_at": {"$lt": before}})


async def oldest(read: Read, status: Status, most: int, source: str | None = None) -> list[str]:
    """Ids of receipts in this state, in the order of arrival."""
    ours = {"$match": {"status": status} | ({"source": source} if source else {})}
    rows = await read(RECEIPTS).aggregate(
        [ours, {"$sort": {"arrived": 1}}, {"$limit": most}, ID_ALONE]
    )
    return [row["_id"] for row in rows]


async def latest_posted(read: Read, source: str, most: int) -> list[str]:
    """Ids of what a form posted last, the latest first, whatever became of it but erased."""
    ours = {"source": source, "status": {"$in": ["new", "applied", "quarantined"]}, "origin": None}
    rows = await read(RECEIPTS).aggregate(
        [{"$match": ours}, {"$sort": {"arrived": -1}}, {"$limit": most}, ID_ALONE]
    )
    return [row["_id"] for row in rows]


async def next_in_quarantine(read: Read, after: Receipt, hidden: Several[str]) -> str | None:
    """The receipt in quarantine that arrived next after one; after the last, the first.

    `hidden` leaves out what it does in `listed`.
    """
    for later in ({"arrived": {"$gt": after.arrived}}, {}):
        waiting = {"status": "quarantined", "_id": {"$ne": after.id}} | later | _shown(hidden)
        rows = await read(RECEIPTS).aggregate(
            [{"$match": waiting}, {"$sort": {"arrived": 1}}, {"$limit": 1}, ID_ALONE]
        )
        if rows:
            return str(rows[0]["_id"])
    return None


async def unowned(read: Read) -> list[str]:
    """Ids of all receipts that belong to nobody yet, the latest first."""
    ours = {"$match": {"status": {"$in": list(UNOWNED)}}}
    rows = await read(RECEIPTS).aggregate([ours, {"$sort": {"arrived": -1}}, ID_ALONE])
    return [row["_id"] for row in rows]


async def unowned_after(read: Read, after: str) -> list[str]:
    """Ids of the receipts that belong to nobody yet and come after one, in the order of ids."""
    ours = {"$match": {"status": {"$in": list(UNOWNED)}, "_id": {"$gt": after}}}
    rows = await read(RECEIPTS).aggregate([ours, {"$sort": {"_id": 1}}, ID_ALONE])
    return [row["_id"] for row in rows]


async def count_unowned(read: Read) -> dict[tuple[str, Status], int]:
    """How many receipts belong to nobody yet, by source and state."""
    rows = await read(RECEIPTS).aggregate(
        [
            {"$match": {"status": {"$in": list(UNOWNED)}}},
            {"$group": {"_id": {"s": "$source", "t": "$status"}, "count": {"$sum": 1}}},
        ]
    )
    return {(row["_id"]["s"], row["_id"]["t"]): row["count"] for row in rows}


async def listed(
    read: Read,
    status: Status | None,
    hidden: Several[str],
    *,
    newest_first: bool,
    skip: int,
    most: int,
) -> tuple[list[Receipt], int]:
    """A part of all receipts, or of those in one state; and how many they are in all.

    `hidden` are applications whose receipts are left out; if there are any, so are receipts that
    belong to none, because these may be of the same people.
    """
    matching: dict[str, Any] = ({"status": status} if status else {}) | _shown(hidden)
    rows = await read(RECEIPTS).aggregate(
        [
            {"$match": matching},
            {"$sort": {"arrived": -1 if newest_first else 1}},
            {"$skip": skip},
            {"$limit": most},
            WITHOUT_BODY,
        ]
    )
    return [receipt_from_document(row) for row in rows], await read(RECEIPTS).count(matching)


def _shown(hidden: Several[str]) -> dict[str, Any]:
    """What may be listed to whom conflicts hide these applications from."""
    return {"application_id": {"$nin": [None, *sorted(hidden)]}} if hidden else {}


async def of_source(read: Read, source: str) -> list[Receipt]:
    """All receipts of a source."""
    rows = await read(RECEIPTS).aggregate(
        [{"$match": {"source": source}}, {"$project": {"body": 0, "headers": 0}}]
    )
    return [receipt_from_document(row) for row in rows]


async def already_there(
    read: Read, source: str, ids: Sequence[str], submission_ids: Sequence[str]
) -> tuple[set[str], set[str]]:
    """Which of these receipts and submissions have arrived."""
    same = await read(RECEIPTS).aggregate([{"$match": {"_id": {"$in": list(ids)}}}, ID_ALONE])
    ours = {"source": source, "submission_id": {"$in": list(submission_ids)}}
    # an edited submission is kept under another id, but it is the same submission
    twins = await read(RECEIPTS).aggregate([{"$match": ours}, {"$project": {"submission_id": 1}}])
    return {row["_id"] for row in same}, {row["submission_id"] for row in twins}
