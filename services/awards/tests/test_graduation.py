"""Who graduates, and when what they receive runs out."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.fellows import hear_requirements, hear_standing, hear_withdrawal
from awards.graduation import (
    Graduation,
    Line,
    after_months,
    discount_until,
    membership_ends,
    membership_reminder,
    plan,
    plan_fingerprint,
)
from nextstep_programme import cohort_path, load_cohort

from .builders import COHORT, a_fellow, requirements, standing, withdrawn

MET = {"f1": hear_requirements(None, requirements())}
FELL_SHORT = {"f1": hear_standing(hear_requirements(None, requirements(met=False)), standing())}


def a_graduation(**changes):
    defaults = {
        "id": "f1",
        "cohort": COHORT,
        "revision": 1,
        "graduated_on": date(2025, 7, 22),
        "bursary": False,
        "discount_until": date(2027, 7, 22),
    }
    return Graduation(**defaults | changes)


def only(progress, graduations=None, bursaries=(), unsubmitted=(), fellow=None):
    (line,) = plan([fellow or a_fellow()], progress, graduations or {}, bursaries, unsubmitted)
    return line


def test_a_fellow_who_meets_the_requirements_graduates():
    assert only(MET) == Line("f1", "graduate", bursary=False)
    assert only(MET, bursaries={"f1"}) == Line("f1", "graduate", bursary=True)


def test_a_fellow_who_falls_short_does_not_and_the_reasons_are_given():
    line = only(FELL_SHORT)
    assert line.outcome == "not_yet"
    assert line.reasons == (
        "The attendance requirements are not met.",
        "4 of 4 masterclasses attended.",
    )
    assert not line.acts


def test_without_word_from_scheduling_nobody_graduates():
    assert only({}).reasons == ("Scheduling has not confirmed the attendance requirements.",)


def test_a_required_project_that_is_not_submitted_holds_back():
    line = only(MET, unsubmitted={"f1"})
    assert (line.outcome, line.reasons) == ("not_yet", ("The project has not been submitted.",))


def test_who_withdrew_does_not_graduate():
    gone = hear_withdrawal(a_fellow(), withdrawn())
    assert only(MET, fellow=gone).reasons == ("Withdrew from the programme.",)


def test_applying_again_changes_nothing_unless_the_bursary_differs():
    known = {"f1": a_graduation()}
    assert only(MET, known).outcome == "graduated"
    assert only(MET, known, bursaries={"f1"}).outcome == "update"


def test_a_standing_corrected_after_graduation_is_a_discrepancy_and_acts_on_nothing():
    line = only(FELL_SHORT, {"f1": a_graduation()})
    assert line.outcome == "discrepancy"
    assert not line.acts


def test_the_plan_looked_at_is_told_from_another():
    one, other = Line("f1", "graduate", bursary=False), Line("f1", "graduate", bursary=True)
    assert plan_fingerprint([one]) == plan_fingerprint([one])
    assert plan_fingerprint([one]) != plan_fingerprint([other])


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
