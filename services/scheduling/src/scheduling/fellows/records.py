"""What this service's own data is made of, and how it is stored.

Records are immutable. Dates and moments are stored as ISO 8601 text.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from nextstep_messaging import ReadCollection, UnitOfWork

Read = Callable[[str], ReadCollection]
"""`act.read` inside a transaction, `here.read` outside one."""


class Record(BaseModel):
    """A part of the service's state. Immutable: a rule returns a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Aggregate(Record):
    """A record that is stored as one document and saved only if nobody changed it meanwhile."""

    version: int = 0
    """Of the stored document; 0 when it is new."""


Loaded = TypeVar("Loaded", bound=Record)
Saved = TypeVar("Saved", bound=Aggregate)


def from_document(kind: type[Loaded], document: Mapping[str, Any]) -> Loaded:
    """The record of a stored document."""
    return kind.model_validate({name: v for name, v in document.items() if name != "_id"})


def to_document(key: str, record: Record) -> dict[str, Any]:
    """The document that stores a record under `key`."""
    return {"_id": key, **record.model_dump(mode="json")}


async def save(uow: UnitOfWork, collection: str, key: str, record: Saved) -> Saved:
    """Store a record; returns it as it is now stored.

    Raises:
        StaleDocument: somebody changed it since it was loaded.

    """
    document = to_document(key, record)
    await uow.collection(collection).save(document)
    return record.model_copy(update={"version": document["version"]})
