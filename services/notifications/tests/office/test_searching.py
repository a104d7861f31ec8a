"""What the list of emails asks the database for."""

import pytest

from notifications.office.store import LONGEST_SEARCH, matching


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("Dr Okafor", "Okafor"),
        ("a.b@example.org", r"a\.b@example\.org"),
        ("Oka\0for", "Okafor"),
        ("x" * 40_000, "x" * LONGEST_SEARCH),
    ],
)
def test_whatever_is_typed_is_sought_as_it_is_and_never_too_long_for_a_database(typed, sought):
    like = {"$regex": sought, "$options": "i"}
    assert matching((), text=typed) == {"$or": [{"title": like}, {"name": like}, {"address": like}]}


def test_what_is_nothing_once_it_is_cleaned_finds_all():
    assert matching((), text="\0") == matching((), text="")
