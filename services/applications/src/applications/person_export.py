"""One person's data: everything that this service holds, to be read."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from applications.admissions import store
from applications.admissions.states import STATES
from applications.data_requests.store import DATA_REQUESTS
from applications.documents.store import FETCHES
from applications.intake.store import RECEIPTS, whole_receipt
from applications.office.store import NOTES
from applications.review import store as review_store
from applications.review.forgetting_reviewers import held_of_reviewer
from nextstep_messaging import Messaging
from nextstep_messaging.operating.audit import ENTRIES
from nextstep_web import kept_conflicts

NOT_TOLD_YET = "How an application was reviewed is told once it is decided: ask again then."


async def export(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """Everything held about a person, for an access request.

    Raw bodies are left out: the answers in them are here, and they are among the files. Reviewers
    are known by the address that they sign in with.
    """
    if "@" in person_id:
        return await held_of_reviewer(messaging.db.read, person_id)
    held = await _held(messaging, person_id)
    applications = messaging.db.read(store.APPLICATIONS)
    others = await store.merged_people(applications, held["applications"])
    return held | {"duplicates": [await _held(messaging, other) for other in others]}


async def told_of_person(messaging: Messaging, person_id: str) -> dict[str, Any]:
    """What this service holds about a person, for the archive that they are sent.

    Of a review nothing before the application is decided, nor of a decision that is only staged.
    """
    held = await export(messaging, person_id)
    duplicates = [_without_undecided(one) for one in held["duplicates"]]
    return _without_undecided(held) | {"duplicates": duplicates}


def _without_undecided(held: Mapping[str, Any]) -> dict[str, Any]:
    open_ones = {one["_id"] for one in held["applications"] if not STATES[one["state"]].decided}
    reviews = [
        {"_id": one["_id"], "told": NOT_TOLD_YET}
        if one["_id"] in open_ones
        else {**one, "draft": None}
        for one in held["reviews"]
    ]
    return {**held, "reviews": reviews}


async def files_of(messaging: Messaging, person_id: str) -> AsyncIterator[tuple[str, bytes]]:
    """Every document and piece of evidence that is kept, and what each form sent, as it was.

    Documents that were replaced are kept with the submission that brought them.
    """
    mine = await messaging.db.read(store.APPLICATIONS).find({"person_id": person_id})
    people = [person_id, *await store.merged_people(messaging.db.read(store.APPLICATIONS), mine)]
    theirs = {"person_id": {"$in": people}}
    for file_id, name in (await _named_files(messaging.db.read, theirs)).items():
        data = await messaging.db.files.get(file_id)
        if data is not None:
            yield name, data
    for receipt in await messaging.db.read(RECEIPTS).find(theirs, sort=[("arrived", 1)]):
        whole = await whole_receipt(messaging.db, receipt["_id"])
        if whole and whole[1]:
            yield f"submission to {receipt['source']}.txt", whole[1]


async def _named_files(read: store.Read, theirs: Mapping[str, Any]) -> dict[str, str]:
    """Names of all files that applications and submissions refer to, by their keys."""
    found: dict[str, str] = {}
    for row in await read(store.APPLICATIONS).find(theirs):
        application = store.application_from_document(row)
        for held in (*application.documents.values(), *application.leave_evidence):
            if held.file_id:
                found[held.file_id] = held.name
    for row in await read(store.SUBMISSIONS).find(theirs):
        for document in row["documents"].values():
            if document.get("file_id"):
                found.setdefault(document["file_id"], document["name"])
    return found


async def _held(messaging: Messaging, person_id: str) -> dict[str, Any]:
    read = messaging.db.read
    mine = {"person_id": person_id}
    applications = await read(store.APPLICATIONS).find(mine)
    ids = {"application_id": {"$in": [a["_id"] for a in applications]}}
    receipts = await read(RECEIPTS).find(mine)
    return {
        "person_id": person_id,
        "applications": applications,
        "submissions": await read(store.SUBMISSIONS).find(mine),
        "history": await read(store.HISTORY).find(ids, sort=[("at", 1), ("step", 1)]),
        "notes": await read(NOTES).find(ids, sort=[("at", 1)]),
        "places": await read(store.MOVEMENTS).find(ids, sort=[("sequence", 1)]),
        "reviews": await read(review_store.REVIEWS).find(mine),
        "selection_rounds": await _lines_of(messaging, [a["_id"] for a in applications]),
        "identities": await read(store.IDENTITIES).find(mine),
        "fetches": await read(FETCHES).find(mine),
        "mail": await read(store.EMAILS).get(person_id),
        "requests": await read(DATA_REQUESTS).find(mine),
        "conflicts_of_interest": await kept_conflicts.held(read, person_id),
        # what they did, and from which network address
        "acts": await read(ENTRIES).find({"who": person_id}, sort=[("_id", 1)]),
        "receipts": [{k: v for k, v in r.items() if k != "body"} for r in receipts],
    }


async def _lines_of(messaging: Messaging, applications: list[str]) -> list[dict[str, Any]]:
    """The person's own lines of what was decided together with others."""
    named = {"lines.application_id": {"$in": applications}}
    rounds = await messaging.db.read(review_store.ROUNDS).find(named, sort=[("at", 1)])
    return [
        {"at": one["at"], "by": one["by"]} | line
        for one in rounds
        for line in one["lines"]
        if line["application_id"] in applications
    ]
