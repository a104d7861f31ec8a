"""Dealing out the work and staging decisions: by example, and what holds for any selection."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.admissions import deciding
from applications.admissions.ledger_recount import recount
from applications.admissions.outcome import Outcome
from applications.admissions.place_ledger import Ledger, offer, promote, wait
from applications.admissions.states import By
from applications.review.dealing import Need, coverage, dealt, loads, needs
from applications.review.ranking import ranked
from applications.review.sheets import locked, unlocked
from applications.review.staged_decisions import (
    ToStage,
    by_rank,
    checked_choice,
    planned,
    staged,
    stale,
)
from applications.review.staging import made
from nextstep_contracts import Refused

from ..builders import cohort
from ..reviewing import (
    ENDS,
    METHOD,
    NOW,
    application,
    case,
    locked_sheet,
    open_sheet,
    reviewer,
    scored,
    selection,
)

PEOPLE = tuple(reviewer(f"{name}@x.org") for name in ("ada", "ben", "cyd"))
ADA, BEN, CYD = (one.email for one in PEOPLE)


def with_draft(held, wanted, method=METHOD):
    draft = staged(held, method, wanted, "Ola", NOW)
    review = held.review.model_copy(update={"draft": draft})
    return type(held)(held.application, review, held.content, held.hidden_from)


def test_coverage_says_who_still_lacks_reviewers():
    half = case(1, [locked_sheet(ADA, 3, 3), open_sheet(BEN)], reviewers=PEOPLE)
    found = coverage(half, METHOD, (ADA, BEN, CYD))
    assert (found.counting, found.open, found.lacking, found.enough) == (1, (BEN,), 0, False)
    left = coverage(half, METHOD, (ADA, CYD))
    assert (left.open, left.lacking) == ((), 1)
    assert coverage(scored(2, (3, 3), (4, 4)), METHOD, ()).enough


def test_dealing_asks_nobody_twice_and_nobody_with_a_conflict():
    here = (reviewer(ADA, trust="Addenbrooke's"), *PEOPLE[1:])
    one = case(1, [open_sheet(BEN)], reviewers=here, trust="addenbrooke's")
    whole = selection(one, case(2, state="referred"), reviewers=here)
    assert needs(whole) == (Need("app-01", 1, (CYD,)),)
    deal = dealt(needs(whole), loads(whole.cases), "seed")
    assert (deal.assignments, deal.short) == ((("app-01", CYD),), {})


def test_what_cannot_be_dealt_is_said():
    deal = dealt([Need("a", 2, (ADA,)), Need("b", 2, ())], Counter(), "seed")
    assert (deal.assignments, deal.short) == ((("a", ADA),), {"a": 1, "b": 2})


@given(count=st.integers(1, 30), people=st.integers(2, 6), seed=st.text(max_size=5))
def test_without_conflicts_the_work_differs_by_one_sheet_at_most(count, people, seed):
    everybody = tuple(f"r{n}" for n in range(people))
    wanted = [Need(f"a{n}", 2, everybody) for n in range(count)]
    deal = dealt(wanted, Counter(), seed)
    load = Counter(reviewer for _, reviewer in deal.assignments)
    given_out = [load[one] for one in everybody]
    assert (sum(given_out), deal.short) == (2 * count, {})
    assert max(given_out) - min(given_out) <= 1


@given(
    candidates=st.lists(st.sets(st.sampled_from("abcdef")), min_size=1, max_size=20),
    busy=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9)),
    seed=st.integers(0, 99),
)
def test_any_deal_is_the_same_again_and_keeps_to_the_candidates(candidates, busy, seed):
    wanted = [Need(f"a{n}", 2, tuple(sorted(some))) for n, some in enumerate(candidates)]
    deal = dealt(wanted, Counter(busy), str(seed))
    shuffled = [
        Need(
            n.application_id,
            n.count,
            tuple(random.Random(seed).sample(n.candidates, len(n.candidates))),
        )
        for n in wanted
    ]
    random.Random(seed).shuffle(shuffled)
    assert dealt(shuffled, Counter(busy), str(seed)) == deal
    assert len(set(deal.assignments)) == len(deal.assignments)
    for need in wanted:
        picked = [who for key, who in deal.assignments if key == need.application_id]
        assert set(picked) <= set(need.candidates)
        assert len(picked) + deal.short.get(need.application_id, 0) == 2
        assert len(picked) == min(2, len(need.candidates))


def test_a_draft_needs_enough_locked_sheets_or_a_reason_for_an_exception():
    thin = scored(1, (4, 4))
    with pytest.raises(Refused, match="1 of 2 locked sheets") as refused:
        staged(thin, METHOD, ToStage("offer"), "Ola", NOW)
    assert list(refused.value.fields) == ["exception"]
    draft = staged(thin, METHOD, ToStage("offer", exception="Ben is ill."), "Ola", NOW)
    assert draft.exception == "Ben is ill."
    full = staged(scored(2, (4, 4), (4, 4)), METHOD, ToStage("offer", exception="x"), "Ola", NOW)
    assert full.exception == ""


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (ToStage("reject"), "reason"),
        (ToStage("reject", reason="x" * 1001), "reason"),
        (ToStage("waitlist"), "position"),
        (ToStage("waitlist", position=0), "position"),
    ],
)
def test_a_draft_says_what_is_missing(wanted, field):
    with pytest.raises(Refused) as refused:
        staged(scored(1, (4, 4), (4, 4)), METHOD, wanted, "Ola", NOW)
    assert list(refused.value.fields) == [field]


def test_only_what_is_undecided_can_be_staged():
    waiting = scored(1, (4, 4), (4, 4), state="waitlisted")
    assert staged(waiting, METHOD, ToStage("offer"), "Ola", NOW).choice == "offer"
    for held, wanted in (
        (waiting, ToStage("waitlist", position=1)),
        (scored(2, (4, 4), (4, 4), state="offered"), ToStage("offer")),
        (scored(3, (4, 4), (4, 4), state="withdrawn"), ToStage("reject", reason="Gone.")),
    ):
        with pytest.raises(Refused, match="cannot be staged"):
            staged(held, METHOD, wanted, "Ola", NOW)
    with pytest.raises(Refused, match="Choose"):
        checked_choice("perhaps")


def test_a_draft_becomes_stale_with_the_application_its_answers_or_its_sheets():
    fresh = with_draft(scored(1, (4, 4), (3, 3)), ToStage("offer"))
    assert stale(fresh, METHOD) is None
    review = fresh.review
    gone = type(fresh)(application(1, state="withdrawn"), review, fresh.content)
    assert stale(gone, METHOD) == "The application is now “Withdrawn”."
    changed = type(fresh)(fresh.application, review, "other content")
    assert "changed answers or documents" in stale(changed, METHOD)
    again = unlocked(review.sheets[0], "A slip.", "Ola", NOW)
    rescored = review.with_sheet(locked(again, METHOD, "x", NOW))
    moved = type(fresh)(fresh.application, rescored, fresh.content)
    assert "sheets that count changed" in stale(moved, METHOD)


def test_the_plan_orders_offers_by_rank_and_the_waiting_list_by_position():
    cases = [
        with_draft(scored(1, (3, 3), (3, 3)), ToStage("offer")),
        with_draft(scored(2, (5, 5), (5, 5)), ToStage("offer")),
        with_draft(scored(3, (2, 2), (2, 2)), ToStage("waitlist", position=2)),
        with_draft(scored(4, (1, 1), (1, 1)), ToStage("waitlist", position=1)),
        with_draft(scored(5, (1, 1), (1, 1)), ToStage("reject", reason="Too early.")),
    ]
    ranks = {row.case.id: row.rank for row in ranked(METHOD, cases)}
    plan = planned(cases, METHOD, ranks, free=2)
    assert [c.id for c in plan.offers] == ["app-02", "app-01"]
    assert [c.id for c in plan.waiting] == ["app-04", "app-03"]
    assert ([c.id for c in plan.rejections], plan.faults, plan.count) == (["app-05"], (), 5)
    shuffled = planned(cases[::-1], METHOD, ranks, free=2)
    assert shuffled.digest == plan.digest


def test_a_plan_with_too_many_offers_or_one_position_twice_cannot_be_applied():
    cases = [with_draft(scored(n, (3, 3), (3, 3)), ToStage("offer")) for n in (1, 2)]
    cases += [
        with_draft(scored(n, (3, 3), (3, 3)), ToStage("waitlist", position=1)) for n in (3, 4)
    ]
    plan = planned(cases, METHOD, {}, free=1)
    many, twice = plan.faults
    assert many == "More offers are staged (2) than places are free (1): take 1 back."
    assert twice.startswith("Position 1 is given to NS24-0003 and NS24-0004. Decide between them")


def test_staging_by_rank_never_cuts_through_a_tie():
    cases = [
        scored(1, (5, 5), (5, 5)),
        scored(2, (4, 4), (4, 4)),
        scored(3, (4, 4), (4, 4)),
        scored(4, (3, 3), (3, 3)),
        scored(5, (2, 2), (2, 2)),
        scored(6, (2, 2), (2, 2)),
        scored(7, (5, 5)),
        scored(8, (5, 5), (5, 5), state="accepted"),
    ]
    rows = ranked(METHOD, cases)
    bulk = by_rank(rows, 2, 4, METHOD)
    assert [(c.id, w.choice, w.position) for c, w in bulk.wanted] == [
        ("app-01", "offer", None),
        ("app-04", "waitlist", 2),
        ("app-05", "waitlist", 3),
        ("app-06", "waitlist", 3),
    ]
    assert [c.id for c in bulk.tied] == ["app-02", "app-03"]
    whole = by_rank(rows, 3, 0, METHOD)
    assert ([c.id for c, _ in whole.wanted], whole.tied) == (["app-01", "app-02", "app-03"], ())


points = st.tuples(st.integers(1, 5), st.integers(1, 5))


@given(
    scores=st.lists(st.tuples(points, points), min_size=1, max_size=12),
    places=st.integers(1, 6),
    taken=st.integers(0, 6),
    offers=st.integers(0, 12),
    waiting=st.integers(0, 12),
)
def test_whatever_is_staged_by_rank_applying_never_exceeds_the_places(
    scores, places, taken, offers, waiting
):
    ledger = Ledger("2024-25", places, accepted=tuple(f"f{n}" for n in range(min(taken, places))))
    rows = ranked(METHOD, [scored(n, *pair) for n, pair in enumerate(scores)])
    bulk = by_rank(rows, offers, waiting, METHOD)
    cases = [with_draft(held, wanted) for held, wanted in bulk.wanted]
    plan = planned(cases, METHOD, {row.case.id: row.rank for row in rows}, ledger.free)
    assert len({c.id for c in (*plan.offers, *plan.waiting)}) == plan.count
    too_many = any("More offers" in fault for fault in plan.faults)
    assert too_many == (len(plan.offers) > ledger.free)
    for held in plan.offers[: ledger.free] if too_many else plan.offers:
        ledger, _ = offer(ledger, held.id, NOW, NOW, "Selected.")
    if too_many:
        with pytest.raises(Refused):
            offer(ledger, "one more", NOW, NOW, "Selected.")
        return
    for held in plan.waiting:
        ledger, _ = wait(ledger, held.id, NOW, "Placed.")
    expected = ledger.waiting
    ledger, promoted = promote(ledger, NOW, NOW)
    assert len(ledger.offers) + len(ledger.accepted) <= places
    assert [m.application_id for m in promoted] == [*expected[: len(promoted)]]
    assert ledger.free == 0 or not ledger.waiting
    order = [c.review.draft.position for c in plan.waiting]
    assert order == sorted(order)


def test_waiting_is_a_movement_that_recounts():
    ledger, movement = wait(Ledger("2024-25", 3), "a", NOW, "Placed after review.")
    assert (ledger.waiting, movement.kind, movement.waiting) == (("a",), "waitlisted", 1)
    assert recount(ledger, [movement]) == ()
    with pytest.raises(Refused):
        wait(ledger, "a", NOW, "Twice.")


def test_a_change_of_the_anchors_makes_another_score_sheet():
    changed = METHOD.criteria[0].model_copy(update={"anchors": ENDS | {3: "Some."}})
    other = type(METHOD)((changed, METHOD.criteria[1]), 5, 2, (), METHOD.spread_flag)
    assert other.fingerprint != METHOD.fingerprint


OLA = By("office", "Ola Office")
LATE = {"late": True, "accepted_late": "The form was down. (Ola Office)"}
COHORT = cohort(mode="reviewed")


def decided_late(number, choice, ledger, **wanted):
    """A late application that was accepted, scored, and is decided after the review."""
    held = with_draft(scored(number, (4, 4), (4, 4)), ToStage(choice, **wanted))
    late = held.application.model_copy(update=LATE)
    so_far = Outcome(late, ledger, COHORT, NOW)
    return made(so_far, OLA, held, compared=True)


def test_a_late_application_that_is_chosen_stands_on_the_ledger_with_the_reason():
    ledger = Ledger(COHORT.id, 2)
    outcome = decided_late(1, "offer", ledger)
    movement = outcome.movements[-1]
    assert (movement.kind, movement.override) == ("offered", "late_out_of_order")
    assert movement.reason == (
        "Selected after review. (Ola Office)"
        " Late application accepted: The form was down. (Ola Office)"
    )
    assert recount(outcome.ledger, outcome.movements) == ()


def test_a_late_application_that_waits_is_named_late_once():
    waits = decided_late(1, "waitlist", Ledger(COHORT.id, 2), position=1)
    (placed,) = waits.movements
    assert (placed.kind, placed.override) == ("waitlisted", "late")
    assert placed.reason.endswith("Late application accepted: The form was down. (Ola Office)")
    chosen = deciding.offered_out_of_order(waits, OLA, "A place came free.")
    assert [m.override for m in chosen.movements] == ["late", "out_of_order"]
    assert chosen.movements[-1].reason == "A place came free. (Ola Office)"
    assert recount(chosen.ledger, chosen.movements) == ()
