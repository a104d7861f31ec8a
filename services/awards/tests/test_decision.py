"""Registering, opening, settling ties, staging and applying."""

from datetime import timedelta

import pytest

from awards import decision
from awards.decision import Decision, Scoring, TieResolution
from awards.ranking import rank
from nextstep_contracts import Refused

from .builders import COHORT, NOW, a_ballot, a_method

REGISTERED = decision.register(Scoring(id=COHORT), a_method(), "office", NOW)
OPEN = decision.open_scoring(REGISTERED, a_method(), (), NOW)
TIED = rank(a_method(bursaries=1), [a_ballot("a", "j1", 4), a_ballot("b", "j1", 4)])
STAGED = Decision(
    id=f"{COHORT}:1",
    cohort=COHORT,
    revision=1,
    state="staged",
    basis="abc",
    method=a_method().fingerprint,
    winners=(),
    staged_by="office",
    staged_at=NOW,
)


def test_the_method_can_be_replaced_until_scoring_opens_and_not_after():
    again = decision.register(REGISTERED, a_method(version="2"), "office", NOW)
    assert again.registered().version == "2"
    with pytest.raises(Refused, match="no longer be changed"):
        decision.register(OPEN, a_method(version="2"), "office", NOW)


def test_scoring_opens_only_with_the_registered_method_and_without_problems():
    assert OPEN.open
    with pytest.raises(Refused, match="not been registered"):
        decision.open_scoring(Scoring(id=COHORT), a_method(), (), NOW)
    with pytest.raises(Refused, match="register anew"):
        decision.open_scoring(REGISTERED, a_method(version="2"), (), NOW)
    with pytest.raises(Refused, match="No project has been submitted"):
        decision.open_scoring(REGISTERED, a_method(), ("No project has been submitted.",), NOW)
    with pytest.raises(Refused, match="open already"):
        decision.open_scoring(OPEN, a_method(), (), NOW)


def settle_tie(order, reason="A vote of the panel, 4 to 2", rows=TIED, problems=()):
    scoring = OPEN.but(method=a_method(bursaries=1))
    resolution = TieResolution(order=order, reason=reason, by="office", at=NOW)
    return decision.resolve_tie(scoring, rows, resolution, problems)


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
    (winner,) = decision.winning_rows(method, TIED, settle_tie(("b", "a")).resolution)
    assert (winner.project_id, winner.rank) == ("b", 1)
    with pytest.raises(Refused):
        decision.winning_rows(method, TIED, None)


def test_a_staged_decision_is_applied_only_if_nothing_changed_since():
    later = NOW + timedelta(hours=1)
    applied = decision.settle(STAGED, "abc", "office", later, before=0)
    assert (applied.state, applied.published, applied.settled_at) == ("applied", 1, later)
    with pytest.raises(Refused, match="have changed since"):
        decision.settle(STAGED, "other", "office", later, before=0)
    with pytest.raises(Refused, match="no staged decision"):
        decision.settle(applied, "abc", "office", later, before=1)


def test_a_dropped_decision_is_never_announced():
    dropped = decision.drop(STAGED, "office", NOW)
    assert (dropped.state, dropped.published) == ("dropped", None)
    with pytest.raises(Refused):
        decision.drop(dropped, "office", NOW)
