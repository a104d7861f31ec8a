"""Exports that the office uploaded to compare: kept for a day, less when somebody is erased."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from applications.admissions.act import Act
from applications.admissions.store import Read
from applications.documents.discarding import discard
from applications.intake.store import UPLOADS
from nextstep_messaging import UnitOfWork

FORGET = "forget-upload"
"""The timer that removes one."""
KEPT_FOR = timedelta(days=1)
"""How long the office may look and decide before it has to upload the file again."""


class UploadedExport(BaseModel):
    """What is known of a file; its bytes are in the file store."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    """The form that it is from."""
    file_name: str
    by: str
    at: datetime

    @property
    def file_id(self) -> str:
        """Where the file store keeps it."""
        return file_id_of(self.id)


def file_id_of(upload_id: str) -> str:
    """Where the file store keeps an uploaded export."""
    return f"upload:{upload_id}"


def from_document(document: Mapping[str, object]) -> UploadedExport:
    """The upload of a stored document."""
    return UploadedExport.model_validate({**document, "id": document["_id"]})


async def find_upload(read: Read, upload_id: str) -> UploadedExport | None:
    """The upload with this id."""
    found = await read(UPLOADS).get(upload_id)
    return from_document(found) if found else None


async def uploads(read: Read) -> list[UploadedExport]:
    """All that are kept, the latest first."""
    return [from_document(row) for row in await read(UPLOADS).find({}, sort=[("at", -1)])]


async def expect_upload(act: Act, upload_id: str, source: str, file_name: str) -> None:
    """Note an export that is about to be stored, with the moment at which it is forgotten.

    Before the file: the file store takes no part in transactions, and a file that nobody knows of
    would be kept for ever.
    """
    upload = UploadedExport(
        id=upload_id, source=source, file_name=file_name, by=act.actor.name, at=act.now
    )
    row = {"_id": upload_id, **upload.model_dump(exclude={"id"})}
    await act.read(UPLOADS).insert(row)
    due = act.now + KEPT_FOR
    await act.uow.schedule(f"{FORGET}:{upload_id}", FORGET, due, {"upload_id": upload_id})


async def forget_upload(uow: UnitOfWork, upload_id: str) -> None:
    """Remove an uploaded export; one that is gone is no error."""
    await uow.collection(UPLOADS).delete({"_id": upload_id})
    await discard(uow, [file_id_of(upload_id)])


async def forget_uploads(uow: UnitOfWork) -> None:
    """Remove every uploaded export: somebody was erased, and who is in which is not known."""
    for upload in await uploads(uow.collection):
        await forget_upload(uow, upload.id)
