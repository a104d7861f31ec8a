"""The place ledger keeps its promise whatever is asked of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from applications.admissions.ledger_recount import recount
from applications.admissions.place_ledger import (
    Ledger,
    Movement,
    accept,
    admit,
    change_places,
    decline,
    extend,
    lapse,
    offer,
    promote,
    reorder,
    wait,
    withdraw,
)
from nextstep_contracts import AlreadySo, Refused

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


def test_a_ledger_without_some_is_the_same_wherever_these_stand():
    offered = ledger_with(2, "x", "a", "b", "c")
    accepted, _ = accept(offered, "x", NOW)
    waiting = ledger_with(2, "y", "a", "x", "b", "c")
    declined, _ = decline(waiting, "y", NOW, "Moved away.")
    seen = [held.without({"x", "y"}) for held in (offered, accepted, declined)]
    assert [[o.application_id for o in one.offers] for one in seen] == [["a"]] * 3
    assert {(one.accepted, one.waiting) for one in seen} == {((), ("b", "c"))}


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
    with pytest.raises(Refused, match="ended"):
        accept(ledger_with(1, "a"), "a", ENDS + timedelta(seconds=1))


def test_an_offer_does_not_lapse_early():
    with pytest.raises(Refused, match="still open"):
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
    with pytest.raises(Refused, match="All 2 places"):
        offer(ledger, "b", NOW, ENDS, "Please.")


def test_a_fellow_who_leaves_gives_the_place_back():
    ledger, _ = accept(ledger_with(1, "a", "b"), "a", NOW)
    ledger, _ = withdraw(ledger, "a", NOW, "Illness.")
    assert (ledger.free, ledger.waiting) == (1, ("b",))


@pytest.mark.parametrize("act", [accept, lapse])
def test_nobody_without_an_offer_can_answer_one(act):
    with pytest.raises(Refused, match="no open offer"):
        act(ledger_with(1, "a", "b"), "b", NOW)


def test_a_ledger_that_exceeds_its_places_cannot_exist():
    with pytest.raises(Refused):
        Ledger("2024-25", 1, accepted=("a", "b"))


def test_an_extra_place_goes_to_the_next_in_line_and_none_is_taken_from_anybody():
    ledger = ledger_with(1, "a", "b", "c")
    ledger, movement = change_places(ledger, 2, NOW, "The dean pays for one more.")
    assert (ledger.places, movement.change, movement.override) == (2, 1, "places")
    ledger, _ = promote(ledger, NOW, ENDS)
    assert ledger.waiting == ("c",)
    with pytest.raises(Refused, match="cannot go below 2"):
        change_places(ledger, 1, NOW, "Savings.")
    ledger, _ = decline(ledger, "a", NOW, "No.")
    ledger, movement = change_places(ledger, 1, NOW, "Savings.")
    assert (ledger.free, movement.change) == (0, -1)


@pytest.mark.parametrize("places", [0, -1, 3])
def test_the_number_of_places_must_be_another_and_at_least_one(places):
    with pytest.raises(Refused):
        change_places(Ledger("2024-25", 3), places, NOW, "Because.")


@pytest.mark.parametrize(
    ("who", "position", "order"),
    [("d", 1, "dbc"), ("b", 3, "cdb"), ("c", 1, "cbd"), ("b", 2, "cbd")],
)
def test_the_office_can_move_somebody_on_the_waiting_list(who, position, order):
    ledger = ledger_with(1, "a", "b", "c", "d")
    ledger, movement = reorder(ledger, who, position, NOW, "A mistake of ours.")
    assert ledger.waiting == tuple(order)
    assert (movement.position, movement.reason) == (position, "A mistake of ours.")


@pytest.mark.parametrize(("who", "position"), [("a", 1), ("b", 1), ("b", 0), ("b", 3), ("x", 1)])
def test_nobody_is_moved_to_where_there_is_no_place_in_line(who, position):
    with pytest.raises(Refused):
        reorder(ledger_with(1, "a", "b", "c"), who, position, NOW, "Because.")


def test_an_open_offer_can_be_held_for_longer_but_not_shorter_and_not_once_it_has_ended():
    ledger = ledger_with(1, "a")
    later = ENDS + timedelta(days=2)
    longer, movement = extend(ledger, "a", NOW, later, "On call all week.")
    assert longer.offers[0].expires_at == later
    assert movement.override == "longer"
    accept(longer, "a", later)
    with pytest.raises(Refused, match="still open"):
        lapse(longer, "a", ENDS)
    with pytest.raises(Refused, match="later than"):
        extend(ledger, "a", NOW, ENDS - timedelta(hours=1), "Because.")
    with pytest.raises(AlreadySo):
        extend(ledger, "a", NOW, ENDS, "Because.")
    with pytest.raises(Refused, match="has ended"):
        extend(ledger, "a", ENDS + timedelta(seconds=1), later, "Because.")


def test_a_late_application_that_the_office_accepted_is_named_in_the_history():
    ledger, offered = admit(Ledger("x", 1), "a", NOW, ENDS, accepted_late="A broken form.")
    assert (offered.override, offered.reason) == (
        "late",
        "First eligible, first offered. Late application accepted: A broken form.",
    )
    _, waiting = admit(ledger, "b", NOW, ENDS, accepted_late="A broken form.")
    assert (waiting.kind, waiting.override) == ("waitlisted", "late")


def history(*acts):
    """A ledger of one place and its history."""
    ledger, movements = Ledger("2024-25", 1), []
    for act, *arguments in acts:
        ledger, movement = act(ledger, *arguments)
        movements.append(movement)
    return ledger, movements


WAITING = (
    (admit, "a", NOW, ENDS),
    (admit, "b", NOW, ENDS),
    (admit, "c", NOW, ENDS),
    (change_places, 2, NOW, "One more."),
)


def test_the_recount_notices_a_history_that_was_tampered_with():
    ledger, (first,) = history((admit, "a", NOW, ENDS))
    forged = Movement(2, "offered", "b", NOW, "", offered=1, accepted=0, waiting=0)
    assert recount(ledger, [first]) == ()
    assert recount(replace(ledger, sequence=2), [first, forged]) == (
        "Movement 2 states other counts than its history gives.",
        "Movement 2 exceeds the 1 places.",
        "The open offers are not those of the history.",
    )


def test_the_recount_holds_each_state_against_the_places_of_that_moment():
    acts = (*WAITING, (offer, "b", NOW, ENDS, "Next."), (decline, "a", NOW, "No."))
    ledger, movements = history(*acts, (change_places, 1, NOW, "Back to one."))
    assert recount(ledger, movements) == ()
    early = [replace(movements[4], sequence=4), replace(movements[3], sequence=5)]
    swapped = [*movements[:3], *early, *movements[5:]]
    assert "Movement 4 exceeds the 1 places." in recount(ledger, swapped)
    hidden = [replace(movements[0], change=1), *movements[1:]]
    assert "Movement 1 changes the number of places under another name." in recount(
        replace(ledger, places=2), hidden
    )


def test_the_recount_notices_an_offer_that_passed_over_the_waiting_list():
    ledger, movements = history(*WAITING, (offer, "c", NOW, ENDS, "Next."))
    assert recount(ledger, movements) == ()
    unmarked = [*movements[:4], replace(movements[4], override=None)]
    assert recount(ledger, unmarked) == ("Movement 5 passes over the waiting list.",)


def test_the_recount_notices_a_waiting_list_in_another_order():
    ledger, movements = history(*WAITING, (reorder, "c", 1, NOW, "Ours."))
    assert recount(ledger, movements) == ()
    assert recount(replace(ledger, waiting=("b", "c")), movements) == (
        "The waiting list is not in the order of its history.",
    )
    unplaced = [*movements[:4], replace(movements[4], position=7)]
    assert "Movement 5 moves somebody who is not on the waiting list." in recount(ledger, unplaced)


class Admissions(RuleBasedStateMachine):
    """Any sequence of what people and timers can do to a small ledger."""

    applicants = Bundle("applicants")

    @initialize(places=st.integers(1, 4))
    def open(self, places):
        self.ledger = Ledger("2024-25", places)
        self.history = []
        self.now = NOW

    def attempt(self, act, *args):
        """A refusal leaves the ledger as it was."""
        try:
            self.ledger, movement = act(self.ledger, *args)
        except Refused:
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
    def admit_somebody_late(self, who):
        ends = self.now + timedelta(days=7)
        self.attempt(lambda ledger: admit(ledger, who, self.now, ends, accepted_late="Theirs."))

    @rule(places=st.integers(0, 6))
    def change_places(self, places):
        self.attempt(change_places, places, self.now, "The office's reason.")

    @rule(who=applicants, position=st.integers(0, 6))
    def reorder(self, who, position):
        self.attempt(reorder, who, position, self.now, "The office's reason.")

    @rule(who=applicants, days=st.integers(-3, 9))
    def extend(self, who, days):
        ends = self.now + timedelta(days=days)
        self.attempt(extend, who, self.now, ends, "The office's reason.")

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
        assert recount(self.ledger, self.history) == ()
        if self.history:
            last = self.history[-1]
            assert (last.offered, last.accepted, last.waiting) == (
                len(self.ledger.offers),
                len(self.ledger.accepted),
                len(self.ledger.waiting),
            )


TestAdmissions = Admissions.TestCase
TestAdmissions.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
