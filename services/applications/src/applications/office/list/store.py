"""What the list keeps: saved views, and what was confirmed for many applications at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from applications.admissions.store import Read
from applications.office.list.bulk import BulkChange, BulkOutcome
from applications.office.list.saved_views import SavedView, identifying_words
from nextstep_messaging import Collection, Database, Index, UnitOfWork
from nextstep_messaging.database.documents import WriteCollection
from nextstep_programme import Cohort

VIEWS = "views"
"""Named filters of the list."""
BULK = "bulk"
"""Changes to many applications at once."""
BULK_OUTCOMES = "bulk_outcomes"
"""What became of each application of such a change."""

COLLECTIONS = (
    Collection(VIEWS, (Index([("cohort", 1)]),)),
    Collection(BULK),
    Collection(BULK_OUTCOMES, (Index([("bulk", 1)]),)),
)


def view_to_document(view: SavedView) -> dict[str, Any]:
    """The stored form."""
    return {"_id": view.id, **view.model_dump(exclude={"id"})}


def view_from_document(document: Mapping[str, Any]) -> SavedView:
    """The view of a stored document."""
    return SavedView.model_validate({**document, "id": document["_id"]})


async def find_view(read: Read, view_id: str) -> SavedView | None:
    """The view with this id."""
    found = await read(VIEWS).get(view_id)
    return view_from_document(found) if found else None


async def views_for(read: Read, cohort: Cohort, subject: str) -> list[SavedView]:
    """The views that a member of staff is offered, by name."""
    rows = await read(VIEWS).find({"cohort": cohort.id})
    views = [view for row in rows if (view := view_from_document(row)).seen_by(subject)]
    return sorted(views, key=lambda view: view.name.casefold())


async def save_view(uow: UnitOfWork, view: SavedView) -> None:
    """Keep a view.

    Raises:
        StaleDocument: it was changed since it was loaded.

    """
    await uow.collection(VIEWS).save(view_to_document(view))


async def forget_views(uow: UnitOfWork, called: Iterable[str]) -> None:
    """Delete the views, whoever's they are, that are there to find an erased person."""
    views, words = uow.collection(VIEWS), identifying_words(called)
    for row in await views.find({}):
        if view_from_document(row).looks_for(words):
            await views.delete({"_id": row["_id"]})


async def delete_view(uow: UnitOfWork, view: SavedView) -> None:
    """Forget a view."""
    await uow.collection(VIEWS).delete({"_id": view.id})


def change_to_document(change: BulkChange) -> dict[str, Any]:
    """The stored form."""
    return {"_id": change.key, **change.model_dump(exclude={"key"})}


def change_from_document(document: Mapping[str, Any]) -> BulkChange:
    """The change of a stored document."""
    return BulkChange.model_validate({**document, "key": document["_id"]})


async def add_change(db: Database, change: BulkChange) -> None:
    """Remember what was confirmed.

    Raises:
        DuplicateKey: something was confirmed under this key already.

    """
    await db.write(BULK).insert(change_to_document(change))


async def find_change(read: Read, key: str) -> BulkChange | None:
    """What was confirmed under a key."""
    found = await read(BULK).get(key)
    return change_from_document(found) if found else None


def outcome_to_document(key: str, outcome: BulkOutcome) -> dict[str, Any]:
    """The stored form: one for each application of a change."""
    return {"_id": _outcome_id(key, outcome.application_id), "bulk": key, **asdict(outcome)}


def outcome_from_document(document: Mapping[str, Any]) -> BulkOutcome:
    """The outcome of a stored document."""
    return BulkOutcome(document["application_id"], document["done"], document["text"])


async def has_outcome(read: Read, key: str, application_id: str) -> bool:
    """Whether it is known what became of an application under this key."""
    return await read(BULK_OUTCOMES).get(_outcome_id(key, application_id)) is not None


async def add_outcome(
    collection: Callable[[str], WriteCollection], key: str, outcome: BulkOutcome
) -> None:
    """Remember what became of one application, in a transaction or outside one.

    Raises:
        DuplicateKey: it is known already.

    """
    await collection(BULK_OUTCOMES).insert(outcome_to_document(key, outcome))


async def outcomes_of(read: Read, key: str) -> dict[str, BulkOutcome]:
    """What became of the applications of a change, by their ids; those not reached are missing."""
    rows = await read(BULK_OUTCOMES).find({"bulk": key})
    return {row["application_id"]: outcome_from_document(row) for row in rows}


def _outcome_id(key: str, application_id: str) -> str:
    return f"{key}:{application_id}"
