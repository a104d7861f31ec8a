"""What is left of the judging for a judge does not depend on what they must not know."""

from hypothesis import given
from hypothesis import strategies as st

from awards.judging.blindness import known_to
from awards.judging.sheets import unlock

from ..builders import (
    NOW,
    a_conflict,
    a_judging,
    a_panellist,
    a_project,
    a_sheet,
)

PROJECTS = ("p1", "p2", "p3")
ME = frozenset({"j1"})
"""Kept from p1; has locked p2, not p3."""
points = st.integers(min_value=1, max_value=5)


def judging(*sheets, **changes):
    return a_judging(
        projects=tuple(a_project(key) for key in PROJECTS),
        panellists=tuple(a_panellist(key) for key in ("j1", "j2", "j3")),
        conflicts=(a_conflict("p1", "j1"), *changes.get("conflicts", ())),
        sheets=(a_sheet("p2", "j1"), a_sheet("p2", "j2"), *sheets),
    )


def opened(sheet):
    return unlock(sheet, "A slip", "ola@example.org", NOW)


def test_nobodys_judging_is_whole():
    found = judging(a_sheet("p1", "j2"))
    assert known_to(found, frozenset()) is found
    assert found.whole


def test_what_a_conflict_hides_is_not_there_and_others_sheets_are_sealed_until_the_own_is_locked():
    known = known_to(judging(a_sheet("p1", "j2"), a_sheet("p3", "j2", 5), a_sheet("p3", "j1")), ME)
    assert sorted(known.panel.projects) == ["p2", "p3"]
    assert {pair[0] for pair in known.sheets} == {"p2", "p3"}
    assert (known.blind, known.panel.left_out, known.whole) == (False, True, False)
    sealed = known_to(judging(a_sheet("p3", "j2", 5)), ME)
    theirs = sealed.sheet(("p3", "j2"))
    assert (theirs.state, theirs.readable, theirs.scores, theirs.comment) == (
        "locked", False, {}, "",
    )  # fmt: skip
    assert sealed.sheet(("p2", "j2")).readable
    assert [one.project_id for one in sealed.ballots] == ["p2", "p2"]
    assert sealed.blind


def test_what_a_sheet_said_before_a_correction_is_sealed_too():
    known = known_to(judging(opened(a_sheet("p3", "j2", 5))), ME)
    assert known.sheet(("p3", "j2")).corrections == ()


def test_whoever_stood_down_has_nothing_to_lock_but_keeps_their_conflicts():
    left = a_panellist("j1", stood_down={"reason": "Ill", "by": "x", "at": NOW})
    found = a_judging(
        projects=tuple(a_project(key) for key in PROJECTS),
        panellists=(left, a_panellist("j2")),
        conflicts=(a_conflict("p1", "j1"),),
        sheets=(a_sheet("p3", "j2", 5),),
    )
    known = known_to(found, ME)
    assert (known.blind, known.panel.left_out) == (False, True)
    assert known.sheet(("p3", "j2")).readable


@given(st.tuples(points, points), st.tuples(points, points), st.booleans(), st.booleans())
def test_two_judgings_that_differ_in_secrets_alone_leave_the_same(
    first, second, corrected, conflicted
):
    (hidden, sealed), (other, another) = first, second
    one = judging(a_sheet("p1", "j2", hidden), a_sheet("p3", "j2", sealed))
    correct = opened if corrected else (lambda sheet: sheet)
    more = (a_conflict("p1", "j3"),) if conflicted else ()
    two = judging(
        *(correct(a_sheet("p1", "j2", other)), a_sheet("p3", "j2", another)), conflicts=more
    )
    left, right = known_to(one, ME), known_to(two, ME)
    assert left == right
    assert left.ballots == right.ballots
    assert left.progress == right.progress
