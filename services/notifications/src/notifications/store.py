"""What is stored, and between documents and the plain data of the rules."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from nextstep_messaging import Collection, Index, ReadCollection
from notifications.calendar.entries import Details, Entry
from notifications.calendar.reconcile import Invitation
from notifications.directory import Entry as PersonEntry
from notifications.directory import Stamp
from notifications.memory import Memory

Document = dict[str, Any]

PEOPLE = "people"
SUBJECTS = "subjects"
ENTRIES = "entries"
INVITATIONS = "invitations"
CALENDAR_WORK = "calendar_work"
EMAILS = "emails"
BODIES = "bodies"
TRIES = "tries"
SERVER = "mail_server"

COLLECTIONS = (
    Collection(PEOPLE),
    Collection(SUBJECTS, (Index([("cohort", 1), ("fellow", 1)]), Index([("person_id", 1)]))),
    Collection(ENTRIES, (Index([("cohort", 1)]),)),
    Collection(INVITATIONS, (Index([("entry_id", 1)]), Index([("person_id", 1)]))),
    Collection(CALENDAR_WORK, (Index([("at", 1)]),)),
    Collection(
        EMAILS,
        (
            Index([("state", 1), ("order", 1)]),
            Index([("person_id", 1)]),
            Index([("queued_at", -1)]),
            Index([("invitation", 1)]),
        ),
    ),
    # the words of mails, apart from their rows: lists and claims need not carry them
    Collection(BODIES),
    Collection(TRIES, (Index([("email_id", 1)]),)),
    Collection(SERVER),
)


# --- people --------------------------------------------------------------------------------------


def read_person(document: Document) -> PersonEntry:
    """A directory entry."""
    stamp = document["stamp"]
    return PersonEntry(
        document["_id"],
        document["name"],
        document["email"],
        Stamp(stamp["rank"], as_utc(stamp["time"]), stamp["revision"], stamp["event_id"])
        if stamp
        else None,
        document["erased"],
    )


def person_document(entry: PersonEntry, version: int) -> Document:
    """The document of a directory entry. Times are text: Mongo would cut their microseconds."""
    stamp = entry.stamp
    return {
        "_id": entry.person_id,
        "version": version,
        "name": entry.name,
        "email": entry.email,
        "stamp": {**stamp._asdict(), "time": stamp.time.isoformat()} if stamp else None,
        "erased": entry.erased,
    }


async def people_by_id(people: ReadCollection, ids: Iterable[str]) -> dict[str, PersonEntry]:
    """The directory entries that exist among `ids`."""
    found = await people.find({"_id": {"$in": sorted(set(ids))}})
    return {document["_id"]: read_person(document) for document in found}


# --- subjects ------------------------------------------------------------------------------------


def read_memory(document: Document | None) -> Memory:
    """What is remembered of a subject; nothing if there is no document."""
    if document is None:
        return Memory()
    told = {one["person_id"]: one["what"] for one in document["told"]}
    return Memory(document["heard"], told)


def memory_document(key: str, memory: Memory, version: int) -> Document:
    """The document of a subject's memory. Person ids are values: as keys they could hold dots."""
    return {
        "_id": key,
        "version": version,
        "heard": dict(memory.heard),
        "told": [{"person_id": who, "what": what} for who, what in sorted(memory.told.items())],
    }


# --- calendar ------------------------------------------------------------------------------------


def read_entry(document: Document) -> Entry:
    """A session or slot."""
    details, audience = document["details"], document["audience"]
    return Entry(
        entry_id=document["_id"],
        cohort=document["cohort"],
        revision=document["revision"],
        title=document["title"],
        details=Details.read(details) if details else None,
        audience=tuple(audience) if audience is not None else None,
        reason=document["reason"],
    )


def entry_document(entry: Entry, version: int) -> Document:
    """The document of a session or slot."""
    return {
        "_id": entry.entry_id,
        "version": version,
        "cohort": entry.cohort,
        "revision": entry.revision,
        "title": entry.title,
        "details": entry.details.stored() if entry.details else None,
        "audience": list(entry.audience) if entry.audience is not None else None,
        "reason": entry.reason,
    }


def invitation_key(entry_id: str, person_id: str) -> str:
    """Names one person's invitation to one entry."""
    return f"{entry_id}|{person_id}"


def read_invitation(document: Document) -> Invitation:
    """What somebody was sent about an entry."""
    return Invitation(
        document["entry_id"],
        document["person_id"],
        document["sequence"],
        Details.read(document["details"]),
        document["address"],
        document["active"],
    )


def invitation_document(invitation: Invitation) -> Document:
    """The document of an invitation."""
    return {
        "_id": invitation_key(invitation.entry_id, invitation.person_id),
        "entry_id": invitation.entry_id,
        "person_id": invitation.person_id,
        "sequence": invitation.sequence,
        "details": invitation.details.stored(),
        "address": invitation.address,
        "active": invitation.active,
    }


# --- times ---------------------------------------------------------------------------------------


def as_utc(text: str) -> datetime:
    """The moment that `isoformat` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)


def day_of(text: str) -> date:
    """The UTC day of a stored moment, for counting."""
    return as_utc(text).date()
