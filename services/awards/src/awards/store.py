"""Records to Mongo documents and back, and the board loaded whole.

Dates are stored as ISO text, because BSON has no date without a time.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from awards.board import Board
from awards.decision import Decision, Scoring
from awards.emails import Email
from awards.fellows import Fellow, Presence, Progress
from awards.graduation import Graduation
from awards.panel import Conflict, Panellist
from awards.projects import Authorship, Project
from awards.records import Record
from awards.sheets import Sheet
from awards.terms import Terms
from nextstep_messaging import Collection, Index, ReadCollection, UnitOfWork

R = TypeVar("R", bound=Record)
Reader = Callable[[str], ReadCollection]
"""`uow.collection` inside a transaction, `messaging.db.read` outside."""

COLLECTIONS = (
    Collection(Fellow.collection),
    Collection(Progress.collection),
    Collection(Presence.collection, (Index([("person_id", 1)]),)),
    Collection(Project.collection, (Index([("authors", 1)]),)),
    Collection(Authorship.collection),
    Collection(Panellist.collection, (Index([("email", 1)]),)),
    Collection(Conflict.collection, (Index([("project_id", 1)]), Index([("panellist_id", 1)]))),
    Collection(Sheet.collection, (Index([("project_id", 1)]), Index([("panellist_id", 1)]))),
    Collection(Scoring.collection),
    Collection(Decision.collection),
    Collection(Graduation.collection),
    Collection(Email.collection, (Index([("person_id", 1)]),)),
)


def to_document(record: Record) -> dict[str, Any]:
    """The Mongo document of a record."""
    document = record.model_dump(mode="json")
    document["_id"] = document.pop("id")
    return document


def from_document(kind: type[R], document: Mapping[str, Any]) -> R:
    """The record of a Mongo document."""
    return kind.model_validate({**document, "id": document["_id"]})


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


async def load_scoring(read: Reader, terms: Terms) -> Scoring:
    """The cohort's scoring, new if nothing was decided yet."""
    return await get(read, Scoring, terms.cohort.id) or Scoring(id=terms.cohort.id)


async def load_board(read: Reader, terms: Terms) -> Board:
    """The cohort's judging, whole. At most a few hundred small documents."""
    cohort = {"cohort": terms.cohort.id}
    decisions = await find(read, Decision, cohort)
    return Board(
        cohort=terms.cohort.id,
        organisations=terms.cohort.awards.panel_organisations,
        current_method=terms.method,
        scoring=await load_scoring(read, terms),
        fellows={one.id: one for one in await find(read, Fellow) if one.known},
        projects={one.id: one for one in await find(read, Project, cohort)},
        panellists={one.id: one for one in await find(read, Panellist, cohort)},
        conflicts=tuple(await find(read, Conflict, cohort)),
        sheets={one.pair: one for one in await find(read, Sheet, cohort)},
        decisions=tuple(sorted(decisions, key=lambda one: one.revision)),
    )
