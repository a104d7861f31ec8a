"""What counts as somebody's name in what others wrote."""

import re

from hypothesis import given
from hypothesis import strategies as st

from nextstep_messaging import Mentions

KIM = Mentions.of(("Kim O'Neil", "kim@example.org"))


def test_names_and_addresses_go_in_any_capitals_and_as_html_has_them():
    text = "KIM O'NEIL &lt;kim@example.org&gt;, that is Kim O&#x27;Neil, was late."
    assert KIM.gone_from(text) == "(erased) &lt;(erased)&gt;, that is (erased), was late."


def test_a_longer_name_is_another_name():
    text = "Hakim O'Neill and Kim O'Neilson; joachim@example.org"
    assert KIM.gone_from(text) == text


def test_what_is_too_short_to_be_told_from_words_is_not_looked_for():
    assert Mentions.of(("Li", "", "  Wu  ")).words == ()
    assert Mentions.of(("Li",)).gone_from("Linen") == "Linen"


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=5, max_size=20))
def test_nothing_of_a_name_is_left_between_blanks(before: str, after: str, name: str):
    name = " ".join(name.split())
    mentions = Mentions.of((name,))
    left = mentions.gone_from(f"{before} {name} {after}")
    if mentions.words:
        assert f" {name} " not in left


def test_a_database_is_given_short_patterns_that_find_every_name():
    names = [f"{'A' * 400} {n:03d}" for n in range(100)] + ["Kim\0O'Neil"]
    mentions = Mentions.of(names)
    assert all(len(one) < 8_000 and "\0" not in one for one in mentions.patterns)
    for name in names:
        assert any(re.search(one, name, re.IGNORECASE) for one in mentions.patterns)
    assert Mentions.of(()).patterns == ()
