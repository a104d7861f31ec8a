"""What is waited for, what counts, and who may see what."""

from awards.judging.blindness import others

from ..builders import (
    a_conflict,
    a_judging,
    a_method,
    a_panellist,
    a_project,
    a_scoring,
    a_sheet,
)

ALL = tuple((p, j) for p in ("p1", "p2") for j in ("j1", "j2"))


def test_every_unconflicted_judge_owes_a_sheet_for_every_competing_project():
    assert set(a_judging().expected) == set(ALL)
    found = a_judging(
        projects=(a_project("p1"), a_project("p2"), a_project("p3", submitted_at=None)),
        conflicts=(a_conflict("p1", "j2"),),
    )
    assert set(found.expected) == set(ALL) - {("p1", "j2")}


def test_a_sheet_locked_before_a_recusal_is_kept_but_does_not_count():
    written = [a_sheet(p, j, 5 if j == "j2" else 1) for p, j in ALL]
    found = a_judging(sheets=written, conflicts=(a_conflict("p1", "j2"),))
    assert [(b.project_id, b.panellist_id) for b in found.ballots if b.project_id == "p1"] == [
        ("p1", "j1")
    ]
    assert found.sheets[("p1", "j2")].locked_at is not None


def test_scoring_opens_only_with_answers_to_suggestions_and_enough_judges():
    judges = (a_panellist("j1", trust="Project Trust"), a_panellist("j2"))
    scoring = a_scoring(method=a_method(minimum_judges=2), opened_at=None)
    assert a_judging(panellists=judges, scoring=scoring).opening_problems == (
        "2 suggested conflicts are not answered.",
        "2 projects have fewer than 2 unconflicted judges.",
    )
    assert a_judging(projects=()).opening_problems == ("No project has been submitted.",)


def test_others_sheets_show_only_once_ones_own_is_locked():
    theirs = a_sheet("p1", "j2")
    assert others(a_judging(sheets=[theirs]), ("p1", "j1")) == ()
    assert others(a_judging(sheets=[theirs, a_sheet("p1", "j1")]), ("p1", "j1")) == (theirs,)
    assert others(a_judging(sheets=[theirs]), ("p1", "stranger")) == ()


def test_a_recused_judges_sheet_is_not_shown_to_others_either():
    found = a_judging(
        sheets=[a_sheet("p1", "j1"), a_sheet("p1", "j2")], conflicts=(a_conflict("p1", "j2"),)
    )
    assert others(found, ("p1", "j1")) == ()
