"""Exports that the office uploaded to compare: kept for a day, less when somebody is erased."""

from datetime import timedelta

from applications.admissions import store
from applications.admissions.act import Act
from applications.documents.discarding import discard
from nextstep_messaging import UnitOfWork

FORGET = "forget-upload"
"""The timer that removes one."""
KEPT_FOR = timedelta(days=1)
"""How long the office may look and decide before it has to upload the file again."""


def upload_key(upload_id: str) -> str:
    """Where the file store keeps an uploaded export."""
    return f"upload:{upload_id}"


async def expect_upload(act: Act, upload_id: str, source: str, file_name: str) -> None:
    """Note an export that is about to be stored, with the moment at which it is forgotten.

    Before the file: the file store takes no part in transactions, and a file that nobody knows of
    would be kept for ever.
    """
    row = {"_id": upload_id, "source": source, "file_name": file_name}
    await act.uow.collection(store.UPLOADS).insert(row | {"by": act.actor.name, "at": act.now})
    due = act.now + KEPT_FOR
    await act.uow.schedule(f"{FORGET}:{upload_id}", FORGET, due, {"upload_id": upload_id})


async def forget_upload(uow: UnitOfWork, upload_id: str) -> None:
    """Remove an uploaded export; one that is gone is no error."""
    await uow.collection(store.UPLOADS).delete({"_id": upload_id})
    await discard(uow, [upload_key(upload_id)])


async def forget_uploads(uow: UnitOfWork) -> None:
    """Remove every uploaded export: somebody was erased, and who is in which is not known."""
    for row in await uow.collection(store.UPLOADS).find({}):
        await forget_upload(uow, row["_id"])
