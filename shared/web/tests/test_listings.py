from urllib.parse import urlencode

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web import asked, listing, query_with

KEYS = {"name": lambda row: row[0], "score": lambda row: row[1]}
ROWS = [("b", 2), ("a", None), ("d", 1), ("c", 3)]


def request(**query: str) -> Request:
    return Request({"type": "http", "query_string": urlencode(query).encode(), "headers": []})


def names(**query: str) -> str:
    return "".join(row[0] for row in listing(request(**query), ROWS, KEYS, "name").rows)


@pytest.mark.parametrize(
    ("sort", "order"),
    [("name", "abcd"), ("-name", "dcba"), ("score", "dbca"), ("-score", "cbda"), ("x", "abcd")],
)
def test_rows_are_sorted_as_asked_and_unknown_values_come_last(sort: str, order: str):
    assert names(sort=sort) == order


def test_a_heading_asks_for_the_other_direction_only_of_the_column_sorted_by():
    found = listing(request(sort="score"), ROWS, KEYS, "name")
    assert (found.next_sort("score"), found.next_sort("name")) == ("-score", "name")
    found = listing(request(sort="-score"), ROWS, KEYS, "name")
    assert found.next_sort("score") == "score"


@given(st.integers(0, 130), st.integers(1, 50))
def test_the_pages_together_hold_every_row_once(count: int, per_page: int):
    rows = [(f"{number:03}", number) for number in range(count)]
    first = listing(request(), rows, KEYS, "name", per_page)
    pages = [
        listing(request(page=str(page)), rows, KEYS, "name", per_page).rows
        for page in range(1, first.pages + 1)
    ]
    assert [row for page in pages for row in page] == rows


@given(st.text(max_size=9))
def test_any_page_number_is_a_page(page: str):
    assert asked(request(page=page), ("name",), "name").page >= 1


def test_a_database_is_told_what_to_skip():
    how = asked(request(page="3", sort="-score"), ("score",), "score", per_page=20)
    assert (how.sort, how.descending, how.skip, how.per_page) == ("score", True, 40, 20)
    assert how.listing(["one"], 41).pages == 3


def test_a_query_keeps_what_is_not_changed():
    here = request(q="a b", state="", page="4", sort="name")
    assert query_with(here, page=None, sort="-name") == "?q=a+b&sort=-name"


def test_for_csv_every_row_comes_at_once():
    rows = [(str(number), number) for number in range(99)]
    assert len(listing(request(page="2"), rows, KEYS, "score", per_page=0).rows) == 99
