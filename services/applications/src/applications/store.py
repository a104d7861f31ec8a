"""Documents of the database to domain objects and back, and the collections that hold them."""

import re
from dataclasses import asdict
from typing import Any

from applications.application import Application
from applications.places import Ledger, Movement, Offer
from applications.wording import folded
from nextstep_messaging import Collection, Index

APPLICATIONS = "applications"
SUBMISSIONS = "submissions"
"""Every submission that became part of an application, as it was; never changed."""
HISTORY = "history"
IDENTITIES = "identities"
"""Which person a GMC or GDC number or an email address belongs to."""
REFERENCES = "references"
LEDGERS = "ledgers"
MOVEMENTS = "movements"
RECEIPTS = "receipts"
CORRESPONDENCE = "correspondence"
DISCARDED_FILES = "discarded_files"
MAPS = "maps"
"""Every version of what the office changed in a source's field map; never changed."""
UPLOADS = "uploads"
"""Exports that the office is comparing; their bytes are in the file store for a day at most."""

ERASED_RECEIPT: dict[str, Any] = {
    "status": "erased",
    "body": None,
    "headers": {},
    "submission_id": None,
    "faults": [],
    "corrections": [],
    "dismissal": None,
}
"""What an erased receipt is set to: its id and digest stay, so that it is not taken in again."""

COLLECTIONS = (
    Collection(
        APPLICATIONS,
        (
            Index([("cohort", 1), ("person_id", 1)], unique=True),
            Index([("cohort", 1), ("state", 1), ("submitted_at", 1)]),
            Index([("person_id", 1)]),
            Index([("search", 1)]),
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
    Collection(
        RECEIPTS,
        (
            Index([("status", 1), ("arrived", 1)]),
            # Only of receipts that were applied: one index less to keep while a form waits.
            Index([("person_id", 1)], partial={"person_id": {"$exists": True}}),
        ),
    ),
    Collection(CORRESPONDENCE),
    Collection(DISCARDED_FILES),
    Collection(MAPS, (Index([("source", 1), ("number", 1)], unique=True),)),
    Collection(UPLOADS),
)


def application_to_document(application: Application) -> dict[str, Any]:
    """The stored form. Moments that are sorted or compared stay moments."""
    document = application.model_dump(mode="json", exclude={"id"})
    moments = ("first_submitted_at", "submitted_at", "offer_expires_at", "updated_at")
    return document | {
        "_id": application.id,
        **{name: getattr(application, name) for name in moments},
        "search": search_words(application),
        "sort_name": application.answers.name.casefold(),
        "discipline": folded(application.answers.discipline or ""),
    }


def application_from_document(document: dict[str, Any]) -> Application:
    """The application of a stored document."""
    return Application.model_validate(document | {"id": document["_id"]})


def search_words(application: Application) -> list[str]:
    """The words by which the office finds an application: names, numbers, trust, specialty."""
    answers = application.answers
    said = (
        application.reference,
        answers.name,
        answers.email,
        answers.gmc_number,
        answers.gdc_number,
        answers.trust,
        answers.specialty,
    )
    return sorted({word for text in said if text for word in words(text)})


def words(text: str) -> list[str]:
    """The words of a text, folded, as both the index and a search see them."""
    return [word for word in re.split(r"[\s,;/()\"“”']+", text.casefold()) if word]


def ledger_to_document(ledger: Ledger, version: int) -> dict[str, Any]:
    """The stored form of a ledger; its history is kept apart so that this stays small."""
    return {
        "_id": ledger.cohort,
        "places": ledger.places,
        "offers": [asdict(offer) for offer in ledger.offers],
        "accepted": list(ledger.accepted),
        "waiting": list(ledger.waiting),
        "sequence": ledger.sequence,
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
    )


def movement_to_document(cohort: str, movement: Movement) -> dict[str, Any]:
    """The stored form of a movement."""
    key = f"{cohort}:{movement.sequence:06d}"
    return {"_id": key, "cohort": cohort, **asdict(movement)}


def movement_from_document(document: dict[str, Any]) -> Movement:
    """The movement of a stored document."""
    known = {k: v for k, v in document.items() if k not in {"_id", "cohort", "version"}}
    return Movement(**known)
