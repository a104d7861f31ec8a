"""Sheets, conflicts, sight and ranking: rules by example, and what holds for any review."""

import random
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.review.blindness import CONFLICTED, UNLOCKED, closed, mine, open_sheets, sight
from applications.review.case import carried
from applications.review.conflicts import Conflict, checked_kind, decided, inherited
from applications.review.dealing import loads
from applications.review.ranking import presented, ranked, result_of
from applications.review.sheets import Sheet, locked, unlocked, written
from nextstep_contracts import Refused

from ..reviewing import METHOD, NOW, case, locked_sheet, open_sheet, reviewer, scored, selection

ADA, BEN, CYD = "ada@x.org", "ben@x.org", "cyd@x.org"


def conflict(who, *, effective=True, kind="personal", reason="Friends."):
    return Conflict(reviewer=who, kind=kind, reason=reason, effective=effective, by="x", at=NOW)


def test_a_draft_may_be_unfinished_but_not_off_the_scale():
    sheet = written(Sheet(reviewer=ADA), METHOD, {"motivation": 3}, "  Good start. ")
    assert (sheet.state, sheet.comment) == ("draft", "Good start.")
    with pytest.raises(Refused) as refused:
        written(sheet, METHOD, {"motivation": 6, "charm": 1}, "")
    assert refused.value.fields == {
        "motivation": "The points for Motivation must be from 1 to 5",
        "charm": "charm is not a criterion of this selection",
    }


def test_only_a_whole_sheet_is_locked_and_then_it_stays():
    with pytest.raises(Refused) as refused:
        locked(open_sheet(ADA, 3), METHOD, "x", NOW)
    assert refused.value.fields == {"potential": "Choose the points for Potential"}
    sheet = locked_sheet(ADA, 3, 4)
    assert (sheet.state, sheet.revision, sheet.method) == ("locked", 1, METHOD.fingerprint)
    with pytest.raises(Refused, match="locked"):
        written(sheet, METHOD, {"motivation": 5}, "")
    with pytest.raises(Refused, match="locked"):
        locked(sheet, METHOD, "x", NOW)


def test_the_office_unlocks_with_a_reason_and_what_was_said_is_kept():
    sheet = locked_sheet(ADA, 3, 4, comment="Fine.")
    with pytest.raises(Refused, match="why"):
        unlocked(sheet, "  ", "Ola", NOW)
    opened = unlocked(sheet, "Mixed up two people.", "Ola", NOW)
    assert opened.state == "draft"
    (kept,) = opened.unlocks
    assert (kept.scores, kept.comment, kept.reason, kept.by) == (
        {"motivation": 3, "potential": 4},
        "Fine.",
        "Mixed up two people.",
        "Ola",
    )
    again = locked(opened, METHOD, "x", NOW)
    assert again.revision == 2
    with pytest.raises(Refused, match="open"):
        unlocked(opened, "Again.", "Ola", NOW)


def test_others_are_seen_once_the_own_sheet_is_locked():
    theirs = locked_sheet(BEN, 5, 5, comment="Superb.")
    before = case(1, [open_sheet(ADA, 2, 2), theirs])
    view = sight(before, ADA, METHOD)
    assert (view.others, view.result) == ((), None)
    after = case(1, [locked_sheet(ADA, 2, 2), theirs, open_sheet(CYD, 1, 1)])
    view = sight(after, ADA, METHOD)
    assert view.others == (theirs,)
    assert presented(view.result.average) == "3.50"


def test_who_was_not_asked_or_has_a_conflict_sees_nothing_at_all():
    asked = [open_sheet(ADA), locked_sheet(BEN, 3, 3)]
    assert sight(case(1, asked), CYD, METHOD) is None
    people = [reviewer(ADA), reviewer(BEN)]
    hidden = case(1, asked, conflicts=[conflict(ADA)], reviewers=people)
    assert sight(hidden, ADA, METHOD) is None
    assert selection(hidden).seen_by(ADA.upper()).cases == ()
    assert selection(hidden).seen_by(BEN).cases == (hidden,)


def test_who_has_sheets_to_lock_or_a_conflict_takes_no_part_in_comparing():
    asked = case(1, [open_sheet(ADA), locked_sheet(BEN, 3, 3)])
    people = [reviewer(ADA), reviewer(BEN)]
    review = selection(asked, reviewers=people)
    assert closed(review, ADA.upper(), frozenset()) == UNLOCKED
    assert closed(review, "Ada+Work@x.org", frozenset()) == UNLOCKED
    assert closed(review, BEN, frozenset()) is None
    assert closed(review, BEN, frozenset({"app-07"})) == CONFLICTED
    assert closed(review, CYD, frozenset()) is None
    left = selection(asked, reviewers=[reviewer(ADA, left=True), reviewer(BEN)])
    assert closed(left, ADA, frozenset()) is None


