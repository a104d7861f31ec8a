"""When a submission counts as submitted, as a rule and on the running service."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.waiting import TimeFault
from applications.intake.field_map.answer_readers import Customs, read_moment
from applications.intake.submission_time import time_that_counts
from nextstep_programme import load

from ..conftest import START
from ..forms import submission

COHORT = load("2024-25").cohort
LATE = datetime(2024, 9, 12, 8, 0, tzinfo=UTC)


def counted(said: str, received: datetime = START) -> tuple[datetime, TimeFault | None]:
    return time_that_counts(read_moment(said, Customs()), said, received, COHORT)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("0001-01-01", "unreadable"),
        ("0001-01-01T00:00:00Z", "before_opening"),
        ("1899-12-30T00:00:00", "before_opening"),
        ("1970-01-01T00:00:00Z", "before_opening"),
        ("0000000000", "before_opening"),
        ("2023-08-01T10:30:00+01:00", "before_opening"),
        ("2024-05-01", "before_opening"),
        ("2024-08-02", "after_arrival"),
        ("9999-12-31T23:59:59Z", "after_arrival"),
        ("yesterday", "unreadable"),
    ],
)
def test_a_time_that_nobody_can_have_submitted_at_is_not_believed(said, why):
    at, fault = counted(said)
    assert at == START
    assert fault is not None
    assert fault == why or said == "0001-01-01"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("", START),
        ("2024-08-01T10:30:00+01:00", datetime(2024, 8, 1, 9, 30, tzinfo=UTC)),
        ("2024-05-27T09:00:00Z", datetime(2024, 5, 27, 9, tzinfo=UTC)),  # tried before it opened
        ("2024-08-01T10:10:00Z", START),  # ten minutes ahead of our clock
    ],
)
def test_a_time_that_can_be_true_counts_and_nobody_is_told(said, at):
    assert counted(said) == (at, None)


@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(-timedelta(50), timedelta(300)))
def test_what_counts_is_never_after_the_arrival_nor_long_before_the_year(said, later):
    received = START + later
    at, told = time_that_counts(said, said.isoformat(), received, COHORT)
    assert datetime(2024, 5, 19, tzinfo=UTC) <= at <= received
    assert told is not None or at == min(said, received)


@pytest.mark.stack
async def test_a_late_application_stays_late_whatever_its_clock_says_and_the_office_knows(running):
    running.clock.set(LATE)
    application = await running.take(submission(submitted_at="1899-12-30T00:00:00"))
    assert application["late"] is True
    assert application["first_submitted_at"] == LATE
    (doubted,) = application["awaits_office"]
    assert (doubted["kind"], doubted["fault"]) == ("doubted_time", "before_opening")
    lines = await running.read("history").find({"application_id": application["_id"]})
    told = (
        "The form's time “1899-12-30T00:00:00” is long before applications opened:"
        " its arrival on Thursday 12 September 2024, 9am counts instead."
    )
    assert told in [line["what"] for line in lines]
    async with running.staff() as office:
        home = await office.get("/applications/")
    assert "1 application whose form gives a time that is not believed" in home.text
    assert len(home.content) < 500_000


@pytest.mark.stack
async def test_the_home_page_draws_the_days_of_the_cohort_whatever_was_believed_before(running):
    application = await running.submit()
    long_ago = datetime(1, 1, 1, 0, 2, tzinfo=UTC)
    for at in (long_ago, datetime(9999, 12, 31, 23, 59, tzinfo=UTC)):
        await running.messaging.db.write("applications").update(
            {"_id": application["_id"]},
            {"$set": {"first_submitted_at": at, "submitted_at": at, "stamp": 2 * 10**18}},
        )
        async with running.staff() as office:
            home = await office.get("/applications/")
            listed = await office.get("/applications/list")
        assert (home.status_code, listed.status_code) == (200, 200)
        assert "3 Jun" in home.text
        assert len(home.content) < 500_000
