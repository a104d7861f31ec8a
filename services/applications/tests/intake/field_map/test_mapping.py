"""From a form's own data to answers, as rules."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.intake.adapters.standard_webhooks import StandardWebhooks
from applications.intake.field_map.mapping import MappingError, map_submission
from applications.intake.sources import load_sources

from ... import forms

NATIVE = load_sources(None, {})["native"].definition
ADAPTER = StandardWebhooks()
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
        "ltft_percentage": "['80', '60']",
        "trust": "{'id': 3}",
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
