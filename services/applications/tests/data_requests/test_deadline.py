"""By when a request must be answered."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.data_requests.deadline import (
    acknowledge_by,
    answer_by,
    clock_of,
    months_after,
)
from applications.data_requests.request import DataRequest, RequestStep, checked, taken
from nextstep_contracts import Refused
from nextstep_programme.working_days import is_working_day

DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
LATE = date(2099, 1, 1)


def asked(received: date, kind: Any = "access", *steps: tuple[str, date]) -> DataRequest:
    request = DataRequest(
        id="r", number="DP-0001", kind=kind, name="Kim", contact="k", received=received, asked="?"
    )
    for what, on in steps:
        step = RequestStep(kind=what, on=on, text="x", outcome="done", by="o", at=datetime.now(UTC))  # type: ignore[arg-type]
        request = taken(request, step, LATE)
    return request


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 9, 1), date(2026, 10, 1)),
        (date(2026, 9, 3), date(2026, 10, 5)),  # the 3rd is a Saturday
        (date(2026, 1, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas, a weekend, a substitute day
        (date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_a_month_ends_on_the_corresponding_working_day(received: date, due: date):
    assert clock_of(asked(received)).due == due


def test_a_month_begins_when_it_is_known_who_asks():
    first = asked(date(2026, 9, 1), "access", ("identity_asked", date(2026, 9, 2)))
    assert (clock_of(first).state, clock_of(first).due) == ("awaits_identity", None)
    known = asked(
        date(2026, 9, 1),
        "access",
        ("identity_asked", date(2026, 9, 2)),
        ("identity_confirmed", date(2026, 9, 10)),
    )
    assert clock_of(known).due == date(2026, 10, 12)  # the 10th is a Saturday


def test_days_between_a_question_and_its_answer_do_not_count():
    received = date(2026, 6, 1)
    stopped = asked(received, "access", ("question_asked", date(2026, 6, 5)))
    assert (clock_of(stopped).state, clock_of(stopped).due) == ("stopped", None)
    on = asked(
        received,
        "access",
        ("question_asked", date(2026, 6, 5)),
        ("question_answered", date(2026, 6, 15)),
    )
    assert clock_of(on).due == date(2026, 7, 13)  # ten days after 1 July is a Saturday


def test_a_request_is_extended_once_by_two_months():
    request = asked(date(2026, 9, 1), "erasure", ("extended", date(2026, 9, 20)))
    assert clock_of(request).due == date(2026, 12, 1)
    assert clock_of(request).extend_by is None
    with pytest.raises(Refused):
        asked(
            date(2026, 9, 1),
            "erasure",
            ("extended", date(2026, 9, 20)),
            ("extended", date(2026, 9, 21)),
        )


def test_a_complaint_is_acknowledged_within_thirty_days_and_then_has_no_day():
    complaint = asked(date(2026, 6, 19), "complaint")
    assert clock_of(complaint).acknowledge_by == date(2026, 7, 20)  # the 19th is a Sunday
    done = asked(date(2026, 6, 19), "complaint", ("acknowledged", date(2026, 6, 22)))
    assert (clock_of(done).state, clock_of(done).next) == ("no_deadline", None)


def test_a_closed_request_is_due_no_more_and_takes_no_step():
    request = asked(date(2026, 9, 1), "access", ("closed", date(2026, 9, 20)))
    assert (clock_of(request).state, clock_of(request).next) == ("closed", None)
    with pytest.raises(Refused, match="closed"):
        asked(date(2026, 9, 1), "access", ("closed", date(2026, 9, 2)), ("noted", date(2026, 9, 3)))


@pytest.mark.parametrize(
    "steps",
    [
        [("identity_confirmed", date(2026, 9, 2))],
        [("question_answered", date(2026, 9, 2))],
        [("question_asked", date(2026, 9, 2)), ("question_asked", date(2026, 9, 3))],
        [("question_asked", date(2026, 9, 5)), ("question_answered", date(2026, 9, 4))],
        [("noted", date(2026, 8, 31))],
    ],
)
def test_steps_out_of_turn_are_refused(steps: list[tuple[str, date]]):
    with pytest.raises(Refused, match="not complete"):
        asked(date(2026, 9, 1), "access", *steps)


@given(DAYS, st.integers(1, 24))
def test_months_keep_the_day_or_end_with_the_month(day: date, months: int):
    after = months_after(day, months)
    apart = (after.year - day.year) * 12 + after.month - day.month
    assert apart == months
    assert after.day == day.day or (
        after.day < day.day and (after + timedelta(days=1)).month != after.month
    )


@given(DAYS, DAYS)
def test_who_asks_later_is_never_due_earlier(one: date, other: date):
    first, second = sorted((one, other))
    assert answer_by(first) <= answer_by(second)
    assert acknowledge_by(first) <= acknowledge_by(second)


@given(DAYS, st.integers(0, 90))
def test_the_last_day_is_a_working_day_and_as_much_later_as_the_clock_stood(day: date, stood: int):
    due = answer_by(day, stood)
    assert is_working_day(due)
    assert timedelta(0) <= due - months_after(day) - timedelta(days=stood) <= timedelta(days=5)


@given(DAYS, st.data())
def test_questions_never_bring_the_day_forward(received: date, data: st.DataObject):
    steps, day = [], received
    for _ in range(data.draw(st.integers(0, 3))):
        day += timedelta(days=data.draw(st.integers(0, 10)))
        steps.append(("question_asked", day))
        day += timedelta(days=data.draw(st.integers(0, 40)))
        steps.append(("question_answered", day))
    due = clock_of(asked(received, "access", *steps)).due
    plain = clock_of(asked(received)).due
    assert due is not None
    assert plain is not None
    assert due >= plain


@pytest.mark.parametrize("received", [date(26, 3, 5), date(1970, 1, 1), date(2026, 9, 2)])
def test_a_request_that_came_in_the_future_or_long_ago_is_a_slip(received):
    with pytest.raises(Refused) as refused:
        checked(asked(received), date(2026, 9, 1))
    assert refused.value.fields["received"].startswith("Enter the day on which it came")
