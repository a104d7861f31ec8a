from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web import OpenedBy
from nextstep_web.purposes import FRESH, OWN_PAGES, PURPOSES, allows

NOW = datetime(2025, 7, 1, 9, tzinfo=UTC)


def link(purpose: str, days: float | None) -> OpenedBy:
    made = None if days is None else NOW - timedelta(days=days)
    return OpenedBy(purpose, made, made)


@pytest.mark.parametrize(
    ("purpose", "days", "doing", "allowed"),
    [
        ("application", 1, "decide", True),
        ("application", 13.9, "decide", True),
        ("application", 14, "decide", False),
        ("application", None, "decide", False),
        ("application", 80, "answer", True),
        ("application", 80, "evidence", False),
        (OWN_PAGES, 1, "evidence", True),
        ("programme", 1, "decide", False),
        ("programme", 1, "evidence", False),
        ("programme", 390, "read", True),
        ("programme", 390, "answer", True),
        ("study_leave", 1, "decide", False),
        ("study_leave", 1, "evidence", True),
        ("study_leave", 15, "evidence", False),
        ("of a later release", 1, "read", True),
        ("of a later release", 1, "answer", False),
    ],
)
def test_purpose_and_age_bound_what_a_session_may_do(purpose, days, doing, allowed):
    assert allows(link(purpose, days), doing, NOW) is allowed


@given(
    purpose=st.sampled_from([*PURPOSES, "other"]),
    days=st.floats(0, 500),
    doing=st.sampled_from(["read", "answer", "evidence", "decide"]),
    more=st.floats(0, 500),
)
def test_a_link_never_allows_more_as_it_ages(purpose, days, doing, more):
    young, old = link(purpose, days), link(purpose, days + more)
    assert allows(young, doing, NOW) or not allows(old, doing, NOW)
    if timedelta(days=days) >= FRESH:
        assert not allows(young, "decide", NOW)
