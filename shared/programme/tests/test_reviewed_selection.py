"""A cohort whose places are filled after a review: what its score sheet must hold together."""

import pytest

from nextstep_programme import load

REVIEWED = """mode: reviewed
  reviewers_required: 2
  scale: 4
  spread_flag: 0.75
  criteria:
    - key: motivation
      title: Motivation
      weight: 2
      anchors:
        1: None is shown.
        4: Clear and their own.
    - key: potential
      title: Potential to lead
      anchors:
        1: Describes duties.
        4: Changed something with others.
  tie_breaks:
    - potential
    - submitted"""


def review(*changes):
    """The sheet above in place of `rolling`, with texts replaced."""
    text = REVIEWED
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return ("mode: rolling", text)


def test_a_reviewed_selection_has_its_score_sheet(loaded):
    rules = loaded(review()).cohort.selection
    assert (rules.mode, rules.scale, rules.spread_flag) == ("reviewed", 4, 0.75)
    assert [(c.key, c.weight, c.anchors[4]) for c in rules.criteria] == [
        ("motivation", 2, "Clear and their own."),
        ("potential", 1, "Changed something with others."),
    ]
    assert rules.tie_breaks == ("potential", "submitted")


def test_a_rolling_cohort_needs_no_score_sheet():
    rules = load("2024-25").cohort.selection
    assert (rules.mode, rules.criteria, rules.tie_breaks) == ("rolling", (), ())


def test_a_rolling_cohort_may_keep_one_for_another_year(loaded):
    rules = loaded(review(("mode: reviewed", "mode: rolling"))).cohort.selection
    assert len(rules.criteria) == 2


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (("required: 2", "required: 1"), "selection.reviewers_required", "2 or more"),
        (("scale: 4", "scale: 1"), "selection.scale", "2 or more"),
        (("scale: 4", "scale: 3"), "selection.criteria[0].anchors.4", "1 to 3"),
        (("scale: 4", "scale: 5"), "selection.criteria[0].anchors", "1 and 5"),
        (("        1: None is shown.\n", ""), "selection.criteria[0].anchors", "1 and 4"),
        (("0.75", "1.6"), "selection.spread_flag", "up to 1.5"),
        (("0.75", "much"), "selection.spread_flag", "a number"),
        (("key: potential", "key: motivation"), "selection.criteria[1].key", "once"),
        (("key: potential", "key: submitted"), "selection.criteria[1].key", "another key"),
        (("    - potential\n", "    - charm\n"), "selection.tie_breaks[0]", "motivation, "),
        (("    - potential\n", "    - submitted\n"), "selection.tie_breaks[1]", "once"),
    ],
)  # fmt: skip
def test_a_score_sheet_that_does_not_hold_together_is_refused(problems_of, change, field, words):
    problems = problems_of(review(change))
    (problem,) = [p for p in problems if p.field == field]
    assert words in problem.allowed
    assert problem.line


def test_a_reviewed_cohort_without_criteria_is_refused(problems_of):
    (problem,) = problems_of(("mode: rolling", "mode: reviewed"))
    assert (problem.field, problem.allowed) == ("selection.criteria", "at least one entry")


def test_a_tie_that_no_registered_rule_can_break_is_an_open_point(loaded):
    whole = {point.code for point in loaded(review()).warnings}
    short = {point.code for point in loaded(review(("\n    - submitted", ""))).warnings}
    assert short - whole == {"selection-tie-break-incomplete"}
