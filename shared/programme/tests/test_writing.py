from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_programme import writing

LONDON = "Europe/London"
FRIDAY = date(2025, 2, 28)


def test_a_day_is_written_with_its_weekday_where_somebody_plans_by_it():
    assert writing.day(FRIDAY) == "28 February 2025"
    assert writing.weekday(FRIDAY) == "Friday 28 February 2025"
    assert writing.short_day(FRIDAY) == "28 Feb 2025"
    assert writing.short_weekday(date(2024, 9, 3)) == "Tue 3 Sep 2024"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(0, 0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(9, 0), "9am"),
        (time(11, 30), "11:30am"),
        (time(12, 0), "midday"),
        (time(12, 1), "12:01pm"),
        (time(17, 0), "5pm"),
        (time(23, 59, 59), "11:59pm"),
    ],
)
def test_a_time_is_written_on_the_clock_of_twelve_hours(at: time, said: str):
    assert writing.clock(at) == said


def test_a_span_says_what_of_it_is_still_open():
    assert writing.span(time(17), time(19)) == "5pm to 7pm"
    assert writing.span(time(11, 30), time(12)) == "11:30am to midday"
    assert writing.span(time(17), None) == "from 5pm, end to be confirmed"
    assert writing.span(None, time(19)) == "time to be confirmed"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2025, 3, 30, 0, 59, tzinfo=UTC), "Sunday 30 March 2025, 12:59am"),
        (datetime(2025, 3, 30, 1, 0, tzinfo=UTC), "Sunday 30 March 2025, 2am"),
        (datetime(2024, 10, 27, 0, 59, tzinfo=UTC), "Sunday 27 October 2024, 1:59am"),
        (datetime(2024, 10, 27, 1, 1, tzinfo=UTC), "Sunday 27 October 2024, 1:01am"),
        (datetime(2024, 9, 9, 23, 30, tzinfo=UTC), "Tuesday 10 September 2024, 12:30am"),
    ],
)
def test_a_moment_is_local_on_both_sides_of_each_clock_change(at: datetime, said: str):
    assert writing.moment(at, LONDON) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ((22, 59, 0), "Monday 9 September 2024, 11:59:00pm"),  # and no second later
        ((22, 59, 59), "Monday 9 September 2024, 11:59pm"),
        ((22, 59, 30), "Monday 9 September 2024, 11:59:30pm"),
        ((16, 0, 0), "Monday 9 September 2024, 5pm"),
        ((23, 0, 0), "Monday 9 September 2024, 11:59pm"),
    ],
)
def test_what_is_read_of_a_deadline_is_what_holds(at, said):
    assert writing.deadline(datetime(2024, 9, 9, *at, tzinfo=UTC), LONDON) == said


def test_a_moment_is_written_in_the_zone_of_its_cohort():
    at = datetime(2025, 3, 30, 23, 0, tzinfo=UTC)
    assert writing.moment(at, "Europe/Berlin") == "Monday 31 March 2025, 1am"
    assert writing.short_moment(at, "Europe/Berlin") == "31 Mar 2025, 1am"
    assert writing.short_moment(at, "America/New_York") == "30 Mar 2025, 7pm"


def test_a_deadline_at_midnight_is_told_as_the_minute_before():
    midnight = datetime(2024, 9, 8, 23, tzinfo=UTC)
    assert writing.moment(midnight, LONDON) == "Monday 9 September 2024, midnight"
    assert writing.deadline(midnight, LONDON) == "Sunday 8 September 2024, 11:59pm"
    assert writing.deadline(midnight + timedelta(hours=17), LONDON).endswith("September 2024, 5pm")


def test_a_moment_without_a_time_zone_is_a_mistake():
    for write in (writing.moment, writing.short_moment, writing.deadline):
        with pytest.raises(ValueError, match="time zone"):
            write(datetime(2024, 9, 9), LONDON)  # noqa: DTZ001 - what is refused


def test_things_in_a_sentence():
    assert writing.listed([]) == ""
    assert writing.listed(["a"]) == "a"
    assert writing.listed(("a", "b")) == "a and b"
    assert writing.listed(("a", "b", "c")) == "a, b and c"


@given(st.times())
def test_every_minute_of_the_day_is_written_differently(at: time):
    later = (datetime.combine(FRIDAY, at) + timedelta(minutes=1)).time()
    assert writing.clock(at) != writing.clock(later)
    assert writing.clock(at) == writing.clock(at.replace(second=0, microsecond=0))
