"""What the office types for an answer is read before it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.intake.field_map.answer_readers import Customs, reader
from applications.intake.quarantine.typed_answers import HOW, faults_in, typed_answers

from ...builders import cohort

COHORT = cohort()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("email", "jane at nhs.net"),
        ("email", "jane@nhs.net, j@nhs.net"),
        ("gmc_number", "701234"),
        ("gmc_number", "banana"),
        ("gdc_number", "none"),
        ("cct_date", "next summer"),
        ("cct_date", "31/02/2025"),
        ("ltft_percentage", "0"),
        ("ltft_percentage", "200"),
        ("ltft_percentage", "most days"),
        ("in_training_on", "maybe"),
    ],
)
def test_what_cannot_be_read_is_not_kept_and_the_form_says_what_to_type(name, text):
    assert faults_in({name: text}, COHORT) == {name: HOW[name]}


def test_a_discipline_is_one_of_the_cohort_s():
    faults = faults_in({"discipline": "astrology", "trust": "x" * 5000}, COHORT)
    assert faults["discipline"].startswith("Enter one of: ")
    assert faults["trust"].startswith("Enter at most ")


def test_what_can_be_read_is_kept_as_typed_and_empty_fields_are_left_out():
    said = {
        "email": " jane@nhs.net ",
        "gmc_number": "GMC 7012345",
        "gdc_number": "",
        "cct_date": "6 August 2025",
        "ltft_percentage": "80%",
        "in_training_on": "Yes",
        "discipline": "Secondary Care",
        "shoe": "9",
    }
    typed = typed_answers(said)
    assert typed == {k: v.strip() for k, v in said.items() if v and k != "shoe"}
    assert faults_in(typed, COHORT) == {}


@given(st.sampled_from([*HOW]), st.text(min_size=1, max_size=40))
def test_whatever_is_kept_can_be_read_later(name, text):
    typed = typed_answers({name: text})
    if typed and not faults_in(typed, COHORT):
        assert reader(name)(typed[name], Customs(zone=COHORT.zone)) is not None
