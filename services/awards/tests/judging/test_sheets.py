"""Score sheets: draft, lock, correction, exclusion."""

import pytest

from awards.judging import sheets
from nextstep_contracts import Refused

from ..builders import COHORT, NOW, a_method, a_sheet

BLANK = sheets.blank(COHORT, ("p1", "j1"))
FULL = {"impact": 4, "rigour": 2}


def test_a_draft_may_be_unfinished():
    draft = sheets.write(BLANK, a_method(), {"impact": 4}, " Promising ")
    assert (draft.state, draft.scores, draft.comment) == ("draft", {"impact": 4}, "Promising")
    assert BLANK.state == "missing"


def test_points_off_the_scale_and_long_comments_are_refused_by_field():
    with pytest.raises(Refused) as refused:
        sheets.write(BLANK, a_method(), {"impact": 9}, "x" * 2001)
    assert sorted(refused.value.fields) == ["comment", "impact"]


def test_an_unfinished_sheet_cannot_be_locked():
    draft = sheets.write(BLANK, a_method(), {"impact": 4}, "")
    with pytest.raises(Refused) as refused:
        sheets.lock(draft, a_method(), NOW)
    assert refused.value.fields == {"rigour": "Choose the points for Rigour"}


def test_locking_counts_revisions_and_ends_editing():
    locked = sheets.lock(sheets.write(BLANK, a_method(), FULL, ""), a_method(), NOW)
    assert (locked.state, locked.revision, locked.locked_at) == ("locked", 1, NOW)
    with pytest.raises(Refused, match="locked"):
        sheets.write(locked, a_method(), FULL, "")
    with pytest.raises(Refused, match="locked"):
        sheets.lock(locked, a_method(), NOW)


def test_a_correction_keeps_what_was_said_and_locks_as_the_next_revision():
    opened = sheets.unlock(a_sheet("p1", "j1"), "Typing slip", "office", NOW)
    assert (opened.state, opened.revision) == ("draft", 1)
    (kept,) = opened.corrections
    assert (kept.revision, kept.scores, kept.reason) == (
        1,
        {"impact": 3, "rigour": 3},
        "Typing slip",
    )
    again = sheets.lock(sheets.write(opened, a_method(), FULL, ""), a_method(), NOW)
    assert (again.revision, again.scores) == (2, FULL)


def test_a_correction_needs_a_reason_and_a_locked_sheet():
    with pytest.raises(Refused, match="Say why"):
        sheets.unlock(a_sheet("p1", "j1"), "  ", "office", NOW)
    with pytest.raises(Refused, match="Only a locked sheet"):
        sheets.unlock(BLANK, "Slip", "office", NOW)


def test_an_exclusion_stops_a_sheet_until_it_is_included_again():
    out = sheets.exclude(BLANK, "Taken ill", "office", NOW)
    assert out.state == "excluded"
    with pytest.raises(Refused, match="excluded"):
        sheets.write(out, a_method(), FULL, "")
    assert sheets.include(out) == BLANK


def test_a_locked_sheet_counts_and_cannot_be_excluded():
    with pytest.raises(Refused, match="counts"):
        sheets.exclude(a_sheet("p1", "j1"), "Too harsh", "office", NOW)


def test_the_same_entries_sent_twice_are_recognised():
    locked = a_sheet("p1", "j1", 4, 2)
    assert sheets.repeats(locked, FULL, " ")
    assert not sheets.repeats(locked, FULL, "More")
    assert not sheets.repeats(BLANK, {}, "")
