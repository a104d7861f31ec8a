"""Rows of the key store: one a person, with their key or the moment at which they were erased."""

from collections.abc import Callable
from typing import Final

from nextstep_messaging.database.documents import ReadCollection
from nextstep_messaging.database.schema import Collection
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.erased_words import WORDS_COLLECTION

PERSON_KEYS: Final = "_person_keys"
BACKUPS: Final = "_backups"
"""When a backup was begun: its moment is just before that."""
RESTORES: Final = "_restores"
"""`under way`: what is here is not whole. Else what was restored once, and when."""
UNDER_WAY: Final = "under way"
BACKUP_COLLECTIONS = (
    Collection(PERSON_KEYS),
    Collection(BACKUPS),
    Collection(RESTORES),
    WORDS_COLLECTION,
)


class RestoreUnderWayError(OSError):
    """What the database holds is not whole: a restore was begun and not ended."""


async def under_way(read: Callable[[str], ReadCollection]) -> bool:
    """Whether a restore was begun and not ended."""
    return await read(RESTORES).get(UNDER_WAY) is not None


async def destroy_key(uow: UnitOfWork, person_id: str) -> None:
    """Let no backup give again what was a person's, in the transaction that erases them.

    Doing it again changes nothing. That they were erased is remembered: after a restore they are
    erased again.
    """
    rows = uow.collection(PERSON_KEYS)
    known = await rows.get(person_id)
    if known is None or known["key"] is not None:
        change = {"$set": {"key": None, "erased_at": uow.now}}
        await rows.update({"_id": person_id}, change, upsert=True)
