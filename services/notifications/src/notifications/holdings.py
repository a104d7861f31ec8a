"""What this service holds about people, and what stays of it when somebody is erased.

An erasure (`data_protection.py`) goes by the same rules, and so does a backup.
"""

from collections.abc import Set as AbstractSet
from typing import Any

from nextstep_messaging import GONE, Holding, Holdings, Whose, goes, stays_without, system_holdings
from nextstep_web.holdings import WEB_HOLDINGS
from notifications.calendar.store import ENTRIES, INVITATIONS
from notifications.delivery.store import SERVER, TRIES
from notifications.hearing.address_book import APPLICATIONS, Contact, heed_erasure
from notifications.hearing.email_record import ERASED
from notifications.hearing.marks import MARKS
from notifications.hearing.store import BODIES, EMAILS, FORM_EMAILS, PEOPLE, SUBJECTS

BLANK_EMAIL: dict[str, Any] = {
    "name": "",
    "address": "",
    "title": "",
    "note": ERASED,
    "erased": True,
}
UNSENT = ("waiting", "queued", "held")
"""States of an email that is not sent any more once its person is erased."""


def contact_left(document: dict[str, Any], _ids: AbstractSet[str]) -> dict[str, Any]:
    """What stays of a page of the address book: that the person was erased."""
    known = Contact.from_document(document)
    return document if known.erased else heed_erasure(known, known.owner or APPLICATIONS).document()


def _email_left(document: dict[str, Any], _ids: AbstractSet[str]) -> dict[str, Any]:
    left = {name: value for name, value in document.items() if name != "facts"} | BLANK_EMAIL
    return left | ({"state": "not_sent"} if left["state"] in UNSENT else {})


def _subject_left(document: dict[str, Any], ids: AbstractSet[str]) -> dict[str, Any]:
    told = [GONE if one["person_id"] in ids else one for one in document["told"]]
    return document | {"told": told}


WRITTEN = (
    (BODIES, ("text", "html")),
    (EMAILS, ("title", "facts.*")),
    (ENTRIES, ("title", "reason")),
)
"""Where emails to one person, and why a session was cancelled, may name another."""
THEIR_EMAIL = Whose("email_id", through=EMAILS)
HOLDINGS = (
    Holdings(
        (
            Holding(PEOPLE, (Whose("_id"),), contact_left),
            Holding(EMAILS, (Whose("person_id"),), _email_left),
            Holding(BODIES, (Whose("_id", through=EMAILS),), goes),
            Holding(TRIES, (THEIR_EMAIL,), stays_without(answer=ERASED)),
            Holding(INVITATIONS, (Whose("person_id"),), stays_without(address="")),
            Holding(SUBJECTS, (Whose("told.person_id"),), _subject_left),
        ),
        # what a session is, what was heard, whether the mail server answers, and how many emails
        # went to a mailbox that nobody can name
        frozenset({ENTRIES, FORM_EMAILS, MARKS, SERVER}),
        written=WRITTEN,
    )
    .and_(WEB_HOLDINGS)
    .and_(system_holdings((Whose("about", through=EMAILS),)))
)
"""By collection."""
