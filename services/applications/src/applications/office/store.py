"""What the office keeps beside the applications, and what its pages ask of the database."""

from collections.abc import Mapping
from typing import Any

from applications.admissions.application import Application
from applications.admissions.place_ledger import Movement
from applications.admissions.states import STATES
from applications.admissions.store import (
    APPLICATIONS,
    EMAILS,
    MOVEMENTS,
    Read,
    application_from_document,
    applications_by_id,
    movement_from_document,
)
from applications.office.emails import EmailsOfPerson
from applications.office.note import Note
from nextstep_messaging import Collection, Index, UnitOfWork
from nextstep_programme import Cohort

NOTES = "notes"
"""What the office wrote about an application for itself; never changed."""

COLLECTIONS = (
    Collection(NOTES, (Index([("application_id", 1), ("at", 1)]),)),
    Collection(EMAILS, (Index([("bounced", 1)]),)),
)


def note_to_document(note: Note) -> dict[str, Any]:
    """The stored form."""
    return {"_id": note.id, **note.model_dump(exclude={"id"})}


def note_from_document(document: Mapping[str, Any]) -> Note:
    """The note of a stored document."""
    return Note.model_validate({**document, "id": document["_id"]})


async def keep_note(uow: UnitOfWork, note: Note) -> None:
    """Keep what the office wrote."""
    await uow.collection(NOTES).insert(note_to_document(note))


async def has_note(read: Read, note_id: str) -> bool:
    """Whether there is a note with this id."""
    return await read(NOTES).get(note_id) is not None


async def notes_about(read: Read, application_id: str) -> list[Note]:
    """What the office wrote about an application, the latest first."""
    mine = {"application_id": application_id}
    return [note_from_document(row) for row in await read(NOTES).find(mine, sort=[("at", -1)])]


def emails_to_document(found: EmailsOfPerson) -> dict[str, Any]:
    """The stored form."""
    return {
        "_id": found.person_id,
        "erased": found.erased,
        "bounced": found.bounced,
        "mail": [email.model_dump(exclude_none=True) for email in found.emails],
        "version": found.version,
    }


def emails_from_document(document: Mapping[str, Any]) -> EmailsOfPerson:
    """The emails of a stored document."""
    names = {"person_id": document["_id"], "emails": document.get("mail", ())}
    return EmailsOfPerson.model_validate({**document, **names})


async def emails_of(read: Read, person_id: str) -> EmailsOfPerson:
    """What is known of the emails to a person."""
    found = await read(EMAILS).get(person_id)
    return emails_from_document(found) if found else EmailsOfPerson(person_id=person_id)


async def save_emails(uow: UnitOfWork, emails: EmailsOfPerson) -> None:
    """Keep what was heard of a person's emails.

    Raises:
        StaleDocument: something else was heard meanwhile.

    """
    await uow.collection(EMAILS).save(emails_to_document(emails))


async def all_applications(read: Read, cohort: Cohort) -> list[Application]:
    """Everybody's of a cohort but the erased, by reference."""
    return await _by_reference(read, {"cohort": cohort.id, "erased": False})


async def judged_by_older_rules(read: Read, cohort: Cohort) -> list[Application]:
    """Undecided applications that were judged by another version of the rules."""
    undecided = [state for state, name in STATES.items() if not name.decided]
    wanted = {
        "cohort": cohort.id,
        "erased": False,
        "state": {"$in": undecided},
        "assessment.version": {"$ne": cohort.eligibility.version},
    }
    return await _by_reference(read, wanted)


async def duplicates_of(read: Read, application_id: str) -> list[Application]:
    """The applications that the office said are duplicates of this one."""
    return await _by_reference(read, {"duplicate_of": application_id})


async def movements_of(read: Read, cohort: Cohort) -> list[Movement]:
    """The history of the place ledger."""
    rows = await read(MOVEMENTS).find({"cohort": cohort.id}, sort=[("sequence", 1)])
    return [movement_from_document(row) for row in rows]


async def named_by_ledger(read: Read, cohort: Cohort) -> dict[str, Application]:
    """Those whom the place ledger has ever named, by id."""
    named = await read(MOVEMENTS).aggregate(
        [
            {"$match": {"cohort": cohort.id, "application_id": {"$ne": ""}}},
            {"$group": {"_id": "$application_id"}},
        ]
    )
    return await applications_by_id(read, [row["_id"] for row in named])


async def _by_reference(read: Read, matching: Mapping[str, Any]) -> list[Application]:
    rows = await read(APPLICATIONS).find(matching, sort=[("reference", 1)])
    return [application_from_document(row) for row in rows]
