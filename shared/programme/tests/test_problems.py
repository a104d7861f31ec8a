"""A file that cannot be used is refused with every problem: its line, field and what is allowed."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nextstep_programme import CohortError, cohort_path, load, load_cohort


def one(problems):
    (problem,) = problems
    return problem


def test_every_problem_is_listed_at_once_in_file_order(problems_of, line_of):
    problems = problems_of(
        ("places: 70", "places: seventy"),
        ("cct_window_years: 2", "cct_window_yers: 2"),
        ("kind: module", "kind: workshop"),
        ('starts: "17:00"', "starts: 17"),
        ("bursaries: 5", "bursaries: 0"),
    )
    assert [(p.line, p.field) for p in problems] == [
        (line_of("places: 70"), "places"),
        (line_of("eligibility:"), "eligibility.cct_window_years"),
        (line_of("cct_window_years: 2"), "eligibility.cct_window_yers"),
        (line_of('starts: "17:00"'), "sessions[0].starts"),
        (line_of("kind: module"), "sessions[1].kind"),
        (line_of("bursaries: 5"), "awards.bursaries"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "field", "words"),
    [
        ("places: 70", "places: '70'", "places", "a whole number without quotes"),
        ("places: 70", "places: [70]", "places", "a whole number"),
        ("deadline_on: 2024-09-09", "deadline_on: 9 Sept", "deadline_on", "YYYY-MM-DD"),
        ("deadline_on: 2024-09-09", "deadline_on: 20240909", "deadline_on", "YYYY-MM-DD"),
        ("deadline_on: 2024-09-09", "deadline_on: 2024-09-31", "deadline_on", "YYYY-MM-DD"),
        ('starts: "17:00"', 'starts: "5pm"', "sessions[0].starts", '"HH:MM"'),
        ('starts: "17:00"', 'starts: "17:00Z"', "sessions[0].starts", '"HH:MM"'),
        ("mandatory: true", "mandatory: yes", "sessions[1].mandatory", "true or false"),
        ("kind: module", "kind: workshop", "sessions[1].kind", "'masterclass'"),
        ("mode: rolling", "mode: random", "selection.mode", "'rolling' or 'reviewed'"),
        ("bursaries: 5", "bursaries: 0", "awards.bursaries", "1 or more"),
        ("documents:\n    - cv\n    - statement_1\n    - statement_2\n", "documents: cv\n",
         "eligibility.documents", "a list"),
        ("        1: The problem", "        one: The problem", "awards.criteria[0].anchors.one",
         "a whole number"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_names_what_is_allowed(problems_of, before, after, field, words):
    problems = problems_of((before, after))
    assert any(words in p.allowed and p.field == field for p in problems)


def test_a_missing_field_is_named_with_the_line_of_what_should_hold_it(problems_of, line_of):
    problem = one(problems_of(("  cct_window_years: 2\n", "")))
    assert (problem.field, problem.line) == (
        "eligibility.cct_window_years",
        line_of("eligibility:"),
    )
    assert "whole number" in problem.allowed


def test_an_unknown_field_is_named_with_the_one_that_was_probably_meant(problems_of, line_of):
    problem = one(problems_of(("    mandatory: true", "    mandatry: true")))
    assert problem.line == line_of("mandatory: true")
    assert "`mandatory`" in problem.message
    assert "venue" in problem.allowed


def test_an_unknown_field_does_not_hide_what_is_inconsistent(problems_of):
    problems = problems_of(
        ("    mandatory: true", "    mandatry: true"),
        ("masterclasses_required: 4", "masterclasses_required: 7"),
    )
    assert [p.field for p in problems] == [
        "sessions[1].mandatry",
        "completion.masterclasses_required",
    ]


def test_every_repeated_key_is_found_with_both_lines(problems_of, line_of):
    problems = problems_of(
        ("places: 70", "places: 70\nplaces: 71"),
        ("bursaries: 5", "bursaries: 5\n  bursaries: 6"),
    )
    assert [(p.field, p.line) for p in problems] == [
        ("places", line_of("places: 70") + 1),
        ("awards.bursaries", line_of("bursaries: 5") + 2),
    ]
    assert f"line {line_of('places: 70')}." in problems[0].message


@pytest.mark.parametrize(
    ("before", "after", "field", "words"),
    [
        ("zone: Europe/London", "zone: Europe/Londres", "zone", "IANA"),
        ('id: "2024-25"', "id: 2024/25", "id", "lower-case"),
        ("prefix: NS24", "prefix: ns 24", "reference_prefix", "capital"),
        ("deadline_on: 2024-09-09", "deadline_on: 2024-06-02", "deadline_on", "2024-06-03"),
        ("on: 2025-05-21", "on: 2026-05-21", "sessions[8].on", "2024-09-11"),
        ("on: 2024-10-08\n    venue", "on: 2024-09-01\n    venue", "sessions[1].on", "2025-07-22"),
        ('ends: "19:00"', 'ends: "16:00"', "sessions[0].ends", "later than 17:00"),
        ('    ends: "19:00"\n', "", "sessions[0].starts", "both times"),
        ("    on: 2024-09-11\n", "", "sessions[0]", "`on`"),
        ("key: module-1", "key: masterclass-1", "sessions[1].key", "no other session"),
        ("kind: module\n    number: 2", "kind: module\n    number: 1", "sessions[3].number",
         "no other session"),
        ("masterclasses_required: 4", "masterclasses_required: 7",
         "completion.masterclasses_required", "1 to 6"),
        ("    - impact\n", "    - charm\n", "awards.tie_breaks[0]", "problem, method"),
        ("    - impact\n", "    - leadership\n", "awards.tie_breaks[1]", "once"),
        ("    - key: method", "    - key: problem", "awards.criteria[1].key", "once"),
        ("        5: Data", "        6: Data", "awards.criteria[0].anchors.6", "1 to 5"),
        ("bursaries: 5", "bursaries: 71", "awards.bursaries", "1 to 70"),
        ("short_offer_days: 3", "short_offer_days: 8", "selection.short_offer_days", "1 to 7"),
        ("promote_until: 2024-10-04", "promote_until: 2024-08-30", "selection.short_offers_from",
         "2024-08-30"),
        ("promote_until: 2024-10-04", "promote_until: 2025-10-04", "selection.promote_until",
         "2025-07-22"),
        ("slot_minutes: 90", "slot_minutes: 500", "learning_sets.topics[0].windows[0].closes",
         "500 minutes after 10:00"),
        ("on: 2024-11-02", "on: 2024-11-01", "learning_sets.topics[0].windows[1]", "follow"),
        ("on: 2024-11-01", "on: 2025-11-01", "learning_sets.topics[0].windows[0].on", "2025-07-22"),
        ("key: topic-2", "key: topic-1", "learning_sets.topics[1].key", "once"),
        ("training_on: 2024-07-31", "training_on: 2026-07-31", "eligibility.training_on",
         "2025-07-22"),
        ("    - 2024-09-11 # M", "    - 2024-09-11\n    - 2024-10-08 # M",
         "eligibility.commencement_alternatives[1]", "other days"),
        ("membership_from: 2024-10-08", "membership_from: 2023-10-08",
         "benefits.membership_from", "2024-06-03"),
        ("completes_on: 2025-07-22", "completes_on: 2052-07-22", "completes_on", "two years"),
    ],
)  # fmt: skip
def test_parts_that_contradict_each_other_are_refused(problems_of, before, after, field, words):
    problems = problems_of((before, after))
    assert field in [p.field for p in problems]
    (problem,) = [p for p in problems if p.field == field]
    assert words in problem.allowed
    assert problem.line


def test_the_hour_that_the_clocks_skip_is_no_time_for_a_session(problems_of):
    problem = one(
        problems_of(
            ('on: 2025-03-19\n    starts: "17:00"', 'on: 2025-03-30\n    starts: "01:30"'),
        )
    )
    assert problem.field == "sessions[6].starts"
    assert "does not exist" in problem.message


@pytest.mark.parametrize(
    ("content", "words", "line"),
    [
        (b"", "empty", 1),
        (b"a: 1\nb: c: d\n", "not YAML", 2),
        (b"a: 1\nb: \xff\n", "UTF-8", 2),
        (b"a: &x [*x]\n", "alias", None),
        (b"a: 1\n? {b: c}\n: 2\n", "not plain text", 2),
        (b"a: !!binary aGk=\n", "tag", 1),
        (b"- a\n- b\n", "what stands here", 1),
        (b"just text\n", "'just text'", 1),
        (b"a: !!python/object/apply:os.system 'true'\n", "tag", 1),
    ],
)
def test_a_file_that_holds_no_cohort_says_what_it_holds(tmp_path, content, words, line):
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(CohortError) as refused:
        load_cohort(path)
    problem = refused.value.problems[0]
    assert words in problem.message
    assert problem.line == line


def test_a_missing_file_and_an_unknown_cohort_are_named():
    with pytest.raises(CohortError, match="No such file"):
        load("/nowhere/cohort.yaml")
    with pytest.raises(CohortError, match="2024-25"):
        load("1999-00")


def test_a_path_is_a_setting_too():
    assert load(str(cohort_path("2024-25"))).cohort == load("2024-25").cohort


ODD = [
    "",
    "x\n",
    "  - 2\n",
    "on: 1\n",
    "? \n",
    "- .NaN\n",
    "id: 2024-02-30\n",
    "<<: 1\n",
    "a: 0x1F\n",
]
LINES = cohort_path("2024-25").read_text("utf-8").splitlines(keepends=True)


# Reading the file takes about 0.1 s, and the folder may be shared: each example overwrites it.
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, len(LINES) - 1), st.sampled_from(ODD))
def test_whatever_is_done_to_a_line_the_file_loads_or_is_refused(tmp_path, position, instead):
    path = tmp_path / "damaged.yaml"
    path.write_text("".join([*LINES[:position], instead, *LINES[position + 1 :]]), "utf-8")
    with suppress(CohortError):
        load_cohort(path)
