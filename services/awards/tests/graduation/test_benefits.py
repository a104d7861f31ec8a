"""When what Fellows receive runs out."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.graduation.benefits import after_months, discount_until, membership_ends
from awards.graduation.membership import membership_reminder
from nextstep_programme import cohort_path, load_cohort


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 10, 8), 12, date(2025, 10, 8)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start, months, end):
    assert after_months(start, months) == end


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_counting_months_never_skips_one(start, months):
    end = after_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months


def test_the_discount_runs_two_years_from_completion_or_a_later_graduation():
    cohort = load_cohort(cohort_path("2024-25")).cohort
    assert discount_until(cohort, date(2025, 7, 22)) == date(2027, 7, 22)
    assert discount_until(cohort, date(2025, 7, 1)) == date(2027, 7, 22)
    assert discount_until(cohort, date(2025, 11, 3)) == date(2027, 11, 3)


def test_the_membership_reminder_goes_out_at_nine_local_time():
    cohort = load_cohort(cohort_path("2024-25")).cohort
    assert membership_ends(cohort) == date(2025, 10, 8)
    assert membership_reminder(cohort) == datetime(2025, 9, 8, 8, tzinfo=UTC)
