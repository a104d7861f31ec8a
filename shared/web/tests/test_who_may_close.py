"""No service can lock everybody out of all four: who may say that whose access ended."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import AccessEnded
from nextstep_contracts.catalogue import SERVICES
from nextstep_web.who_may_close import AHEAD, objection

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
WALL = datetime(2026, 11, 30, 12, tzinfo=UTC)
REASONS = ("signed_out", "ended", "address_changed", "withdrawn", "erased", "left")
FELLOW, STAFF = "p-1", "jo@example.org"


def said(reason: str, who: str = FELLOW, **given: object) -> AccessEnded:
    before = WALL if "@" in who else NOW
    return AccessEnded(**({"who": who, "before": before, "reason": reason} | given))


def problem(event: AccessEnded, sender: str, owner: str | None = "applications") -> str:
    return objection(event, sender, owner, wall=WALL, programme=NOW)


@pytest.mark.parametrize(
    ("reason", "sender", "owner"),
    [
        ("withdrawn", "applications", "applications"),
        ("address_changed", "applications", "applications"),
        ("withdrawn", "applications", None),  # heard before who that is
        ("address_changed", "awards", "awards"),
        ("left", "awards", "awards"),
        ("left", "awards", None),
    ],
)
def test_the_service_whose_a_person_is_says_what_ended(reason: str, sender: str, owner: str | None):
    assert problem(said(reason), sender, owner) == ""


@pytest.mark.parametrize(
    ("reason", "sender", "owner", "why"),
    [
        ("left", "awards", "applications", "by applications alone, not by awards"),
        ("address_changed", "awards", "applications", "by applications alone, not by awards"),
        ("address_changed", "applications", "awards", "by awards alone, not by applications"),
        ("withdrawn", "awards", None, "awards may not say 'withdrawn' of anybody"),
        ("left", "scheduling", None, "scheduling may not say 'left' of anybody"),
        ("ended", "applications", "applications", "may not say 'ended' of anybody"),
        ("signed_out", "applications", "applications", "may not say 'signed_out' of anybody"),
    ],
)
def test_nobody_else_does(reason: str, sender: str, owner: str | None, why: str):
    assert why in problem(said(reason), sender, owner)


@given(
    st.sampled_from(SERVICES),
    st.sampled_from([FELLOW, STAFF]),
    st.sampled_from([None, *SERVICES]),
    st.sampled_from([None, "s-1"]),
)
def test_nobody_says_by_this_event_that_somebody_is_erased(sender, who, owner, session_id):
    event = said("erased", who, session_id=session_id)
    assert "PersonErased alone" in problem(event, sender, owner)


@pytest.mark.parametrize("sender", SERVICES)
@pytest.mark.parametrize("who", [FELLOW, STAFF])
def test_one_session_is_ended_wherever_its_owner_or_the_office_is(sender: str, who: str):
    for reason in REASONS:
        allowed = reason in ("signed_out", "ended")
        assert (problem(said(reason, who, session_id="s-1"), sender) == "") == allowed


@pytest.mark.parametrize("sender", SERVICES)
def test_all_sessions_of_staff_are_ended_by_the_office_wherever_it_is(sender: str):
    assert [one for one in REASONS if not problem(said(one, STAFF), sender)] == ["ended"]


@given(st.timedeltas(min_value=timedelta(days=-4000), max_value=timedelta(days=4000)))
def test_nobody_is_kept_out_for_the_future(later: timedelta):
    for event, now in ((said("withdrawn"), NOW), (said("ended", STAFF), WALL)):
        moved = event.model_copy(update={"before": now + later})
        assert bool(problem(moved, "applications")) == (later > AHEAD)
