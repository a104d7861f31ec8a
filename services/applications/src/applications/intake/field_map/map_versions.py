"""The versions of a form's field map that the office made, in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from applications.admissions.store import Read
from applications.intake.field_map.overlays import AnswerPath, Overlay
from applications.intake.store import MAPS
from nextstep_messaging import UnitOfWork


class MapVersion(BaseModel):
    """One version: what was changed in what the sources file says, by whom and why."""

    model_config = ConfigDict(frozen=True)

    source: str
    number: int
    fields: dict[str, AnswerPath | None]
    documents: dict[str, AnswerPath | None]
    at: datetime
    by: str
    why: str
    undoes: int | None = None
    """The version that it returns to, 0 being the sources file; None: it returns to none."""

    @property
    def id(self) -> str:
        """In the order of the versions."""
        return version_id(self.source, self.number)

    @property
    def overlay(self) -> Overlay:
        """What it lays over the sources file."""
        return Overlay(self.number, self.fields, self.documents)


def version_id(source: str, number: int) -> str:
    """The id of a version."""
    return f"{source}:{number:06d}"


def to_document(version: MapVersion) -> dict[str, Any]:
    """The stored form."""
    return {"_id": version.id, **version.model_dump()}


def from_document(document: Mapping[str, Any]) -> MapVersion:
    """The version of a stored document."""
    return MapVersion.model_validate(document)


async def versions_of(read: Read, source: str) -> list[MapVersion]:
    """All versions, the latest first."""
    rows = await read(MAPS).find({"source": source}, sort=[("number", -1)])
    return [from_document(row) for row in rows]


async def version(read: Read, source: str, number: int) -> MapVersion | None:
    """One version."""
    found = await read(MAPS).get(version_id(source, number))
    return from_document(found) if found else None


async def in_force(read: Read, source: str) -> Overlay:
    """What is laid over the file now; read for each receipt, so that a change counts at once."""
    rows = await read(MAPS).find({"source": source}, sort=[("number", -1)], limit=1)
    return from_document(rows[0]).overlay if rows else Overlay()


async def add(uow: UnitOfWork, version: MapVersion) -> None:
    """Keep another version."""
    await uow.collection(MAPS).insert(to_document(version))
