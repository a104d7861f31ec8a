"""From a form's own data to answers, as rules."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.eligibility import assess
from applications.admissions.training_window import judge_cct
from applications.intake.adapters.standard_webhooks import StandardWebhooks
from applications.intake.field_map.answer_readers import as_written
from applications.intake.field_map.mapping import MappingError, map_submission
from applications.intake.sources import load_sources

from ... import forms
from ...builders import IN_TIME, cohort

NATIVE = load_sources(None, {})["native"].definition
ADAPTER = StandardWebhooks()
RULES = cohort().eligibility
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def mapped(**changes):
    return map_submission(forms.submission(**changes), NATIVE, ADAPTER, "Europe/London")


def test_answers_are_read_and_cleaned():
    found = mapped(
        name="  Amara\u00a0 Okafor\n",
        gmc_number="GMC 701 2345",
        cct_date="06/08/2025",
        ltft_percentage="80%",
        in_training_on="Yes",
        documents={},
    )
    assert found.answers.name == "Amara Okafor"
    assert found.answers.gmc_number == "7012345"
    assert found.answers.cct_date == date(2025, 8, 6)
    assert found.answers.ltft_percentage == 80
    assert found.answers.in_training_on is True
    assert found.submitted_at == datetime(2024, 8, 1, 9, 30, tzinfo=UTC)
    assert found.uploads == ()


def test_a_naive_moment_is_local_to_the_programme():
    assert mapped(submitted_at="2024-08-01T10:30:00").submitted_at == datetime(
        2024, 8, 1, 9, 30, tzinfo=UTC
    )


def test_an_answer_that_cannot_be_read_is_kept_as_written():
    found = mapped(cct_date="next summer", ltft_percentage=["80", "60"], trust={"id": 3})
    assert found.answers.cct_date is None
    assert found.answers.unread == {
        "cct_date": "next summer",
        "ltft_percentage": "80, 60",
        "trust": "id: 3",
    }


@pytest.mark.parametrize("email", ["", "a@b", "a b@c.org", "a@@c.org", "x" * 255 + "@c.org", 7])
def test_an_application_needs_an_address_that_mail_can_reach(email):
    with pytest.raises(MappingError, match="email"):
        mapped(email=email)


@given(st.dictionaries(st.sampled_from(list(forms.submission())), json_values))
def test_whatever_is_in_a_submission_it_is_mapped_or_refused(changes):
    try:
        found = mapped(**changes)
    except MappingError:
        return
    found.answers.model_dump_json().encode()


def test_a_month_is_read_as_its_last_day_and_that_is_said():
    found = mapped(cct_date="Dec 2025").answers
    assert (found.cct_date, found.vague) == (date(2025, 12, 31), {"cct_date": "Dec 2025"})
    assert found.changed_from(mapped(cct_date="2025-12-31").answers) == ("cct_date",)
    assert "Written as “Dec 2025”: its last day counts." in judge_cct(found, RULES)[1]


@pytest.mark.parametrize("written", ["N/A", "none", "-"])
def test_a_number_that_says_that_there_is_none_is_no_number(written):
    found = mapped(gdc_number=written).answers
    assert (found.gdc_number, found.unread) == (None, {})


@pytest.mark.parametrize(
    ("numbers", "outcome"),
    [
        ({"gmc_number": None, "gdc_number": "banana"}, "refer"),
        ({"gmc_number": "N/A", "gdc_number": "N/A"}, "refer"),
        ({"gmc_number": None, "gdc_number": "123456"}, "pass"),
        ({"gmc_number": None, "gdc_number": "123"}, "pass"),  # unusual, and only noted
        ({"gmc_number": "none", "gdc_number": "GDC No. 123456"}, "pass"),
        ({"gmc_number": "GMC No. 7012345", "gdc_number": "banana"}, "pass"),
    ],
)
def test_somebody_is_registered_by_a_number_and_by_nothing_else(numbers, outcome):
    results = assess(mapped(**numbers).answers, (), IN_TIME, cohort()).results
    (found,) = (one for one in results if one.rule == "registration")
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("ls2\udfff@example.org", "It holds a broken character."),
        ("james.\u017fmith@nhs.net", "(U+017F) before the @"),
        ("jane@nhs..net", "It has a dot too many after the @."),
        ("ja\u200bne@nhs.net", "“ja<U+200B>ne@nhs.net”. It holds U+200B before the @"),
    ],
)
def test_an_address_that_cannot_be_used_waits_with_the_reason(email, why):
    with pytest.raises(MappingError) as refused:
        mapped(email=email)
    assert why in refused.value.faults[0]


def test_what_pasting_adds_to_an_address_is_taken_off():
    assert mapped(email=" jane@nhs.net; ").answers.email == "jane@nhs.net"
    assert mapped(email="jane@groß.example").answers.identities()[1] == (
        "email:jane@xn--gro-7ka.example"
    )


@pytest.mark.parametrize(
    ("given_", "written"),
    [
        (["London", "Kent, Surrey and Sussex"], "London, Kent, Surrey and Sussex"),
        ({"city": "Norwich", "post": {"code": None, "known": True}},
         "city: Norwich; post: code: ; known: yes"),
        ([[1, 2.5], False], "1, 2.5, no"),
    ],
)  # fmt: skip
def test_an_answer_in_parts_that_cannot_be_read_is_written_down_for_people(given_, written):
    assert mapped(region=given_).answers.unread["region"] == written


@given(st.lists(json_values, max_size=3) | st.dictionaries(st.text(max_size=5), json_values))
def test_no_python_is_ever_written_down(value):
    written = as_written(value)
    for quoted in ("['", "{'", "None", "True", "False"):
        assert quoted not in written or quoted in str(leaves(value))


def leaves(value):
    """The texts in a value, which may say anything."""
    if isinstance(value, dict):
        return [text for one in value.items() for part in one for text in leaves(part)]
    if isinstance(value, list):
        return [text for one in value for text in leaves(one)]
    return [value] if isinstance(value, str) else []
