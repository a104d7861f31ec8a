"""What a search of a list finds."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_programme.letters import unaccented, without_accents
from nextstep_programme.searching import says, search_words, sought_words, without_titles


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Dr Boat", "Kwame Boateng"),
        ("dr. boat", "Kwame Boateng"),
        ("Prof. Dr Boateng", "Kwame Boateng"),
        ("Miss O'Brien", "Siân O\u2019Brien"),
        ("dr", "Dr Kwame Boateng"),
        ("Dr Boateng", "Dr Kwame Boateng"),
        ("oateng", "Kwame Boateng"),
        ("ørens", "Siân Sorensen"),
        ("kw boat", "Kwame Boateng"),
        ("", "Kwame Boateng"),
    ],
)
def test_titles_and_middles_of_names_find_people(typed, name):
    assert says(typed, "NS24-0001", name, None)


@pytest.mark.parametrize("typed", ["oa", "Dr Boot", "boatengs", "kwame mensah", "Dr"])
def test_what_is_in_no_word_finds_nobody(typed):
    assert not says(typed, "NS24-0001", "Kwame Boateng")


def test_a_word_is_not_found_across_two():
    assert not says("eboa", "Kwame Boateng")


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_every_name_is_found_by_itself(name):
    assert set(sought_words(name)) <= set(search_words(name))
    assert says(name, name)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_searching_never_fails(typed, text):
    says(typed, text)
    without_titles(typed)


@pytest.mark.parametrize(
    ("typed", "left"),
    [("Dr. Ngozi Eze", "Ngozi Eze"), ("dr", "dr"), ("ngozi (", "ngozi ("), ("Mr Dr X", "X")],
)
def test_a_title_is_taken_off_as_long_as_something_is_left(typed, left):
    assert without_titles(typed) == left


def test_marks_piled_upon_a_letter_hold_no_search_up():
    assert (
        unaccented("Zoe\u0301" + "\u0301\u0323" * 1_000_000 + "\u0f73 M\u00fcller") == "zoe muller"
    )


@given(st.text())
def test_letters_without_accents_are_those_that_unicode_takes_apart(text):
    parted = unicodedata.normalize("NFKD", text)
    assert without_accents(text) == "".join(c for c in parted if not unicodedata.combining(c))
