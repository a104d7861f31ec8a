"""The rules of eligibility, one by one and together."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.eligibility import assess, is_late

from ..builders import IN_TIME, NO_DOCUMENTS_NEEDED, answers, cohort

COHORT = cohort()


def outcome_of(rule, given_answers, *, at=IN_TIME, of=COHORT, needed=NO_DOCUMENTS_NEEDED):
    assessment = assess(given_answers, needed, at, of)
    return next(r.outcome for r in assessment.results if r.rule == rule)


def test_an_ordinary_applicant_passes_every_rule():
    assessment = assess(answers(), (), IN_TIME, COHORT)
    assert {r.rule: r.outcome for r in assessment.results} == {
        "discipline": "pass",
        "registration": "pass",
        "region": "pass",
        "training": "pass",
        "cct": "pass",
        "deadline": "pass",
        "documents": "pass",
    }
    assert assessment.verdict == "pass"
    assert assessment.version == COHORT.eligibility.version


@pytest.mark.parametrize(
    ("changes", "rule", "outcome"),
    [
        ({"discipline": "Secondary_Care"}, "discipline", "pass"),
        ({"discipline": "Veterinary medicine"}, "discipline", "refer"),
        ({"discipline": None}, "discipline", "refer"),
        ({"gmc_number": "123456"}, "registration", "refer"),
        ({"gmc_number": "1234567"}, "registration", "pass"),
        ({"gmc_number": "\uff11\uff12\uff13\uff14\uff15\uff16\uff17"}, "registration", "refer"),
        ({"gmc_number": None}, "registration", "refer"),
        ({"gmc_number": None, "gdc_number": "123456"}, "registration", "pass"),
        ({"gmc_number": None, "gdc_number": "12345678"}, "registration", "pass"),
        ({"region": "east of england "}, "region", "pass"),
        ({"region": "London"}, "region", "fail"),
        ({"region": None}, "region", "refer"),
        ({"ntn": "EAN/012/7012345/C"}, "region", "pass"),
        ({"ntn": "LON/012/7012345/C"}, "region", "refer"),
        ({"in_training_on": False}, "training", "fail"),
        ({"in_training_on": None}, "training", "refer"),
        ({"cct_date": date(2024, 7, 31)}, "training", "pass"),
        ({"cct_date": date(2024, 7, 30)}, "training", "refer"),  # the two answers disagree
    ],
)
def test_each_condition_gives_its_outcome(changes, rule, outcome):
    assert outcome_of(rule, answers(**changes)) == outcome


@pytest.mark.parametrize(
    ("cct", "share", "outcome"),
    [
        (date(2023, 8, 1), None, "pass"),  # no lower bound is published
        (date(2026, 9, 11), None, "pass"),  # the last day by both readings
        (date(2026, 9, 12), None, "refer"),  # outside only if Masterclass 1 is the start
        (date(2026, 10, 8), None, "refer"),
        (date(2026, 10, 9), None, "fail"),
        (date(2026, 10, 9), 80, "refer"),  # within in training time
        (date(2027, 3, 1), 80, "refer"),
        (date(2028, 8, 1), 80, "fail"),
        (date(2026, 8, 1), 0, "refer"),
        (date(2026, 8, 1), 140, "refer"),
        (None, None, "refer"),
    ],
)
def test_the_cct_window_is_read_generously_and_never_by_guesswork(cct, share, outcome):
    assert outcome_of("cct", answers(cct_date=cct, ltft_percentage=share)) == outcome


def test_a_cohort_can_count_part_time_training_in_training_years():
    scaled = cohort(eligibility={"less_than_full_time": "scale"})
    part_time = answers(cct_date=date(2026, 12, 1), ltft_percentage=60)
    assert outcome_of("cct", part_time, of=scaled) == "pass"


def test_a_cct_date_that_cannot_be_read_goes_to_a_person_with_what_was_written():
    unreadable = answers(cct_date=None, unread={"cct_date": "next summer"})
    result = next(r for r in assess(unreadable, (), IN_TIME, COHORT).results if r.rule == "cct")
    assert result.outcome == "refer"
    assert "next summer" in result.office


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (datetime(2024, 9, 9, 22, 59, 0, tzinfo=UTC), False),
        (datetime(2024, 9, 9, 22, 59, 0, 999_999, tzinfo=UTC), False),
        (datetime(2024, 9, 9, 22, 59, 1, tzinfo=UTC), True),
        (datetime(2024, 9, 9, 23, 59, 0, tzinfo=UTC), True),
    ],
)
def test_the_deadline_is_local_and_inclusive_to_the_second(moment, late):
    assert is_late(moment, COHORT) is late
    assert outcome_of("deadline", answers(), at=moment) == ("refer" if late else "pass")


@pytest.mark.parametrize(
    ("deadline", "last"),
    [  # the clocks change at 01:00 UTC on both days
        (date(2024, 10, 27), datetime(2024, 10, 27, 23, 59, tzinfo=UTC)),
        (date(2025, 3, 30), datetime(2025, 3, 30, 22, 59, tzinfo=UTC)),
    ],
)
def test_the_deadline_holds_on_the_days_the_clocks_change(deadline, last):
    moved = COHORT.model_copy(update={"deadline_on": deadline})
    assert not is_late(last, moved)
    assert is_late(last + timedelta(seconds=1), moved)


def test_missing_documents_wait_for_the_applicant_and_not_for_the_office():
    assessment = assess(answers(), ("your CV",), IN_TIME, COHORT)
    assert assessment.verdict == "pass"
    assert assessment.results[-1].applicant == "Please send us: your CV."


def test_a_doubt_about_identity_goes_to_a_person():
    assessment = assess(answers(), (), IN_TIME, COHORT, identity_concern="Same address as NS24-1.")
    assert assessment.verdict == "refer"
    assert [r.office for r in assessment.concerns] == ["Same address as NS24-1."]


def test_who_must_not_know_all_applications_is_told_of_no_other():
    """The rest of what was found stays, and whichever other it is, the words are the same."""
    one, other = (
        assess(answers(), (), IN_TIME, COHORT, identity_concern=f"{number} gives the same number.")
        for number in ("NS24-0001", "NS24-0002")
    )
    assert one.without_others() == other.without_others() != one
    assert "NS24" not in one.without_others().concerns[0].office
    plain = assess(answers(), (), IN_TIME, COHORT)
    assert plain.without_others() == plain


dates = st.dates(date(2020, 1, 1), date(2032, 12, 31))
shares = st.one_of(st.none(), st.integers(-10, 150))


@given(dates, shares)
def test_an_earlier_cct_date_never_makes_things_worse(cct, share):
    rank = ["pass", "refer", "fail"]
    later = outcome_of("cct", answers(cct_date=cct, ltft_percentage=share))
    earlier = outcome_of("cct", answers(cct_date=cct - timedelta(days=30), ltft_percentage=share))
    assert rank.index(earlier) <= rank.index(later)


@given(
    st.builds(
        answers,
        gmc_number=st.one_of(st.none(), st.text(max_size=12)),
        gdc_number=st.one_of(st.none(), st.text(max_size=12)),
        discipline=st.one_of(st.none(), st.text(max_size=30)),
        region=st.one_of(st.none(), st.text(max_size=30)),
        ntn=st.one_of(st.none(), st.text(max_size=30)),
        cct_date=st.one_of(st.none(), dates),
        ltft_percentage=shares,
        in_training_on=st.one_of(st.none(), st.booleans()),
    ),
    st.integers(0, 366).map(lambda days: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=days)),
)
def test_every_rule_always_answers_with_sentences_and_a_source(given_answers, at):
    assessment = assess(given_answers, (), at, COHORT)
    assert len({r.rule for r in assessment.results}) == len(assessment.results) == 7
    for result in assessment.results:
        assert result.office.endswith(".")
        assert result.applicant.endswith(".")
        assert result.source
