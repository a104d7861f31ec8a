"""Employers alike and not alike, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_programme.resemblance import EmployerName
from nextstep_programme.resemblance.employers import SAME, SHORT


def like(one: str, two: str) -> str:
    return EmployerName.read(one).like(EmployerName.read(two))


@pytest.mark.parametrize(
    ("one", "two", "how"),
    [
        ("Guy's and St Thomas' NHS Foundation Trust", "Guys & St. Thomas NHS FT", SAME),
        ("Norfolk & Norwich University Hospital", "Norfolk and Norwich Univ. Hospitals", SAME),
        ("King's College Hospital NHS Foundation Trust", "Kings College Hospital", SAME),
        ("The Royal Marsden NHS Foundation Trust", "Royal Marsden", SAME),
        ("Bradford Teaching Hospitals NHS Foundation Trust", "Bradford Hospitals NHS Trust", SAME),
        ("Hertfordshire Partnership University NHS FT", "Hertfordshire Partnership", SAME),
        ("Addenbrooke's Hospital, Cambridge", "Addenbrookes", SAME),
        ("Riverside Surgery, Ely", "riverside surgery", SAME),
        (
            "Norfolk and  Norwich university-hospitals",
            "NORFOLK AND NORWICH_UNIVERSITY HOSPITALS",
            SAME,
        ),
        ("General Practice", "general  practice", SAME),
        ("University College London Hospitals (UCLH)", "UCLH", SAME),
        ("GSTT", "Guy's and St Thomas' NHS Foundation Trust", SHORT),
        ("CUH", "Cambridge University Hospitals NHS Foundation Trust", SHORT),
        ("ESNEFT", "East Suffolk and North Essex NHS Foundation Trust", SHORT),
    ],
)
def test_two_spellings_of_one_employer_are_alike_and_it_is_said_how(one, two, how):
    assert (like(one, two), like(two, one)) == (how, how)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("University Hospitals Bristol", "University Hospitals Birmingham"),
        ("King's College Hospital", "King's College London"),
        ("University of Cambridge", "Cambridge University Hospitals"),
        ("Riverside Surgery, Ely", "Riverside Surgery, Diss"),
        ("University Hospital", "University Hospitals NHS Trust"),
        ("NHS Trust", "NHS Foundation Trust"),
        ("Mid and South Essex NHS FT", "East Suffolk and North Essex NHS FT"),
        ("", ""),
        ("", "Royal Marsden"),
    ],
)
def test_different_employers_and_what_many_are_called_are_not(one, two):
    assert (like(one, two), like(two, one)) == ("", "")


parts = st.lists(
    st.sampled_from(
        ("Norfolk", "Norwich", "and", "&", "University", "Hospitals", "NHS", "Trust", "FT", "St")
    ),
    max_size=7,
).map(" ".join)


@given(parts | st.text(max_size=30), parts | st.text(max_size=30))
def test_likeness_has_no_direction_and_leaves_a_trace(one, two):
    left, right = EmployerName.read(one), EmployerName.read(two)
    assert left.like(right) == right.like(left)
    assert not (left.like(right) and left.traces.isdisjoint(right.traces))


@given(parts, st.sampled_from((" NHS FT", " NHS Foundation Trust", " nhs trust", " Trust")))
def test_what_an_employer_is_in_law_makes_no_difference(name, legal):
    assert like(f"Papworth {name}", f"Papworth {name}{legal}") == SAME