def test_the_same_trust_hides_until_the_office_has_looked():
    here = reviewer(ADA, trust="Norfolk and  Norwich university-hospitals")
    found = case(1, [open_sheet(ADA)], reviewers=[here])
    assert found.suggested[ADA].kind == "same_trust"
    assert sight(found, ADA, METHOD) is None
    cleared = [conflict(ADA, effective=False, kind="same_trust", reason="Another site.")]
    looked = case(1, [open_sheet(ADA)], reviewers=[here], conflicts=cleared)
    assert (looked.suggested, sight(looked, ADA, METHOD).mine.reviewer) == ({}, ADA)


@pytest.mark.parametrize("owners", [{}, {ADA: "person-01"}])
def test_nobody_ever_reviews_their_own_application(owners):
    changes = {} if owners else {"email": "Ada@X.org"}
    cleared = [conflict(ADA, effective=False, reason="It is fine.")]
    own = case(
        1, [open_sheet(ADA)], reviewers=[reviewer(ADA)], conflicts=cleared, owners=owners, **changes
    )
    assert sight(own, ADA, METHOD) is None


def test_a_conflict_needs_a_kind_and_a_reason_and_the_last_decision_holds():
    assert checked_kind("supervises") == "supervises"
    with pytest.raises(Refused, match="kind"):
        checked_kind("envy")
    with pytest.raises(Refused, match="why"):
        decided((), conflict(ADA, reason=" "))
    both = decided((conflict(ADA), conflict(BEN)), conflict(ADA, effective=False))
    assert {c.reviewer: c.effective for c in both} == {ADA: False, BEN: True}


@pytest.mark.parametrize(
    ("on_duplicate", "on_survivor", "taken_over"),
    [
        (conflict(ADA), None, True),
        (conflict(ADA), conflict(ADA, effective=False), True),
        (conflict(ADA), conflict(BEN), True),
        (conflict(ADA), conflict(ADA, kind="other"), False),
        (conflict(ADA, effective=False), None, False),
        (conflict(ADA, effective=False), conflict(ADA), False),
    ],
)
def test_a_conflict_with_either_of_two_merged_applications_holds(
    on_duplicate, on_survivor, taken_over
):
    known = [on_survivor] if on_survivor else []
    found = inherited(known, [on_duplicate], "NS24-0001")
    kept = on_duplicate.model_copy(update={"carried_from": "NS24-0001"})
    assert found == ((kept,) if taken_over else ())


def test_a_conflict_that_is_carried_twice_still_says_where_it_was_decided():
    (once,) = inherited([], [conflict(ADA)], "NS24-0001")
    assert inherited([], [once], "NS24-0002") == (once,)


def test_a_suggestion_nobody_answered_on_the_duplicate_hides_the_survivor_too():
    ada = [reviewer(ADA, trust="Papworth")]
    duplicate = case(1, reviewers=ada, trust="Papworth")
    (found,) = carried(duplicate, case(2, reviewers=ada), "Ola", NOW)
    assert (found.reviewer, found.kind, found.carried_from) == (ADA, "same_trust", "NS24-0001")
    assert found.reason == "Suggested and not answered. Both are at Papworth."
    decided_there = case(2, reviewers=ada, conflicts=[conflict(ADA, effective=False)])
    same_there = case(2, reviewers=ada, trust="Papworth")
    assert carried(duplicate, decided_there, "Ola", NOW) == ()
    assert carried(duplicate, same_there, "Ola", NOW) == ()


def test_a_sheet_of_somebody_with_a_conflict_does_not_count():
    sheets = [locked_sheet(ADA, 5, 5), locked_sheet(BEN, 1, 1)]
    held = case(1, sheets, conflicts=[conflict(ADA)], reviewers=[reviewer(ADA), reviewer(BEN)])
    (row,) = ranked(METHOD, [held])
    assert presented(row.result.average) == "1.00"


def test_a_sheet_with_other_criteria_does_not_count():
    other = replace(METHOD, scale=6)
    assert ranked(other, [scored(1, (3, 3), (4, 4))]) == ()


def test_the_spread_is_flagged_only_above_the_threshold():
    just = result_of(METHOD, [locked_sheet(ADA, 2, 2), locked_sheet(BEN, 4, 4)])
    assert (presented(just.deviation), just.wide) == ("1.00", False)
    assert [presented(one) for one in (just.averages[0], just.averages[-1])] == ["2.00", "4.00"]
    more = result_of(METHOD, [locked_sheet(ADA, 1, 2), locked_sheet(BEN, 4, 4)])
    assert (presented(more.deviation), more.wide) == ("1.33", True)


def test_equal_averages_are_separated_by_the_registered_tie_break_or_share_a_rank():
    rows = ranked(
        METHOD,
        [
            scored(1, (3, 3), (3, 3)),
            scored(2, (3, 5), (3, 3)),
            scored(3, (3, 3), (3, 3)),
            scored(4, (5, 5), (5, 5)),
            scored(5, (2, 5), (3, 3)),
        ],
    )
    assert [(r.rank, r.case.id, r.separated_by, r.tied) for r in rows] == [
        (1, "app-04", "average", False),
        (2, "app-02", "average", False),
        (3, "app-05", "average", False),
        (4, "app-01", "potential", True),
        (4, "app-03", None, True),
    ]


