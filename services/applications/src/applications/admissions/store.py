"""Documents of the database to domain objects and back, and the collections that hold them."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from applications.admissions.application import Application
from applications.admissions.history import HistoryLine, kind_of
from applications.admissions.place_ledger import Ledger, Movement, Offer
from applications.admissions.traits import BY_THIS_RULE, Traits
from nextstep_messaging import Collection, Index, ReadCollection
from nextstep_programme import Cohort

Document = dict[str, Any]
Read = Callable[[str], ReadCollection]
"""A collection to read by its name, as a database or a unit of work gives it."""

APPLICATIONS = "applications"
SUBMISSIONS = "submissions"
"""Every submission that became part of an application, as it was; never changed."""
HISTORY = "history"
IDENTITIES = "identities"
"""Which person a GMC or GDC number or an email address belongs to."""
REFERENCES = "references"
LEDGERS = "ledgers"
MOVEMENTS = "movements"
EMAILS = "correspondence"
"""What became of a person's emails, all of them in one document."""
FILES = "fs.files"
"""The file store's own list, here only to find the files of an application by their names."""

COLLECTIONS = (
    Collection(
        APPLICATIONS,
        (
            Index([("cohort", 1), ("person_id", 1)], unique=True),
            Index([("cohort", 1), ("state", 1), ("submitted_at", 1)]),
            Index([("person_id", 1)]),
            Index([("stamp", 1)]),
            Index([("in_common", 1)]),
            # of the few that are duplicates
            Index([("duplicate_of", 1)], partial={"duplicate_of": {"$type": "string"}}),
        ),
    ),
    Collection(SUBMISSIONS, (Index([("application_id", 1), ("submitted_at", 1)]),)),
    Collection(HISTORY, (Index([("application_id", 1), ("at", 1)]),)),
    Collection(IDENTITIES, (Index([("person_id", 1)]),)),
    Collection(REFERENCES),
    Collection(LEDGERS),
    Collection(MOVEMENTS, (Index([("cohort", 1), ("sequence", 1)], unique=True),)),
)


def application_to_document(application: Application) -> dict[str, Any]:
    """The stored form. Moments that are sorted or compared stay moments."""
    document = application.model_dump(mode="json", exclude={"id"})
    moments = ("first_submitted_at", "submitted_at", "offer_expires_at", "updated_at")
    return document | {
        "_id": application.id,
        **{name: getattr(application, name) for name in moments},
        # When it was stored by the clock on the wall: what a look at the list begins to read from.
        "stamp": time.time_ns(),
        "in_common": [*Traits.of_applicant(application.answers).in_common, BY_THIS_RULE],
    }


def application_from_document(document: dict[str, Any]) -> Application:
    """The application of a stored document."""
    return Application.model_validate(document | {"id": document["_id"]})


async def find_application(read: Read, application_id: str) -> Application | None:
    """The application with this id."""
    found = await read(APPLICATIONS).get(application_id)
    return application_from_document(found) if found else None


async def load_applications(read: Read, ids: Sequence[str]) -> list[Application]:
    """The applications with these ids, as far as there are any, in no order."""
    if not ids:
        return []
    rows = await read(APPLICATIONS).find({"_id": {"$in": list(ids)}})
    return [application_from_document(row) for row in rows]


async def applications_of(read: Read, people: Iterable[str]) -> list[Application]:
    """All applications of these people, whatever the cohort."""
    wanted = sorted(people)
    if not wanted:
        return []
    rows = await read(APPLICATIONS).find({"person_id": {"$in": wanted}}, sort=[("_id", 1)])
    return [application_from_document(row) for row in rows]


async def people_with_bounces(read: Read) -> frozenset[str]:
    """The people whose email came back for good."""
    return frozenset(row["_id"] for row in await read(EMAILS).find({"bounced": True}))


async def unscanned_files(read: Read) -> list[tuple[str, str]]:
    """Which documents and evidence have no verdict, each after the id of its application.

    Reads what is said of files alone, not answers.
    """
    rows = await read(APPLICATIONS).aggregate(
        [{"$match": {"erased": False}}, {"$project": {"documents": 1, "leave_evidence": 1}}]
    )
    return [
        (row["_id"], file["file_id"])
        for row in rows
        for file in (*row["documents"].values(), *row.get("leave_evidence", ()))
        if file["file_id"] and file.get("scan", "unscanned") == "unscanned"
    ]


