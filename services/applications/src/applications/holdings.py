"""What this service holds about people, and what stays of it when somebody is erased.

An erasure (`data_protection.py`) goes by it, and so does a backup.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from applications.admissions import store
from applications.admissions.answers import Answers
from applications.admissions.application import Application
from applications.data_requests import store as requests
from applications.data_requests.store import DATA_REQUESTS
from applications.documents.store import DISCARDED_FILES, FETCHES
from applications.employers.store import EMPLOYERS
from applications.intake.store import MAPS, RECEIPTS, UPLOADS, erased_receipt
from applications.office.list.store import BULK, BULK_OUTCOMES, VIEWS
from applications.office.store import NOTES, emails_from_document, emails_to_document
from applications.review import store as review_store
from applications.review.conflicts import told_as
from applications.review.forgetting_reviewers import WORDS_OF_REVIEWS
from applications.review.forgetting_reviewers import WRITTEN as ABOUT_REVIEWERS
from applications.study_leave.store import SESSIONS
from nextstep_messaging import (
    ERASED,
    Holding,
    Holdings,
    Whose,
    goes,
    stays_without,
    system_holdings,
)
from nextstep_web.holdings import WEB_HOLDINGS

NOBODY = Answers(name=ERASED, email="")


def without_person(application: Application) -> Application:
    """What stays of an application when its person is erased: that there was one."""
    blank = {
        "answers": NOBODY,
        "documents": {},
        "assessment": None,
        "identity_concern": None,
        "awaits_office": (),
        "asked_for": (),
        "accepted_late": None,
        "by_hand": None,
        "study_leave": (),
        "rotations": (),
        "leave_evidence": (),
        "erased": True,
    }
    return application.model_copy(update=blank)


APPLICANT = Whose("person_id")
THEIR_APPLICATION = Whose("application_id", through=store.APPLICATIONS)


def application_left(document: dict[str, Any], _ids: AbstractSet[str] = frozenset()) -> Any:
    """What stays of a stored application: that there was one."""
    if document.get("erased"):
        return document
    left = store.application_to_document(without_person(store.application_from_document(document)))
    return left | {"stamp": document.get("stamp", left["stamp"])}


def _receipt_left(document: dict[str, Any], _ids: AbstractSet[str]) -> dict[str, Any]:
    if document["status"] == "erased":
        return document
    return document | erased_receipt(document.get("origin"))


def _itself(document: dict[str, Any]) -> Iterator[str]:
    if not document.get("person_id"):
        yield document["_id"]


def _emails_left(document: dict[str, Any], _ids: AbstractSet[str]) -> dict[str, Any]:
    known = emails_from_document(document)
    return document if known.erased else emails_to_document(known.forgotten())


def _request_left(document: dict[str, Any], ids: AbstractSet[str]) -> dict[str, Any]:
    if document["person_id"] not in ids:
        return document
    return requests.to_document(requests.from_document(document).without_person())


def _round_left(document: dict[str, Any], ids: AbstractSet[str]) -> dict[str, Any]:
    lines = [
        line | {"why": ""} if line["application_id"] in ids else line for line in document["lines"]
    ]
    return document | {"lines": lines}


def _told_of(document: dict[str, Any]) -> Iterator[str]:
    yield told_as(document["cohort"], document["email"])


OF_AN_APPLICATION = (
    Holding(store.HISTORY, (THEIR_APPLICATION,), stays_without(why="")),
    Holding(store.MOVEMENTS, (THEIR_APPLICATION,), stays_without(reason=ERASED)),
    Holding(NOTES, (THEIR_APPLICATION,), goes),
    Holding(BULK_OUTCOMES, (THEIR_APPLICATION,), stays_without(text="")),
)
"""What others keep of an application; each has its id as `application_id`."""
ROUNDS_DECIDED = Holding(
    review_store.ROUNDS,
    (Whose("lines.application_id", through=store.APPLICATIONS),),
    _round_left,
)
REVIEWED = Holding(
    review_store.REVIEWS, (APPLICANT,), stays_without(sheets=[], conflicts=[], draft=None)
)
REVIEWER = Holding(
    review_store.REVIEWERS,
    (Whose(_told_of),),
    stays_without(name=ERASED, trust=None, registration=None),
)
"""The address stays: it is on the sheets too, and by it a restore erases the reviewer again."""
RECEIVED = Holding(RECEIPTS, (APPLICANT, Whose(_itself)), _receipt_left, files=("body_file",))
"""What belongs to nobody yet has a key of its own: it is destroyed when that is erased."""
FROM_THEM = (
    Holding(FETCHES, (APPLICANT,), goes, files=("_id",)),
    Holding(store.SUBMISSIONS, (APPLICANT,), goes, files=("documents.*.file_id",)),
    Holding(store.IDENTITIES, (APPLICANT,), goes),
)
"""What a person sent, and how they are known."""
WRITTEN = (
    (NOTES, ("text",)),
    (store.HISTORY, ("why", "what")),
    (store.MOVEMENTS, ("reason",)),
    (BULK_OUTCOMES, ("text",)),
    (EMPLOYERS, ("contacts.*",)),
    (DATA_REQUESTS, ("asked", "name", "contact", "steps.text")),
    WORDS_OF_REVIEWS,
    (store.SUBMISSIONS, ("corrections.why", "held.reason")),
    (MAPS, ("why",)),
)
"""Where the office and reviewers write about one person and may name another."""
OF_VIEWS = (VIEWS, ("name", "query"))
ABOUT_OTHERS = Holdings((), frozenset(), written=(*WRITTEN, OF_VIEWS)).written_in
"""The same by collection: where an applicant may be named. Who did something is not among it, whom
only the erasure of a reviewer blanks: staff can be called like an applicant, or be one."""
HOLDINGS = (
    Holdings(
        (
            Holding(
                store.APPLICATIONS,
                (APPLICANT,),
                application_left,
                files=("documents.*.file_id", "leave_evidence.file_id"),
                files_below=True,
            ),
            *OF_AN_APPLICATION,
            ROUNDS_DECIDED,
            REVIEWED,
            REVIEWER,
            RECEIVED,
            *FROM_THEM,
            Holding(store.EMAILS, (Whose("_id"),), _emails_left),
            Holding(DATA_REQUESTS, (APPLICANT,), _request_left),
        ),
        # ids, places, employers, maps of forms, and what the staff looks for
        frozenset(
            {
                store.REFERENCES,
                store.LEDGERS,
                EMPLOYERS,
                MAPS,
                DISCARDED_FILES,
                VIEWS,
                BULK,
                SESSIONS,
                requests.COUNTERS,
            }
        ),
        discarded=DISCARDED_FILES,
        large=frozenset({RECEIPTS}),
        # exports of everybody, kept for a day: the office uploads them again; and what came from
        # the other services for a request, pieces of files too: the office asks them again
        left_out=frozenset({UPLOADS, requests.PARTS, requests.CARRIED, requests.ASKS}),
        # an erasure deletes views that look for somebody; of a restored one the words go
        written=(*WRITTEN, *ABOUT_REVIEWERS, OF_VIEWS),
    )
    .and_(WEB_HOLDINGS)
    .and_(
        system_holdings(
            (
                Whose("about", through=store.APPLICATIONS),
                Whose("about", through=store.APPLICATIONS, key="person_id"),
                Whose("about", through=RECEIPTS),
                Whose("who", through=store.APPLICATIONS, key="person_id"),
            )
        )
    )
)
"""What this service holds about people: an erasure goes by it, and so does a backup."""
