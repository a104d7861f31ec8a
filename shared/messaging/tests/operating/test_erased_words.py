"""Names are found again by their digests, and cannot be read from them."""

from hypothesis import given
from hypothesis import strategies as st

from nextstep_messaging.operating.erased_words import ErasedWords, merged_words, tokens_of

KEY = [{"_id": "key", "key": "ab" * 32}]


def words(*called: str) -> ErasedWords:
    rows = ErasedWords.of_rows(KEY).rows_of(called)
    assert not [
        one for name in called for one in tokens_of(name) if len(one) > 2 and one in str(rows)
    ]
    return ErasedWords.of_rows(KEY + rows)


KIM = words("Kim O'Neil", "kim@example.org", "Kim O'Neil of Ely")


def test_names_and_addresses_go_in_any_capitals_and_the_longest_first():
    text = "KIM O'NEIL of ely <kim@example.org>, Kim O'Neil."
    assert KIM.gone_from(text) == "(erased) <(erased)>, (erased)."


def test_a_longer_name_is_another_name_and_half_a_name_is_none():
    text = "Kim Neil, Hakim O'Neil, Kim O'Neill"
    assert KIM.gone_from(text) == text


def test_whatever_is_nested_in_a_document_is_looked_through():
    held = {"steps": [{"text": "as Kim O'Neil said", "at": 3}], "none": None}
    assert KIM.without(held) == {"steps": [{"text": "as (erased) said", "at": 3}], "none": None}


def test_another_key_finds_nothing_and_two_keys_are_not_mixed():
    other = [{"_id": "key", "key": "cd" * 32}]
    rows = ErasedWords.of_rows(KEY).rows_of(["Kim O'Neil"])
    assert ErasedWords.of_rows(other + rows).gone_from("Kim O'Neil") == "Kim O'Neil"
    assert merged_words(KEY + rows, other) == other
    assert merged_words(KEY, KEY + rows) == KEY + rows
    assert merged_words(KEY + rows, []) == KEY + rows


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=1, max_size=20))
def test_a_name_between_blanks_is_always_found(before: str, after: str, name: str):
    if tokens_of(name):
        assert f" {name} " not in words_quietly(name).gone_from(f"{before} {name} {after}")


def words_quietly(name: str) -> ErasedWords:
    return ErasedWords.of_rows(KEY + ErasedWords.of_rows(KEY).rows_of([name]))
