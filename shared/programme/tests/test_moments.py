"""Local times and slots hold at both changes of the clocks, whatever the file says."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from nextstep_programme import LearningSets, Topic, Window, load
from nextstep_programme.calendar_points import clock_changes

COHORT = load("2024-25").cohort
LONDON = ZoneInfo("Europe/London")
OCTOBER, MARCH = date(2024, 10, 27), date(2025, 3, 30)

around_a_change = st.builds(
    lambda change, days: change + timedelta(days=days),
    st.sampled_from([OCTOBER, MARCH]),
    st.integers(-2, 2),
)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def skipped(on: date, at: time) -> bool:
    return on == MARCH and at.hour == 1


@given(around_a_change, times)
def test_a_moment_shows_its_local_time_again(on, at):
    moment = COHORT.moment(on, at)
    assert moment.tzinfo is UTC
    shown = moment.astimezone(LONDON)
    if not skipped(on, at):
        assert (shown.date(), shown.time()) == (on, at)


@given(around_a_change, times, times)
def test_later_on_the_clock_is_later_in_time(on, one, other):
    earlier, later = sorted((one, other))
    if not (skipped(on, earlier) or skipped(on, later)):
        assert COHORT.moment(on, earlier) <= COHORT.moment(on, later)


@given(times)
def test_the_same_local_time_moves_by_an_hour_over_each_change(at):
    day = timedelta(days=1)
    for change, hours in ((OCTOBER, 25), (MARCH, 23)):
        before, after = COHORT.moment(change - day, at), COHORT.moment(change + day, at)
        assert after - before == day + timedelta(hours=hours)


def test_a_time_that_occurs_twice_means_the_first():
    assert COHORT.moment(OCTOBER, time(1, 30)) == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)


def test_the_changes_of_a_year_are_computed_from_the_zone():
    year = (date(2024, 9, 1), date(2025, 8, 31))
    assert clock_changes("Europe/London", *year) == (OCTOBER, MARCH)
    assert clock_changes("UTC", *year) == ()


windows = st.builds(
    lambda day, ends: Window(on=OCTOBER + timedelta(days=day), opens=min(ends), closes=max(ends)),
    st.integers(0, 400),
    st.tuples(times, times),
)


@given(st.lists(windows, min_size=1, max_size=4, unique_by=lambda w: w.on), st.integers(15, 240))
def test_slots_fit_their_windows_and_never_overlap(found, minutes):
    topic = Topic(key="t", title="T", windows=tuple(found))
    plan = LearningSets(
        slot_minutes=minutes,
        size=7,
        stated_size=6,
        venue="Online",
        facilitator="F",
        topics=(topic,),
    )
    spans = [
        (datetime.combine(on, starts), datetime.combine(on, ends))
        for on, starts, ends in plan.slots(topic)
    ]
    by_day = {w.on: w for w in found}
    for starts, ends in spans:
        window = by_day[starts.date()]
        assert ends - starts == timedelta(minutes=minutes)
        assert window.opens <= starts.time() < ends.time() <= window.closes
    for (_, ends), (starts, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
        assert ends <= starts
    room = sum(
        (datetime.combine(w.on, w.closes) - datetime.combine(w.on, w.opens))
        // timedelta(minutes=minutes)
        for w in found
    )
    assert len(spans) == room  # none is left out either
