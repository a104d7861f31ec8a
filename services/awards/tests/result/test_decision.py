"""A decision staged, applied or dropped."""

from datetime import timedelta

import pytest

from awards.result import decision
from awards.result.decision import AwardsDecision
from nextstep_contracts import Refused

from ..builders import COHORT, NOW, a_method

STAGED = AwardsDecision(
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


def test_a_staged_decision_is_applied_only_if_nothing_changed_since():
    later = NOW + timedelta(hours=1)
    applied = decision.apply(STAGED, "abc", "office", later, before=0)
    assert (applied.state, applied.published, applied.settled_at) == ("applied", 1, later)
    with pytest.raises(Refused, match="have changed since"):
        decision.apply(STAGED, "other", "office", later, before=0)
    with pytest.raises(Refused, match="no staged decision"):
        decision.apply(applied, "abc", "office", later, before=1)


def test_a_dropped_decision_is_never_announced():
    dropped = decision.drop(STAGED, "office", NOW)
    assert (dropped.state, dropped.published) == ("dropped", None)
    with pytest.raises(Refused):
        decision.drop(dropped, "office", NOW)
