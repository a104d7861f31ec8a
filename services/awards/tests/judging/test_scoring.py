"""Registering the method and opening scoring."""

import pytest

from awards.judging import scoring
from awards.judging.scoring import Scoring
from nextstep_contracts import Refused

from ..builders import COHORT, NOW, a_method

REGISTERED = scoring.register(Scoring(id=COHORT), a_method(), "office", NOW)
OPEN = scoring.open_scoring(REGISTERED, a_method(), (), NOW)


def test_the_method_can_be_replaced_until_scoring_opens_and_not_after():
    again = scoring.register(REGISTERED, a_method(version="2"), "office", NOW)
    assert again.registered().version == "2"
    with pytest.raises(Refused, match="no longer be changed"):
        scoring.register(OPEN, a_method(version="2"), "office", NOW)


def test_scoring_opens_only_with_the_registered_method_and_without_problems():
    assert OPEN.open
    with pytest.raises(Refused, match="not been registered"):
        scoring.open_scoring(Scoring(id=COHORT), a_method(), (), NOW)
    with pytest.raises(Refused, match="register anew"):
        scoring.open_scoring(REGISTERED, a_method(version="2"), (), NOW)
    with pytest.raises(Refused, match="No project has been submitted"):
        scoring.open_scoring(REGISTERED, a_method(), ("No project has been submitted.",), NOW)
    with pytest.raises(Refused, match="open already"):
        scoring.open_scoring(OPEN, a_method(), (), NOW)