async def files_below(read: Read, owner: str) -> list[str]:
    """Ids of the files that were kept under an owner's name, whether anything refers to them."""
    own = {"_id": {"$gte": f"{owner}:", "$lt": f"{owner};"}}
    return [file["_id"] for file in await read(FILES).find(own)]


def ledger_to_document(ledger: Ledger, version: int) -> dict[str, Any]:
    """The stored form of a ledger; its history is kept apart so that this stays small."""
    return {
        "_id": ledger.cohort,
        "places": ledger.places,
        "offers": [asdict(offer) for offer in ledger.offers],
        "accepted": list(ledger.accepted),
        "waiting": list(ledger.waiting),
        "sequence": ledger.sequence,
        "closed_at": ledger.closed_at,
        "version": version,
    }


def ledger_from_document(document: dict[str, Any]) -> Ledger:
    """The ledger of a stored document."""
    return Ledger(
        cohort=document["_id"],
        places=document["places"],
        offers=tuple(Offer(**offer) for offer in document["offers"]),
        accepted=tuple(document["accepted"]),
        waiting=tuple(document["waiting"]),
        sequence=document["sequence"],
        closed_at=document.get("closed_at"),
    )


def ledger_of(document: dict[str, Any] | None, cohort: Cohort) -> Ledger:
    """The ledger of a stored document; without one, all places are free."""
    return ledger_from_document(document) if document else Ledger(cohort.id, cohort.places)


async def load_ledger(read: Read, cohort: Cohort) -> Ledger:
    """The ledger as it now stands."""
    return ledger_of(await read(LEDGERS).get(cohort.id), cohort)


def history_to_document(line: HistoryLine) -> dict[str, Any]:
    """The stored form of a line of the history."""
    return {"_id": uuid4().hex, **asdict(line)}


def history_from_document(document: dict[str, Any]) -> HistoryLine:
    """The line of a stored document; one that was written before lines had kinds has one too."""
    known = {k: v for k, v in document.items() if k not in {"_id", "version"}}
    return HistoryLine(**({"kind": kind_of(known["what"])} | known))


async def load_history(read: Read, application_id: str) -> list[HistoryLine]:
    """What happened to an application, in the order in which it did."""
    mine = {"application_id": application_id}
    rows = await read(HISTORY).find(mine, sort=[("at", 1), ("step", 1)])
    return [history_from_document(row) for row in rows]


def movement_to_document(cohort: str, movement: Movement) -> dict[str, Any]:
    """The stored form of a movement."""
    key = f"{cohort}:{movement.sequence:06d}"
    return {"_id": key, "cohort": cohort, **asdict(movement)}


def movement_from_document(document: dict[str, Any]) -> Movement:
    """The movement of a stored document."""
    known = {k: v for k, v in document.items() if k not in {"_id", "cohort", "version"}}
    return Movement(**known)


async def application_of_person(
    read: Read, cohort: Cohort, person_id: str | None
) -> Application | None:
    """The person's application for this cohort."""
    # by the index's two fields alone: with a third the embedded database looks through all
    mine = {"cohort": cohort.id, "person_id": person_id}
    found = await read(APPLICATIONS).find_one(mine)
    return application_from_document(found) if found else None


async def applications_by_id(read: Read, ids: Iterable[str]) -> dict[str, Application]:
    """The applications with these ids, by id; those that do not exist are left out."""
    return {one.id: one for one in await load_applications(read, list(ids))}


async def merged_people(applications: ReadCollection, of: Sequence[Mapping[str, Any]]) -> list[str]:
    """The other ids of a person whose applications the office merged, as far as not erased."""
    ids = [document["_id"] for document in of]
    counting = [d["duplicate_of"] for d in of if d.get("duplicate_of")]
    found = await applications.find({"duplicate_of": {"$in": ids}}) if ids else []
    found += await applications.find({"_id": {"$in": counting}}) if counting else []
    ours = {document["person_id"] for document in of}
    return sorted({d["person_id"] for d in found if not d["erased"]} - ours)
