"""Removes files that an erasure marked.

The file store takes no part in transactions, so the mark is in the transaction and the removal
follows, as often as it takes.
"""

import asyncio

from applications.admissions.store import DISCARDED_FILES
from nextstep_messaging import Database, UnitOfWork

SWEEP_SECONDS = 5.0
"""How soon after an erasure the files are gone."""


async def discard(uow: UnitOfWork, file_ids: list[str]) -> None:
    """Mark files for removal: the file store takes no part in transactions."""
    marks = uow.collection(DISCARDED_FILES)
    marked = {mark["_id"] for mark in await marks.find({"_id": {"$in": file_ids}})}
    new = [file_id for file_id in dict.fromkeys(file_ids) if file_id not in marked]
    await marks.insert_many([{"_id": file_id, "at": uow.now} for file_id in new])


async def remove_discarded(db: Database) -> int:
    """Remove every marked file.

    Returns:
        how many there were.

    """
    marked = await db.read(DISCARDED_FILES).find({}, limit=100)
    for mark in marked:
        await db.files.delete(mark["_id"])
        await db.write(DISCARDED_FILES).delete({"_id": mark["_id"]})
    return len(marked)


async def keep_removing(db: Database) -> None:
    """Remove marked files for ever."""
    while True:
        if not await remove_discarded(db):
            await asyncio.sleep(SWEEP_SECONDS)