def test_the_earlier_submission_breaks_a_tie_only_where_that_is_registered():
    by_time = replace(METHOD, tie_breaks=("potential", "submitted"))
    cases = [scored(2, (3, 3)), scored(1, (3, 3))]
    assert [(r.rank, r.case.id) for r in ranked(by_time, cases)] == [(1, "app-01"), (2, "app-02")]
    assert [r.rank for r in ranked(METHOD, cases)] == [1, 1]


def test_withdrawn_and_erased_applications_leave_the_ranking():
    gone = [scored(1, (3, 3), state="withdrawn"), scored(2, (3, 3), erased=True)]
    assert ranked(METHOD, gone) == ()


def test_a_sheet_of_a_decided_application_is_closed():
    decided_case = case(1, [open_sheet(ADA), locked_sheet(BEN, 2, 2)], state="rejected")
    assert sight(decided_case, ADA, METHOD) is None
    assert sight(decided_case, BEN, METHOD) is not None


points = st.tuples(st.integers(1, 5), st.integers(1, 5))
others_sheet = st.one_of(
    st.none(),
    st.builds(lambda p, c: locked_sheet(BEN, *p, comment=c), points, st.text(max_size=5)),
    st.builds(lambda p: open_sheet(BEN, *p), points),
    st.builds(
        lambda p: unlocked(locked_sheet(BEN, *p), "Slip.", "Ola", NOW + timedelta(hours=1)), points
    ),
)


@given(
    own=st.lists(
        st.one_of(st.just(()), st.tuples(st.integers(1, 5)), points), min_size=1, max_size=6
    ),
    data=st.data(),
)
def test_nothing_an_open_reviewer_sees_depends_on_what_others_wrote(own, data):
    """Two worlds that differ only in the others' sheets look the same."""

    def world():
        return [
            case(
                n,
                [s for s in (open_sheet(ADA, *p), data.draw(others_sheet)) if s],
                reviewers=[reviewer(ADA), reviewer(BEN)],
            )
            for n, p in enumerate(own)
        ]

    one, other = world(), world()
    seen, seen_there = mine(one, ADA, METHOD), mine(other, ADA, METHOD)
    assert [view for _, view in seen] == [view for _, view in seen_there]
    assert [held.id for held, _ in seen] == [held.id for held, _ in seen_there]
    closed, closed_there = open_sheets(one, ADA, METHOD), open_sheets(other, ADA, METHOD)
    assert [c.id for c in closed] == [c.id for c in closed_there]
    assert len(closed) == len(own)


STATES = ("eligible", "offered", "accepted", "rejected", "withdrawn")


@given(
    others=st.lists(st.lists(points, min_size=1, max_size=2), max_size=4),
    data=st.data(),
)
def test_what_a_reviewer_sees_of_all_does_not_depend_on_what_a_conflict_hides(others, data):
    """Two worlds that differ only in the hidden application look the same."""
    people = [reviewer(ADA), reviewer(BEN)]

    def world():
        sheets = [s for s in (open_sheet(ADA), data.draw(others_sheet)) if s]
        hidden = case(
            99, sheets, conflicts=[conflict(ADA)], reviewers=people,
            state=data.draw(st.sampled_from(STATES)), trust=data.draw(st.text(max_size=5)),
        )  # fmt: skip
        cases = [scored(n, *pairs, reviewers=people) for n, pairs in enumerate(others)]
        return selection(*cases, hidden, reviewers=people)

    one, other = (world().seen_by(ADA) for _ in range(2))
    assert one == other
    assert loads(one.cases) == loads(other.cases)
    assert ranked(METHOD, one.cases) == ranked(METHOD, other.cases)
    assert one.unanswered == other.unanswered
    assert closed(world(), ADA, {"app-99"}) == CONFLICTED


@given(
    everyone=st.lists(st.lists(points, min_size=1, max_size=4), min_size=1, max_size=8),
    seed=st.integers(0, 999),
)
def test_the_ranking_does_not_depend_on_any_order(everyone, seed):
    cases = [scored(n, *pairs) for n, pairs in enumerate(everyone)]
    shuffled = []
    chance = random.Random(seed)
    for held in cases:
        sheets = [*held.review.sheets]
        chance.shuffle(sheets)
        review = held.review.model_copy(update={"sheets": tuple(sheets)})
        shuffled.append(replace(held, review=review))
    chance.shuffle(shuffled)
    once, again = ranked(METHOD, cases), ranked(METHOD, shuffled)
    assert [(r.rank, r.case.id, r.result) for r in once] == [
        (r.rank, r.case.id, r.result) for r in again
    ]
    averages = [row.result.average for row in once]
    assert averages == sorted(averages, reverse=True)
    for above, below in pairwise(once):
        equal = above.result.average == below.result.average and (
            above.result.criteria["potential"] == below.result.criteria["potential"]
        )
        assert (above.rank == below.rank) == equal


def test_numbers_are_shown_rounded_half_up():
    assert [presented(Fraction(n, 1000)) for n in (3333, 3335, 3345)] == ["3.33", "3.34", "3.35"]
