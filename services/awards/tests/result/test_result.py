"""What follows from the sheets that count: what blocks deciding, who wins, and on what basis."""

import pytest

from awards.judging.sheets import exclude
from nextstep_contracts import Refused

from ..builders import (
    NOW,
    a_conflict,
    a_judging,
    a_method,
    a_project,
    a_result,
    a_scoring,
    a_sheet,
)

ALL = tuple((p, j) for p in ("p1", "p2") for j in ("j1", "j2"))


def test_a_sheet_locked_before_a_recusal_does_not_count():
    written = [a_sheet(p, j, 5 if j == "j2" else 1) for p, j in ALL]
    found = a_result(sheets=written, conflicts=(a_conflict("p1", "j2"),))
    assert [row.project_id for row in found.rows] == ["p2", "p1"]


def test_missing_sheets_block_deciding_until_they_are_excluded():
    written = [a_sheet(p, j) for p, j in ALL[:3]]
    found = a_result(sheets=written)
    assert found.judging.outstanding == (ALL[3],)
    assert found.deciding_problems == ("1 score sheets are neither locked nor excluded.",)
    out = exclude(found.judging.sheet(ALL[3]), "Taken ill", "office", NOW)
    assert a_result(sheets=[*written, out]).deciding_problems == ()


def test_a_project_that_nobody_scored_blocks_deciding():
    out = [exclude(a_judging().sheet(("p2", j)), "Ill", "office", NOW) for j in ("j1", "j2")]
    found = a_result(sheets=[a_sheet("p1", "j1"), a_sheet("p1", "j2"), *out])
    assert found.deciding_problems == ("1 projects have no score sheet that counts.",)


def test_winners_carry_the_exact_average_and_the_authors_who_are_still_fellows():
    found = a_result(sheets=[a_sheet(p, j, 4 if p == "p1" else 2) for p, j in ALL])
    first, second = found.winners()
    assert (first.project_id, first.rank, first.average) == ("p1", 1, "11/1")
    assert (second.project_id, second.rank, second.average) == ("p2", 2, "7/1")
    assert [one.person_id for one in first.people] == ["f-p1"]


def test_an_open_tie_across_the_last_bursary_refuses_to_name_winners():
    found = a_result(
        sheets=[a_sheet(p, j) for p, j in ALL],
        scoring=a_scoring(method=a_method(bursaries=1)),
    )
    assert found.contested == ("p1", "p2")
    assert not found.tie_settled
    with pytest.raises(Refused, match="equal across the last bursary"):
        found.winners()


def test_the_basis_changes_with_a_score_a_recusal_or_a_project_and_with_nothing_else():
    written = [a_sheet(p, j) for p, j in ALL]
    found = a_result(sheets=written)
    assert a_result(sheets=written[::-1]).basis == found.basis
    assert a_result(sheets=[*written[:3], a_sheet(*ALL[3], 4)]).basis != found.basis
    assert a_result(sheets=written, conflicts=(a_conflict("p1", "j2"),)).basis != found.basis
    assert a_result(sheets=written, projects=(a_project("p1"),)).basis != found.basis
