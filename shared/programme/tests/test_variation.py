"""What if a field of the cohort were another one?"""

from datetime import date

import pytest

from nextstep_programme import CohortError, load, varied

COHORT = load("2024-25").cohort


def test_fields_are_changed_by_name_and_the_rest_stays():
    found = varied(
        COHORT,
        {
            "eligibility.commencement": "2024-09-11",
            "eligibility.commencement_alternatives": "[]",
            "eligibility.documents": "cv, statement_1",
            "places": "71",
        },
    )
    assert found.eligibility.commencement == date(2024, 9, 11)
    assert found.eligibility.commencement_alternatives == ()
    assert found.eligibility.documents == ("cv", "statement_1")
    assert found.places == 71
    assert found.sessions == COHORT.sessions
    assert varied(COHORT, {}) == COHORT


def test_a_change_need_not_fit_to_the_rest_of_the_file():
    only_module_1 = varied(COHORT, {"eligibility.commencement_alternatives": ""})
    assert only_module_1.eligibility.commencement_alternatives == ()  # Masterclass 1 is earlier
    other = varied(COHORT, {"eligibility.commencement": "2024-09-11"})
    assert other.eligibility.commencement_alternatives == (date(2024, 9, 11),)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"eligibility.comencement": "2024-09-11"}, "no such field"),
        ({"eligibility": "everybody"}, "eligibility"),
        ({"places.more": "3"}, "no such field"),
        ({"eligibility.commencement": "soon"}, "a date as YYYY-MM-DD"),
        ({"eligibility.less_than_full_time": "double"}, "refer"),
        ({"deadline_on": "2020-01-01"}, "deadline_on"),
    ],
)
def test_what_is_no_cohort_is_refused_by_the_name_of_the_field(changes, said):
    with pytest.raises(CohortError, match=said):
        varied(COHORT, changes)
