"""Removes files that nothing refers to any more.

The file store takes no part in transactions, so the mark is in the transaction and the removal
follows, as often as it takes.
"""

from collections.abc import Sequence

from applications.documents import store
from nextstep_messaging import Database, Lease, Messaging, Pace, UnitOfWork

PACE = Pace(sweep=5.0)
"""Seconds: how soon after an erasure the files are gone."""
BATCH = 100


def add_discarding(messaging: Messaging) -> None:
    """Let the service remove what is marked."""

    async def look(_: Lease) -> bool:
        return await remove_discarded(messaging.db) > 0

    messaging.add_worker("discards", look, PACE)


async def discard(uow: UnitOfWork, file_ids: Sequence[str]) -> None:
    """Have files removed once this is committed."""
    await store.mark_discarded(uow, file_ids)


async def remove_discarded(db: Database) -> int:
    """Remove a batch of marked files.

    Returns:
        how many there were.

    """
    marked = await store.marked_for_removal(db.read, BATCH)
    for file_id in marked:
        await db.files.delete(file_id)
        await store.unmark(db, file_id)
    return len(marked)
