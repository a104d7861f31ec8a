"""What has been handled: one row per (consumer queue, event id), never per event id alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from nextstep_messaging.database.documents import SessionCollection
from nextstep_messaging.database.errors import DuplicateKey
from nextstep_messaging.database.schema import Collection, Index

INBOX = "_inbox"
KEPT = timedelta(days=400)
"""Longer than dead letters are kept, so that none can be replayed after its row has gone."""
INBOX_COLLECTION = Collection(INBOX, (Index([("at", 1)], expires=KEPT),))


class AlreadyHandledError(Exception):
    """The message is a duplicate: its effects are committed."""


async def enter(inbox: SessionCollection, consumer: str, event_id: UUID) -> None:
    """Record in a transaction's inbox that `consumer` handles `event_id`.

    Raises:
        AlreadyHandledError: it did so before. The transaction is lost; nothing else may use it.

    """
    row = {"_id": f"{consumer}:{event_id}", "at": datetime.now(UTC)}
    try:
        await inbox.insert(row)
    except DuplicateKey as error:
        raise AlreadyHandledError(row["_id"]) from error
