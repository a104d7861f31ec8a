"""The versions of applications in the database: every submission that became part of one."""

from collections.abc import Mapping
from typing import Any

from applications.admissions.application import Document
from applications.admissions.store import SUBMISSIONS, Read
from applications.admissions.versions import HeldBack, Version
from nextstep_messaging import UnitOfWork

_IN_JSON = frozenset({"answers", "documents"})
"""Nothing is looked up by what is in these: their dates and moments are kept as text."""


def to_document(version: Version) -> dict[str, Any]:
    """The stored form."""
    return {
        "_id": version.id,
        **version.model_dump(exclude={"id", "held", *_IN_JSON}),
        **version.model_dump(mode="json", include={*_IN_JSON}),
        "held": _held(version.held) if version.held else None,
    }


def from_document(document: Mapping[str, Any]) -> Version:
    """The version of a stored document."""
    return Version.model_validate({**document, "id": document["_id"]})


async def find(read: Read, version_id: str) -> Version | None:
    """The version that a submission became."""
    found = await read(SUBMISSIONS).get(version_id)
    return from_document(found) if found else None


async def of_application(read: Read, application_id: str) -> list[Version]:
    """All versions of an application, in the order in which they came."""
    mine = {"application_id": application_id}
    rows = await read(SUBMISSIONS).find(mine, sort=[("received_at", 1)])
    return [from_document(row) for row in rows]


async def of_source(read: Read, source: str) -> dict[str, Version]:
    """All versions that came through one form, by their ids."""
    rows = await read(SUBMISSIONS).find({"source": source})
    return {row["_id"]: from_document(row) for row in rows}


async def keep(uow: UnitOfWork, version: Version) -> None:
    """Keep a version as it came."""
    await uow.collection(SUBMISSIONS).insert(to_document(version))


async def hold_all(uow: UnitOfWork, application_id: str, held: HeldBack) -> None:
    """Let all that there is of an application wait for the office."""
    await uow.collection(SUBMISSIONS).update(
        {"application_id": application_id}, {"$set": {"held": _held(held), "in_force": False}}
    )


async def decided(uow: UnitOfWork, version: Version, held: HeldBack) -> None:
    """Keep what the office decided on a version."""
    change = {"held": _held(held), "in_force": held.status == "applied"}
    await uow.collection(SUBMISSIONS).update({"_id": version.id}, {"$set": change})


async def give(
    uow: UnitOfWork, version: Version, application_id: str, person_id: str, *, in_force: bool
) -> None:
    """A version that waited is another application's, of another person.

    It is in force there, or waits on.
    """
    change: dict[str, Any] = {"application_id": application_id, "person_id": person_id}
    if in_force:
        change |= {"held": None, "in_force": True, "after_decision": False}
    await uow.collection(SUBMISSIONS).update({"_id": version.id}, {"$set": change})


async def put_document(uow: UnitOfWork, version_id: str, key: str, document: Document) -> None:
    """Put the file that a version named by a link into its record."""
    known = document.model_dump(mode="json")
    await uow.collection(SUBMISSIONS).update(
        {"_id": version_id}, {"$set": {f"documents.{key}": known}}
    )


async def take_file_away(
    uow: UnitOfWork, application_id: str, held: Document, found: Mapping[str, object]
) -> None:
    """Let no version of an application bring a file back; `found` says what is told of it."""
    named = {"application_id": application_id, f"documents.{held.key}.file_id": held.file_id}
    told = {f"documents.{held.key}.{field}": value for field, value in found.items()}
    await uow.collection(SUBMISSIONS).update(named, {"$set": told})


def _held(held: HeldBack) -> dict[str, Any]:
    known = held.model_dump(exclude_none=True, exclude={"earlier_text"})
    return known | {"why": held.why}  # as earlier releases read it
