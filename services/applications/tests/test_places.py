"""The place ledger keeps its promise whatever is asked of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from applications.places import (
    Ledger,
    Movement,
    PlaceRefusedError,
    accept,
    admit,
    decline,
    lapse,
    offer,
    promote,
    recount,
    wait,
    withdraw,
)

NOW = datetime(2024, 8, 1, 9, tzinfo=UTC)
ENDS = NOW + timedelta(days=7)


def ledger_with(places, *applicants):
    ledger = Ledger("2024-25", places)
    for applicant in applicants:
        ledger, _ = admit(ledger, applicant, NOW, ENDS)
    return ledger


def test_the_first_eligible_is_the_first_offered_and_the_rest_wait_in_order():
    ledger = ledger_with(1, "a", "b", "c")
    assert [o.application_id for o in ledger.offers] == ["a"]
    assert ledger.waiting == ("b", "c")
    assert ledger.position("c") == 2


def test_nobody_overtakes_the_waiting_list_when_a_place_becomes_free():
    ledger, _ = decline(ledger_with(1, "a", "b"), "a", NOW, "Moved away.")
    ledger, movement = admit(ledger, "late-comer", NOW, ENDS)
    assert ledger.waiting == ("b", "late-comer")
    assert movement.reason == "Others are waiting already."
    ledger, movements = promote(ledger, NOW, ENDS)
    assert [m.application_id for m in movements] == ["b"]
    assert ledger.offers[0].from_waiting_list


def test_an_offer_can_be_accepted_up_to_and_including_its_last_moment():
    ledger, movement = accept(ledger_with(1, "a"), "a", ENDS)
    assert ledger.accepted == ("a",)
    assert (movement.offered, movement.accepted, movement.waiting) == (0, 1, 0)
    with pytest.raises(PlaceRefusedError, match="ended"):
        accept(ledger_with(1, "a"), "a", ENDS + timedelta(seconds=1))


def test_an_offer_does_not_lapse_early():
    with pytest.raises(PlaceRefusedError, match="still open"):
        lapse(ledger_with(1, "a"), "a", ENDS - timedelta(seconds=1))
    ledger, _ = lapse(ledger_with(1, "a", "b"), "a", ENDS)
    assert ledger.free == 1


def test_the_office_can_offer_out_of_order_but_never_beyond_the_places():
    ledger = ledger_with(2, "a")
    ledger, _ = admit(ledger, "b", NOW, None)
    ledger, _ = admit(ledger, "c", NOW, None)
    ledger, movement = offer(ledger, "c", NOW, ENDS, "Needs a visa decision today.")
    assert movement.reason == "Needs a visa decision today."
    assert ledger.waiting == ("b",)
    with pytest.raises(PlaceRefusedError, match="All 2 places"):
        offer(ledger, "b", NOW, ENDS, "Please.")


def test_a_fellow_who_leaves_gives_the_place_back():
    ledger, _ = accept(ledger_with(1, "a", "b"), "a", NOW)
    ledger, _ = withdraw(ledger, "a", NOW, "Illness.")
    assert (ledger.free, ledger.waiting) == (1, ("b",))


@pytest.mark.parametrize("act", [accept, lapse])
def test_nobody_without_an_offer_can_answer_one(act):
    with pytest.raises(PlaceRefusedError, match="no open offer"):
        act(ledger_with(1, "a", "b"), "b", NOW)


def test_a_ledger_that_exceeds_its_places_cannot_exist():
    with pytest.raises(PlaceRefusedError):
        Ledger("2024-25", 1, accepted=("a", "b"))


def test_the_recount_notices_a_history_that_was_tampered_with():
    _, first = admit(Ledger("2024-25", 1), "a", NOW, ENDS)
    forged = Movement(2, "offered", "b", NOW, "", offered=1, accepted=0, waiting=0)
    assert recount(1, [first]) == ()
    assert recount(1, [first, forged]) == (
        "Movement 2 states other counts than its history gives.",
        "Movement 2 exceeds the 1 places.",
    )


class Admissions(RuleBasedStateMachine):
    """Any sequence of what people and timers can do to a small ledger."""

    applicants = Bundle("applicants")

    @initialize(places=st.integers(1, 4))
    def open(self, places):
        self.ledger = Ledger("2024-25", places)
        self.history = []
        self.now = NOW
        self.order = []
        self.overridden = set()

    def attempt(self, act, *args):
        """A refusal leaves the ledger as it was."""
        try:
            self.ledger, movement = act(self.ledger, *args)
        except PlaceRefusedError:
            return
        self.history.append(movement)

    @rule(target=applicants, name=st.integers(0, 12))
    def arrive(self, name):
        return f"applicant-{name}"

    @rule(who=applicants)
    def admit(self, who):
        self.attempt(admit, who, self.now, self.now + timedelta(days=7))

    @rule(who=applicants)
    def admit_when_nothing_is_automatic(self, who):
        self.attempt(admit, who, self.now, None)

    @rule(who=applicants)
    def place_after_review(self, who):
        self.attempt(wait, who, self.now, "Placed after review.")

    @rule(who=applicants)
    def override(self, who):
        self.attempt(offer, who, self.now, self.now + timedelta(days=3), "The office's reason.")

    @rule(who=applicants)
    def accept(self, who):
        self.attempt(accept, who, self.now)

    @rule(who=applicants)
    def decline(self, who):
        self.attempt(decline, who, self.now, "No.")

    @rule(who=applicants)
    def lapse(self, who):
        self.attempt(lapse, who, self.now)

    @rule(who=applicants)
    def withdraw(self, who):
        self.attempt(withdraw, who, self.now, "Leaving.")

    @rule()
    def promote(self):
        before = self.ledger
        self.ledger, movements = promote(self.ledger, self.now, self.now + timedelta(days=7))
        self.history += movements
        promoted = tuple(m.application_id for m in movements)
        assert promoted == before.waiting[: len(promoted)]
        assert self.ledger.free == 0 or not self.ledger.waiting

    @rule(days=st.integers(1, 5))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @invariant()
    def places_are_never_exceeded(self):
        taken = len(self.ledger.offers) + len(self.ledger.accepted)
        assert 0 <= taken <= self.ledger.places

    @invariant()
    def everybody_is_in_one_place_only(self):
        everybody = [o.application_id for o in self.ledger.offers]
        everybody += [*self.ledger.accepted, *self.ledger.waiting]
        assert len(everybody) == len(set(everybody))

    @invariant()
    def the_history_recounts_to_the_ledger(self):
        assert recount(self.ledger.places, self.history) == ()
        if self.history:
            last = self.history[-1]
            assert (last.offered, last.accepted, last.waiting) == (
                len(self.ledger.offers),
                len(self.ledger.accepted),
                len(self.ledger.waiting),
            )


TestAdmissions = Admissions.TestCase
TestAdmissions.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
