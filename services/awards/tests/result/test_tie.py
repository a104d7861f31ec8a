"""A tie across the last bursary, which only the panel can settle."""

import pytest

from awards.judging.scoring import TieResolution
from awards.result import tie
from awards.result.ranking import rank
from nextstep_contracts import Refused

from ..builders import NOW, a_ballot, a_method, a_scoring

TIED = rank(a_method(bursaries=1), [a_ballot("a", "j1", 4), a_ballot("b", "j1", 4)])


def settle_tie(order, reason="A vote of the panel, 4 to 2", rows=TIED, problems=()):
    scoring = a_scoring(method=a_method(bursaries=1))
    resolution = TieResolution(order=order, reason=reason, by="office", at=NOW)
    return tie.resolve_tie(scoring, rows, resolution, problems)


def test_the_panel_settles_a_tie_with_a_reason_and_exactly_the_tied_projects():
    assert settle_tie(("b", "a")).resolution.order == ("b", "a")
    with pytest.raises(Refused, match="how the panel settled"):
        settle_tie(("b", "a"), reason=" ")
    with pytest.raises(Refused, match="exactly the tied"):
        settle_tie(("b",))
    with pytest.raises(Refused, match="No tie"):
        settle_tie((), rows=())
    with pytest.raises(Refused, match="not complete"):
        settle_tie(("b", "a"), problems=("1 sheet is missing.",))


def test_a_settled_tie_names_the_winner_the_panel_chose():
    method = a_method(bursaries=1)
    (winner,) = tie.winning_rows(method, TIED, settle_tie(("b", "a")).resolution)
    assert (winner.project_id, winner.rank) == ("b", 1)
    with pytest.raises(Refused):
        tie.winning_rows(method, TIED, None)
