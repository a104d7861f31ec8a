"""The ranking by example, and against a brute-force recount."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.judging.method import Method
from awards.judging.sheets import Ballot
from awards.result.ranking import awarded, contested, exact, presented, rank

from ..builders import a_ballot, a_method

POINTS = st.integers(1, 5)
JUDGES = ["j1", "j2", "j3", "j4"]
PROJECTS = [f"p{number}" for number in range(8)]


@st.composite
def ballots(draw: st.DrawFn) -> list[Ballot]:
    pairs = draw(st.sets(st.tuples(st.sampled_from(PROJECTS), st.sampled_from(JUDGES))))
    return [
        Ballot(p, j, {"impact": draw(POINTS), "rigour": draw(POINTS)}) for p, j in sorted(pairs)
    ]


def order(rows) -> list[tuple[int, str]]:
    return [(row.rank, row.project_id) for row in rows]


def test_the_mean_of_the_weighted_totals_decides_not_their_sum():
    rows = rank(
        a_method(), [a_ballot("a", "j1", 4), a_ballot("a", "j2", 4), a_ballot("b", "j1", 5)]
    )
    assert order(rows) == [(1, "b"), (2, "a")]
    assert [row.average for row in rows] == [Fraction(13), Fraction(11)]
    assert [row.judges for row in rows] == [1, 2]


def test_equal_averages_are_separated_by_criteria_in_the_registered_order():
    sheets = [a_ballot("a", "j1", 3, 5), a_ballot("b", "j1", 4, 3)]
    by_impact = rank(a_method(), sheets)
    by_rigour = rank(a_method(tie_breaks=("rigour", "impact")), sheets)
    assert order(by_impact) == [(1, "b"), (2, "a")]
    assert by_impact[1].separated_by == "impact"
    assert order(by_rigour) == [(1, "a"), (2, "b")]
    assert by_rigour[1].separated_by == "rigour"


def test_projects_equal_on_everything_share_a_rank_and_the_next_rank_is_skipped():
    sheets = [a_ballot("c", "j1", 2), a_ballot("b", "j1", 4), a_ballot("a", "j1", 4)]
    rows = rank(a_method(), sheets)
    assert order(rows) == [(1, "a"), (1, "b"), (3, "c")]
    assert [row.separated_by for row in rows] == ["average", None, "average"]


def test_averages_that_floats_would_confuse_are_kept_apart_exactly():
    thirds = [Ballot("a", f"j{n}", {"impact": p, "rigour": 1}) for n, p in enumerate((1, 1, 2))]
    sixths = [Ballot("b", f"j{n}", {"impact": p, "rigour": 1}) for n, p in enumerate((1, 1, 2) * 2)]
    first, second = rank(a_method(), thirds + sixths)
    assert first.average == second.average == Fraction(11, 3)
    assert first.rank == second.rank == 1
    assert exact(first.average) == "11/3"


def test_the_deviation_shows_disagreement_that_the_average_hides():
    calm = [a_ballot("calm", "j1", 3), a_ballot("calm", "j2", 3)]
    split = [a_ballot("split", "j1", 1), a_ballot("split", "j2", 5)]
    rows = {row.project_id: row for row in rank(a_method(), calm + split)}
    assert rows["calm"].average == rows["split"].average
    assert (rows["calm"].deviation, rows["split"].deviation) == (Decimal(0), Decimal(4))


def test_a_tie_within_the_bursaries_is_not_contested():
    rows = rank(
        a_method(bursaries=2), [a_ballot(p, "j1", i) for p, i in [("a", 4), ("b", 4), ("c", 1)]]
    )
    assert contested(rows, 2) == ()
    assert [row.project_id for row in awarded(rows, 2)] == ["a", "b"]


def test_a_tie_across_the_last_bursary_awards_only_what_lies_above_it():
    sheets = [a_ballot(p, "j1", i) for p, i in [("a", 5), ("b", 4), ("c", 4), ("d", 4), ("e", 1)]]
    rows = rank(a_method(), sheets)
    assert contested(rows, 2) == ("b", "c", "d")
    assert [row.project_id for row in awarded(rows, 2)] == ["a"]


@pytest.mark.parametrize(
    ("resolved", "expected"),
    [
        (("d", "b", "c"), ["a", "d"]),
        (("d", "b"), ["a"]),
        (("d", "b", "e"), ["a"]),
        (("d", "b", "c", "c"), ["a"]),
    ],
)
def test_only_an_order_of_exactly_the_tied_projects_settles_a_tie(resolved, expected):
    sheets = [a_ballot(p, "j1", i) for p, i in [("a", 5), ("b", 4), ("c", 4), ("d", 4), ("e", 1)]]
    rows = rank(a_method(), sheets)
    assert [row.project_id for row in awarded(rows, 2, resolved)] == expected


def test_with_no_more_projects_than_bursaries_all_are_awarded():
    rows = rank(a_method(), [a_ballot("a", "j1", 1), a_ballot("b", "j1", 1)])
    assert [row.project_id for row in awarded(rows, 5)] == ["a", "b"]
    assert awarded(rank(a_method(), []), 5) == ()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(1, 8), "0.13"),
        (Fraction(2, 3), "0.67"),
        (Fraction(12), "12.00"),
        (Fraction(0), "0.00"),
        (Fraction(1999, 200), "10.00"),
        (Fraction(1, 1000), "0.00"),
        (Decimal("2.345"), "2.35"),
    ],
)
def test_numbers_are_shown_with_two_decimals_rounded_half_up(value, shown):
    assert presented(value) == shown


def beats(method: Method, left: list[Ballot], right: list[Ballot]) -> bool:
    """Whether `left` is strictly ahead, by whole numbers only: sums cross-multiplied by counts."""

    def sums(sheets: list[Ballot]) -> list[int]:
        total = sum(c.weight * s.scores[c.key] for s in sheets for c in method.criteria)
        return [total, *(sum(s.scores[key] for s in sheets) for key in method.tie_breaks)]

    ours = [value * len(right) for value in sums(left)]
    theirs = [value * len(left) for value in sums(right)]
    return ours > theirs


@given(ballots())
def test_each_rank_is_one_more_than_the_number_of_projects_strictly_ahead(sheets):
    method = a_method()
    grouped = {p: [s for s in sheets if s.project_id == p] for p in PROJECTS}
    grouped = {p: found for p, found in grouped.items() if found}
    expected = {
        p: 1 + sum(beats(method, other, mine) for q, other in grouped.items() if q != p)
        for p, mine in grouped.items()
    }
    assert {row.project_id: row.rank for row in rank(method, sheets)} == expected


@given(ballots(), st.randoms(use_true_random=False))
def test_the_order_in_which_sheets_arrive_changes_nothing(sheets, random):
    shuffled = list(sheets)
    random.shuffle(shuffled)
    assert rank(a_method(), shuffled) == rank(a_method(), sheets)


@given(ballots(), st.integers(1, 6))
def test_as_many_are_awarded_as_there_are_bursaries_unless_a_tie_is_open(sheets, bursaries):
    rows = rank(a_method(), sheets)
    winners = awarded(rows, bursaries)
    tied = contested(rows, bursaries)
    if tied:
        assert len(winners) < bursaries
        assert not {row.project_id for row in winners} & set(tied)
        settled = awarded(rows, bursaries, tied)
        assert len(settled) == bursaries
        assert settled[: len(winners)] == winners
    else:
        assert len(winners) == min(bursaries, len(rows))
    assert [row.rank for row in winners] == sorted(row.rank for row in winners)


@given(ballots(), st.sampled_from(PROJECTS))
def test_raising_a_score_never_lowers_a_project(sheets, chosen):
    before = {row.project_id: row.rank for row in rank(a_method(), sheets)}
    raised = [
        Ballot(s.project_id, s.panellist_id, {key: min(5, p + 1) for key, p in s.scores.items()})
        if s.project_id == chosen
        else s
        for s in sheets
    ]
    after = {row.project_id: row.rank for row in rank(a_method(), raised)}
    assert after.get(chosen, 1) <= before.get(chosen, 1)
