"""What release 64e27b8 stored for the office, taken from its database, is read as it was."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bson import json_util

from applications.office.list.store import (
    change_from_document,
    change_to_document,
    outcome_from_document,
    outcome_to_document,
    view_from_document,
    view_to_document,
)
from applications.office.store import (
    emails_from_document,
    emails_to_document,
    note_from_document,
    note_to_document,
)

SAMPLES = json_util.loads(
    (Path(__file__).parent / "stored_by_64e27b8.json").read_text("utf-8"),
    json_options=json_util.JSONOptions(tz_aware=True),
)
BOTH_WAYS = {
    "views": lambda stored: view_to_document(view_from_document(stored)),
    "notes": lambda stored: note_to_document(note_from_document(stored)),
    "bulk": lambda stored: change_to_document(change_from_document(stored)),
    "bulk_outcomes": lambda stored: outcome_to_document(
        stored["bulk"], outcome_from_document(stored)
    ),
    "correspondence": lambda stored: emails_to_document(emails_from_document(stored)),
}


def plain(document):
    """With lists for tuples, as a database gives them back."""
    return json.loads(json_util.dumps(document))


@pytest.mark.parametrize(
    ("collection", "stored"),
    [(name, stored) for name, documents in SAMPLES.items() for stored in documents],
)
def test_it_is_what_it_was(collection, stored):
    assert plain(BOTH_WAYS[collection](stored)) == plain(stored)


def test_there_is_a_sample_of_each():
    assert {name: len(documents) for name, documents in SAMPLES.items()} == {
        "views": 2,
        "notes": 1,
        "bulk": 1,
        "bulk_outcomes": 2,
        "correspondence": 2,
    }


def test_emails_say_what_became_of_each():
    of_a_person, of_an_erased = map(emails_from_document, SAMPLES["correspondence"])
    assert {email.email_id: email.came_back for email in of_a_person.emails} == {
        "m-back": True,
        "m-late": True,
        "m-sent": False,
    }
    assert {email.at for email in of_a_person.emails} == {datetime(2024, 8, 1, 10, tzinfo=UTC)}
    assert of_a_person.bounced
    assert (of_an_erased.erased, of_an_erased.emails) == (True, ())
