"""What the database knows of files beside the applications: which to fetch, which to remove."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from applications.admissions.store import Read
from applications.documents.fetch import Fetch
from nextstep_messaging import Collection, Database, Index, UnitOfWork

FETCHES = "fetches"
"""Files that a submission gave as links: which are to be fetched, and what became of them."""
DISCARDED_FILES = "discarded_files"
"""Files that nothing refers to any more: the file store takes no part in transactions."""

COLLECTIONS = (
    Collection(
        FETCHES,
        (
            Index([("status", 1), ("due", 1)]),
            Index([("application_id", 1)]),
            Index([("person_id", 1)]),
        ),
    ),
    Collection(DISCARDED_FILES),
)


def fetch_to_document(fetch: Fetch) -> dict[str, Any]:
    """The stored form."""
    return {"_id": fetch.id, **fetch.model_dump(exclude={"id"})}


def fetch_from_document(document: dict[str, Any]) -> Fetch:
    """The fetch of a stored document."""
    return Fetch.model_validate(document | {"id": document["_id"]})


async def add_fetches(uow: UnitOfWork, fetches: Sequence[Fetch]) -> None:
    """Remember what is to be fetched."""
    await uow.collection(FETCHES).insert_many([fetch_to_document(one) for one in fetches])


async def save_fetch(uow: UnitOfWork, fetch: Fetch) -> None:
    """Keep a changed fetch.

    Raises:
        StaleDocument: it was changed since it was loaded.

    """
    await uow.collection(FETCHES).save(fetch_to_document(fetch))


async def give_fetches(
    uow: UnitOfWork, submission_id: str, application_id: str, person_id: str
) -> None:
    """The files of a submission are for another application, of another person."""
    theirs = {"application_id": application_id, "person_id": person_id}
    change = {"$set": theirs, "$inc": {"version": 1}}
    await uow.collection(FETCHES).update({"submission_id": submission_id}, change)


async def put_off(db: Database, fetch: Fetch, due: datetime, reason: str) -> None:
    """Count a try that failed, unless the fetch was changed meanwhile."""
    await db.write(FETCHES).update(
        {"_id": fetch.id, "status": "waiting", "version": fetch.version},
        {"$set": {"due": due, "reason": reason}, "$inc": {"tries": 1, "version": 1}},
    )


async def find_fetch(read: Read, fetch_id: str) -> Fetch | None:
    """The fetch with this id."""
    found = await read(FETCHES).get(fetch_id)
    return fetch_from_document(found) if found else None


async def latest_fetch(read: Read, application_id: str, key: str) -> Fetch | None:
    """The fetch of the newest submission that gave this document as a link."""
    mine = {"application_id": application_id, "key": key}
    rows = await read(FETCHES).find(mine, sort=[("sent_at", -1)], limit=1)
    return fetch_from_document(rows[0]) if rows else None


async def due_fetches(read: Read, now: datetime, most: int) -> list[Fetch]:
    """What is to be tried now, the longest due first."""
    due = {"status": "waiting", "due": {"$lte": now}, "costly": {"$ne": True}}
    rows = await read(FETCHES).find(due, sort=[("due", 1)], limit=most)
    return [fetch_from_document(row) for row in rows]


async def costly_fetches(read: Read, now: datetime) -> list[Fetch]:
    """What is here, costs much to look at and is due, the longest waiting first."""
    due = {"status": "waiting", "due": {"$lte": now}, "costly": True}
    rows = await read(FETCHES).find(due, sort=[("due", 1)])
    return [fetch_from_document(row) for row in rows]


async def count_waiting(read: Read) -> int:
    """How many files have neither come nor been given up."""
    return await read(FETCHES).count({"status": "waiting"})


async def mark_discarded(uow: UnitOfWork, file_ids: Sequence[str]) -> None:
    """Mark files for removal; marking one again changes nothing."""
    marks = uow.collection(DISCARDED_FILES)
    marked = {mark["_id"] for mark in await marks.find({"_id": {"$in": list(file_ids)}})}
    new = [file_id for file_id in dict.fromkeys(file_ids) if file_id not in marked]
    await marks.insert_many([{"_id": file_id, "at": uow.now} for file_id in new])


async def marked_for_removal(read: Read, most: int) -> list[str]:
    """Ids of files that are marked."""
    return [mark["_id"] for mark in await read(DISCARDED_FILES).find({}, limit=most)]


async def unmark(db: Database, file_id: str) -> None:
    """Forget the mark of a file that is gone."""
    await db.write(DISCARDED_FILES).delete({"_id": file_id})
