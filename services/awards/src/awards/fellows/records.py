"""Stored records: what all of them share, and how they become Mongo documents and back.

Dates are stored as ISO text, because BSON has no date without a time.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from nextstep_messaging import ReadCollection, UnitOfWork


class Part(BaseModel):
    """Immutable data inside a record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def but(self, **changes: Any) -> Self:
        """The same record with some fields changed."""
        return self.model_copy(update=changes)


class Record(Part):
    """One stored document. `version` is the one it was loaded with; 0 means not yet stored."""

    collection: ClassVar[str]
    id: str
    version: int = 0


R = TypeVar("R", bound=Record)
Reader = Callable[[str], ReadCollection]
"""`act.read` inside a transaction, `here.read` outside."""


def to_document(record: Record) -> dict[str, Any]:
    """The Mongo document of a record."""
    document = record.model_dump(mode="json")
    document["_id"] = document.pop("id")
    return document


def from_document(kind: type[R], document: Mapping[str, Any]) -> R:
    """The record of a Mongo document."""
    fields = {key: value for key, value in document.items() if key != "_id"}
    return kind.model_validate({**fields, "id": document["_id"]})


async def get(read: Reader, kind: type[R], key: str) -> R | None:
    """The record with this id, or None."""
    document = await read(kind.collection).get(key)
    return from_document(kind, document) if document else None


async def find(read: Reader, kind: type[R], matching: Mapping[str, Any] | None = None) -> list[R]:
    """All matching records."""
    documents = await read(kind.collection).find(matching or {})
    return [from_document(kind, document) for document in documents]


async def save(uow: UnitOfWork, record: R) -> R:
    """Store a record if nobody changed it since it was loaded; `transact` retries otherwise."""
    document = to_document(record)
    await uow.collection(record.collection).save(document)
    return record.but(version=document["version"])


async def keep(uow: UnitOfWork, known: R | None, after: R) -> bool:
    """Store what an event made of a record; False if it changed nothing."""
    if after == known:
        return False
    await save(uow, after)
    return True
