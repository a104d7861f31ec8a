"""Waivers for modules."""

from datetime import UTC, datetime

import pytest

from nextstep_contracts import Refused
from scheduling.completion.waivers import waive
from scheduling.fellows.fellow import Waiver

from ..builders import cohort, session

NOW = datetime(2024, 12, 12, tzinfo=UTC)
RULES = cohort().completion


def test_a_waiver_keeps_its_reason_and_who_gave_it():
    assert waive(session("module-2"), RULES, " Bereavement ", "office", NOW) == Waiver(
        reason="Bereavement", by="office", at=NOW
    )


@pytest.mark.parametrize(
    ("of", "rules", "reason"),
    [
        (session("module-2"), RULES, " "),
        (session("masterclass-2"), RULES, "Ill"),
        (session("module-2", cancelled="Snow."), RULES, "Ill"),
        (session("module-2"), RULES.model_copy(update={"modules_waivable": False}), "Ill"),
    ],
)
def test_what_cannot_be_waived_is_refused(of, rules, reason):
    with pytest.raises(Refused):
        waive(of, rules, reason, "office", NOW)
