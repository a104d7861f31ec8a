"""Sessions: from the cohort file, announced, changed, called off."""

from datetime import UTC, date, datetime, time

import pytest

from nextstep_contracts import Refused, SessionCancelled, SessionChanged, SessionScheduled
from scheduling.calendar.session_changes import cancel, change, check_year, schedule

from ..builders import calendar, cohort, session


def test_the_cohort_file_gives_ten_dated_sessions_and_five_undated_ones():
    dated = [s for s in calendar() if s.on]
    assert (len(dated), len(calendar()) - len(dated)) == (10, 5)


def test_a_session_is_named_after_its_cohort_and_key():
    assert session("module-1").session_id == "2024-25:module-1"


def test_a_dated_session_is_announced_with_revision_1():
    announced, event = schedule(session("masterclass-1"))
    assert announced.revision == 1
    assert event == SessionScheduled(
        cohort="2024-25",
        revision=1,
        session_id="2024-25:masterclass-1",
        kind="masterclass",
        title="Masterclass 1: The Quality Improvement Project",
        on=date(2024, 9, 11),
        starts=time(17),
        ends=time(19),
        venue="Online",
    )


def test_an_undated_session_is_not_announced():
    waiting, event = schedule(session("networking-1"))
    assert (waiting.revision, event) == (0, None)


def test_the_office_dating_a_session_announces_it():
    dated, event = change(session("networking-1"), {"on": date(2024, 10, 8)})
    assert isinstance(event, SessionScheduled)
    assert (dated.revision, event.revision) == (1, 1)


def test_setting_the_time_of_a_module_says_which_fields_changed():
    known, _ = schedule(session("module-1"))
    timed, event = change(known, {"starts": time(9, 30), "ends": time(16, 30)})
    assert isinstance(event, SessionChanged)
    assert (event.revision, event.changed) == (2, ("starts", "ends"))
    assert timed.revision == 2


def test_a_change_that_changes_nothing_is_not_announced():
    known, _ = schedule(session("module-1"))
    assert change(known, {"venue": known.venue}) == (known, None)


def test_moving_an_undated_session_s_venue_tells_nobody():
    moved, event = change(session("surgeries"), {"venue": "Online"})
    assert (moved.venue, moved.revision, event) == ("Online", 0, None)


def test_a_cancellation_raises_the_revision_and_gives_the_reason():
    known, _ = schedule(session("masterclass-1"))
    off, event = cancel(known, " The speaker is ill. ")
    assert off.cancelled == "The speaker is ill."
    assert event == SessionCancelled(
        cohort="2024-25",
        revision=2,
        session_id=known.session_id,
        title=known.title,
        reason="The speaker is ill.",
    )


def test_an_undated_session_is_called_off_silently():
    off, event = cancel(session("alumni-session"), "No demand.")
    assert (off.live, event) == (False, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts": time(9)}, "ends"),
        ({"ends": time(9)}, "starts"),
        ({"starts": time(9), "ends": time(9)}, "ends"),
        ({"title": "  "}, "title"),
        ({"venue": ""}, "venue"),
        ({"on": None}, "on"),
        ({"joining": "http://zoom.example/1"}, "joining"),
        ({"on": date(2025, 3, 30), "starts": time(1, 30), "ends": time(3)}, "starts"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(fields, field):
    known, _ = schedule(session("module-1"))
    with pytest.raises(Refused) as refusal:
        change(known, fields)
    assert [*refusal.value.fields] == [field]


def test_a_time_without_a_date_is_refused():
    with pytest.raises(Refused) as refusal:
        change(session("surgeries"), {"starts": time(9), "ends": time(10)})
    assert [*refusal.value.fields] == ["on"]


def test_a_cancelled_session_takes_no_change_and_no_second_cancellation():
    off, _ = cancel(schedule(session())[0], "Snow.")
    with pytest.raises(Refused):
        change(off, {"venue": "Online"})
    with pytest.raises(Refused):
        cancel(off, "Snow.")


def test_cancelling_needs_a_reason():
    with pytest.raises(Refused) as refusal:
        cancel(session(), "  ")
    assert [*refusal.value.fields] == ["reason"]


@pytest.mark.parametrize(
    ("key", "utc"),
    [
        ("masterclass-1", datetime(2024, 9, 11, 16, tzinfo=UTC)),
        ("masterclass-2", datetime(2024, 11, 7, 17, tzinfo=UTC)),
        ("masterclass-4", datetime(2025, 3, 19, 17, tzinfo=UTC)),
        ("masterclass-5", datetime(2025, 4, 17, 16, tzinfo=UTC)),
    ],
)
def test_a_local_time_stays_local_across_both_clock_changes(key, utc):
    assert session(key).begins_at == utc


def test_a_session_without_a_time_is_over_at_the_end_of_its_day():
    assert session("module-2").over_at == datetime(2024, 12, 11, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 24, 1970, 2023, 2027, 9999])
def test_a_day_with_a_slip_in_its_year_is_no_day_of_the_programme(year):
    slip = date(year, 10, 8)
    with pytest.raises(Refused) as refused:
        check_year(slip, cohort())
    assert refused.value.fields == {"on": "Enter a date from 3 June 2024 to 22 July 2026."}


@pytest.mark.parametrize("on", [None, date(2024, 6, 3), date(2025, 10, 8), date(2026, 7, 22)])
def test_a_session_may_be_from_the_opening_to_a_year_after_the_end(on):
    check_year(on, cohort())
