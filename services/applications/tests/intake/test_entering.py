"""What the office enters is read as our own form's submissions are."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from applications.intake.adapters import ADAPTERS
from applications.intake.entering import arrival, body_of, entered_answers
from applications.intake.field_map.mapping import map_submission
from applications.intake.sources import BY_HAND, SourcesError, by_hand, load_sources
from applications.web.answer_labels import LABELS
from nextstep_contracts import Refused

from ..builders import cohort
from ..forms import PDF

COHORT = cohort()
NOW = datetime(2024, 8, 5, 9, 0, tzinfo=UTC)
CAME = datetime(2024, 8, 1, 13, 15, tzinfo=UTC)
TYPED = {
    "name": "Petra Post",
    "email": "petra.post@example.org",
    "gmc_number": "7012345",
    "discipline": "dentistry",
    "cct_date": "6 August 2025",
    "ltft_percentage": "80",
    "in_training_on": "yes",
}


def mapped(typed=None, files=None):
    source = by_hand(COHORT.eligibility.documents)
    body = body_of("k" * 32, entered_answers(typed or TYPED, COHORT), CAME, files or {})
    payload = source.adapter.read(body, "application/json")
    return map_submission(payload, source.definition, source.adapter, "Europe/London")


def test_every_answer_that_is_asked_for_is_read():
    found = mapped()
    assert found.submitted_at == CAME
    answers = found.answers
    assert (answers.name, answers.email, answers.discipline) == (
        "Petra Post",
        "petra.post@example.org",
        "dentistry",
    )
    assert (answers.cct_date, answers.ltft_percentage, answers.in_training_on) == (
        date(2025, 8, 6),
        80,
        True,
    )
    assert answers.unread == {}
    assert set(by_hand(()).definition.fields) == set(LABELS)


def test_its_files_arrive_as_they_were():
    found = mapped(files={"cv": ("Life.pdf", PDF), "statement_2": ("Why.docx", b"PK")})
    assert [(u.key, u.given_name, u.data) for u in found.uploads] == [
        ("cv", "Life.pdf", PDF),
        ("statement_2", "Why.docx", b"PK"),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": ""}, "email"),
        ({"email": "petra at example"}, "email"),
        ({"gmc_number": "12"}, "gmc_number"),
        ({"cct_date": "soon"}, "cct_date"),
        ({"ltft_percentage": "140"}, "ltft_percentage"),
        ({"discipline": "acupuncture"}, "discipline"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_before_anything_is_kept(change, field):
    with pytest.raises(Refused) as refused:
        entered_answers(TYPED | change, COHORT)
    assert set(refused.value.fields) == {field}


def test_it_came_at_a_moment_that_has_been_and_not_long_before_applications_opened():
    local = time(10, 0)
    assert arrival(date(2024, 8, 5), local, NOW, COHORT) == NOW
    with pytest.raises(Refused):
        arrival(date(2024, 8, 5), time(10, 1), NOW, COHORT)
    first = (COHORT.opening - timedelta(days=14)).astimezone(UTC)
    assert arrival(date(2024, 5, 20), time(0, 0), NOW, COHORT) == first
    with pytest.raises(Refused) as refused:
        arrival(date(2024, 5, 19), time(23, 59), NOW, COHORT)
    assert set(refused.value.fields) == {"arrived_on"}


def test_no_form_can_post_under_its_name(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text(f"{BY_HAND}:\n  adapter: standard-webhooks\n")
    with pytest.raises(SourcesError, match="under this name"):
        load_sources(file, {})
    assert by_hand(()).secrets == ()
    assert by_hand(()).adapter is ADAPTERS["standard-webhooks"]
