"""What may happen to an application, and by whom."""

import pytest

from applications.admissions.states import STATES, TRANSITIONS, actions_for, allowed, next_state
from nextstep_contracts import Refused


def test_only_the_office_rejects_and_only_with_a_reason():
    assert {
        kind
        for kind in ("office", "applicant", "rules", "timer")
        if allowed("referred", "reject", kind)
    } == {"office"}
    with pytest.raises(Refused, match="reason"):
        next_state("referred", "reject", "office", " ")
    assert next_state("referred", "reject", "office", "Outside the region.") == "rejected"


def test_an_offer_is_answered_by_the_applicant_or_lapses_by_the_timer():
    assert actions_for("offered", "applicant") == ("accept", "decline", "withdraw")
    assert actions_for("offered", "timer") == ("lapse",)


def test_a_decided_application_stays_decided_but_for_an_offer_by_the_office():
    assert [s for s in STATES if allowed(s, "offer", "office")] == [
        "eligible",
        "waitlisted",
        "declined",
        "lapsed",
    ]
    with pytest.raises(Refused, match="We could not offer you a place"):
        next_state("rejected", "accept", "applicant")


def test_every_state_can_be_reached_and_has_a_public_name():
    reached = {t.target for t in TRANSITIONS.values()} | {"received"}
    assert reached == set(STATES)
    assert all(name.public for name in STATES.values())
