"""What follows from the whole state: what is waited for, what counts, who may see what."""

import pytest

from awards.sheets import exclude
from nextstep_contracts import Refused

from .builders import (
    NOW,
    a_board,
    a_conflict,
    a_method,
    a_panellist,
    a_project,
    a_sheet,
    details,
)

ALL = tuple((p, j) for p in ("p1", "p2") for j in ("j1", "j2"))


def test_every_unconflicted_judge_owes_a_sheet_for_every_competing_project():
    assert set(a_board().expected) == set(ALL)
    board = a_board(
        projects=(a_project("p1"), a_project("p2"), a_project("p3", submitted_at=None)),
        conflicts=(a_conflict("p1", "j2"),),
    )
    assert set(board.expected) == set(ALL) - {("p1", "j2")}


def test_a_sheet_locked_before_a_recusal_is_kept_but_does_not_count():
    written = [a_sheet(p, j, 5 if j == "j2" else 1) for p, j in ALL]
    board = a_board(sheets=written, conflicts=(a_conflict("p1", "j2"),))
    assert [(b.project_id, b.panellist_id) for b in board.ballots if b.project_id == "p1"] == [
        ("p1", "j1")
    ]
    assert board.sheets[("p1", "j2")].locked_at is not None
    assert [row.project_id for row in board.rows] == ["p2", "p1"]


def test_missing_sheets_block_deciding_until_they_are_excluded():
    written = [a_sheet(p, j) for p, j in ALL[:3]]
    board = a_board(sheets=written)
    assert board.outstanding == (ALL[3],)
    assert board.deciding_problems == ("1 score sheets are neither locked nor excluded.",)
    out = exclude(board.sheet(ALL[3]), "Taken ill", "office", NOW)
    assert a_board(sheets=[*written, out]).deciding_problems == ()


def test_a_project_that_nobody_scored_blocks_deciding():
    out = [exclude(a_board().sheet(("p2", j)), "Ill", "office", NOW) for j in ("j1", "j2")]
    board = a_board(sheets=[a_sheet("p1", "j1"), a_sheet("p1", "j2"), *out])
    assert board.deciding_problems == ("1 projects have no score sheet that counts.",)


def test_scoring_opens_only_with_answers_to_suggestions_and_enough_judges():
    judges = (a_panellist("j1", trust="Project Trust"), a_panellist("j2"))
    board = a_board(panellists=judges, current_method=a_method(minimum_judges=2))
    board_registered = a_board(
        panellists=judges,
        scoring=board.scoring.but(method=a_method(minimum_judges=2), opened_at=None),
    )
    assert board_registered.opening_problems == (
        "2 suggested conflicts are not answered.",
        "2 projects have fewer than 2 unconflicted judges.",
    )
    assert a_board(projects=()).opening_problems == ("No project has been submitted.",)


def test_a_recused_project_is_not_among_what_a_panellist_may_know_of():
    suggested = a_project("p3", details=details(trust="Elsewhere"))
    judge = a_panellist("j1", trust="elsewhere")
    board = a_board(
        projects=(a_project("p1"), a_project("p2"), suggested),
        panellists=(judge, a_panellist("j2")),
        conflicts=(a_conflict("p1", "j1"),),
    )
    assert [one.id for one in board.visible_to("j1")] == ["p2"]
    assert [one.id for one in board.visible_to("j2")] == ["p3", "p1", "p2"]


def test_others_sheets_show_only_once_ones_own_is_locked():
    theirs = a_sheet("p1", "j2")
    assert a_board(sheets=[theirs]).others(("p1", "j1")) == ()
    assert a_board(sheets=[theirs, a_sheet("p1", "j1")]).others(("p1", "j1")) == (theirs,)
    assert a_board(sheets=[theirs]).others(("p1", "stranger")) == ()


def test_a_recused_judges_sheet_is_not_shown_to_others_either():
    board = a_board(
        sheets=[a_sheet("p1", "j1"), a_sheet("p1", "j2")], conflicts=(a_conflict("p1", "j2"),)
    )
    assert board.others(("p1", "j1")) == ()


def test_winners_carry_the_exact_average_and_the_authors_who_are_still_fellows():
    board = a_board(sheets=[a_sheet(p, j, 4 if p == "p1" else 2) for p, j in ALL])
    first, second = board.winners()
    assert (first.project_id, first.rank, first.average) == ("p1", 1, "11/1")
    assert (second.project_id, second.rank, second.average) == ("p2", 2, "7/1")
    assert [one.person_id for one in first.people] == ["f-p1"]


def test_an_open_tie_across_the_last_bursary_refuses_to_name_winners():
    board = a_board(
        sheets=[a_sheet(p, j) for p, j in ALL],
        scoring=a_board().scoring.but(method=a_method(bursaries=1)),
    )
    assert board.contested == ("p1", "p2")
    assert not board.tie_settled
    with pytest.raises(Refused, match="equal across the last bursary"):
        board.winners()


def test_the_basis_changes_with_a_score_a_recusal_or_a_project_and_with_nothing_else():
    written = [a_sheet(p, j) for p, j in ALL]
    board = a_board(sheets=written)
    assert a_board(sheets=written[::-1]).basis == board.basis
    assert a_board(sheets=[*written[:3], a_sheet(*ALL[3], 4)]).basis != board.basis
    assert a_board(sheets=written, conflicts=(a_conflict("p1", "j2"),)).basis != board.basis
    assert a_board(sheets=written, projects=(a_project("p1"),)).basis != board.basis
