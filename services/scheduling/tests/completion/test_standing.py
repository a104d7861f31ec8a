"""Standing towards completion: by example, by property, and against a brute-force recount."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import RequirementsMet, StandingChanged
from scheduling.completion.announcing import announce
from scheduling.completion.rules import Policy
from scheduling.completion.standing import WORST_FIRST, judge, judge_fellow

from ..builders import calendar, fellow, person_id, policy, session, with_verdicts

MASTERCLASSES = [f"2024-25:masterclass-{n}" for n in range(1, 7)]
MODULES = [f"2024-25:module-{n}" for n in range(1, 5)]
ALL_MODULES = dict.fromkeys(MODULES, "attended")


def result(verdicts, waived=(), joined=None, sessions=None, **changes):
    return judge(
        verdicts,
        waived,
        sessions or calendar(),
        policy(**changes),
        person_id=person_id(1),
        joined=joined,
    )


def masterclasses(attended=0, missed=0):
    return dict.fromkeys(MASTERCLASSES[:attended], "attended") | dict.fromkeys(
        MASTERCLASSES[attended : attended + missed], "absent"
    )


def test_at_the_start_everybody_is_on_track():
    start = result({})
    assert (start.standing, start.counts) == ("on_track", (0, 4, 0, 0, 4))


def test_four_masterclasses_and_all_modules_meet_the_requirements():
    assert result(masterclasses(4) | ALL_MODULES).standing == "met"


def test_five_of_ten_sessions_are_not_completion():
    assert result(masterclasses(5)).standing == "on_track"


def test_one_masterclass_missed_leaves_slack():
    assert result(masterclasses(0, 1)).standing == "on_track"


def test_two_masterclasses_missed_leave_no_slack():
    missed = result(masterclasses(0, 2))
    assert missed.standing == "no_slack"
    assert missed.masterclasses.why == (
        "0 of the 4 masterclasses needed were attended; all of the 4 still to come are needed."
    )


def test_three_masterclasses_missed_cannot_be_mended():
    lost = result(masterclasses(0, 3))
    assert lost.standing == "impossible"
    assert lost.masterclasses.possible == 3
    assert lost.masterclasses.mend == tuple(session(f"masterclass-{n}").title for n in (1, 2, 3))


def test_a_missed_module_cannot_be_met_and_a_waiver_mends_it():
    missed = {MODULES[0]: "apologies"}
    assert result(missed).standing == "impossible"
    assert result(missed).modules.mend == ("Module 1: The Healthcare Context",)
    assert result(missed, waived=MODULES[:1]).standing == "on_track"


def test_waived_modules_count_towards_completion_beside_attended_ones():
    verdicts = masterclasses(4) | dict.fromkeys(MODULES[1:], "attended") | {MODULES[0]: "absent"}
    done = result(verdicts, waived=MODULES[:1])
    assert (done.standing, done.counts) == ("met", (4, 4, 3, 1, 4))


def test_a_module_both_waived_and_attended_counts_as_attended():
    assert result({MODULES[0]: "attended"}, waived=MODULES[:1]).counts == (0, 4, 1, 0, 4)


def test_a_masterclass_that_took_place_before_joining_can_no_longer_be_attended():
    late = result({}, joined=date(2024, 9, 12))
    assert (late.standing, late.masterclasses.possible) == ("on_track", 5)


def test_joining_on_the_day_of_a_session_leaves_it_open():
    assert result({}, joined=date(2024, 9, 11)).masterclasses.possible == 6


def test_a_module_before_joining_needs_a_waiver_by_default():
    late = result({}, joined=date(2024, 10, 9))
    assert late.standing == "impossible"
    assert result({}, waived=MODULES[:1], joined=date(2024, 10, 9)).standing == "on_track"


def test_a_module_before_joining_is_excused_if_the_policy_says_so():
    late = result({}, joined=date(2024, 10, 9), late_joiners="excuse_modules")
    assert (late.standing, late.modules.waived) == ("on_track", 1)


def test_a_cancelled_module_is_not_asked_for():
    sessions = [
        s.model_copy(update={"cancelled": "Snow."}) if s.session_id == MODULES[3] else s
        for s in calendar()
    ]
    verdicts = masterclasses(4) | dict.fromkeys(MODULES[:3], "attended")
    assert result(verdicts, sessions=sessions).standing == "met"


def test_a_cancelled_masterclass_uses_up_slack():
    off = {MASTERCLASSES[4], MASTERCLASSES[5]}
    sessions = [
        s.model_copy(update={"cancelled": "Strike."}) if s.session_id in off else s
        for s in calendar()
    ]
    assert result({}, sessions=sessions).standing == "no_slack"


def test_networking_and_other_sessions_do_not_count():
    assert result({"2024-25:networking-1": "absent"}).standing == "on_track"


def test_learning_sets_are_no_bar_unless_the_cohort_says_so():
    meeting = session(
        "masterclass-1",
        session_id="2024-25:topic-1-set-1",
        kind="learning_set",
        audience=(person_id(1),),
    )
    verdicts = masterclasses(4) | ALL_MODULES | {meeting.session_id: "absent"}
    sessions = (*calendar(), meeting)
    assert result(verdicts, sessions=sessions).standing == "met"
    strict = result(verdicts, sessions=sessions, learning_sets_required=True)
    assert strict.standing == "impossible"


def test_the_policy_comes_from_the_cohort_file():
    from ..builders import cohort

    assert Policy.of(cohort().completion, "count") == Policy(
        masterclasses_required=4, modules_waivable=True, learning_sets_required=False
    )


STATUS = st.sampled_from(["attended", "absent", "apologies", None])


@st.composite
def situations(draw):
    keys = MASTERCLASSES + MODULES
    drawn = {key: draw(STATUS) for key in keys}
    verdicts = {key: status for key, status in drawn.items() if status}
    waived = draw(st.sets(st.sampled_from(MODULES)))
    joined = draw(st.sampled_from([None, date(2024, 9, 20), date(2024, 11, 8), date(2025, 2, 1)]))
    return verdicts, waived, joined


@given(situations(), st.sampled_from(MASTERCLASSES + MODULES))
def test_attending_one_more_session_never_worsens_the_standing(situation, session_id):
    verdicts, waived, joined = situation
    before = result(verdicts, waived, joined)
    after = result(verdicts | {session_id: "attended"}, waived, joined)
    assert WORST_FIRST.index(after.standing) >= WORST_FIRST.index(before.standing)


@given(situations(), st.randoms())
def test_the_order_of_calendar_and_verdicts_does_not_matter(situation, random):
    verdicts, waived, joined = situation
    shuffled_sessions, shuffled = list(calendar()), list(verdicts.items())
    random.shuffle(shuffled_sessions)
    random.shuffle(shuffled)
    assert result(dict(shuffled), waived, joined, shuffled_sessions) == result(
        verdicts, waived, joined
    )


@given(situations(), st.sampled_from(MODULES))
def test_a_waiver_never_worsens_the_standing(situation, module):
    verdicts, waived, joined = situation
    before = result(verdicts, waived, joined).standing
    after = result(verdicts, waived | {module}, joined).standing
    assert WORST_FIRST.index(after) >= WORST_FIRST.index(before)


def completes(verdicts, waived):
    """The rule as the programme states it, written independently."""
    enough = sum(verdicts.get(key) == "attended" for key in MASTERCLASSES) >= 4
    return enough and all(verdicts.get(key) == "attended" or key in waived for key in MODULES)


def recount(verdicts, waived, joined):
    """The standing by trying every way in which the open sessions can still turn out."""
    dates = {s.session_id: s.on for s in calendar()}
    open_ = [
        key
        for key in MASTERCLASSES + MODULES
        if key not in verdicts
        and key not in waived
        and not (joined is not None and dates[key] < joined)
    ]
    if completes(verdicts, waived):
        return "met"
    outcomes = {
        turn: completes(verdicts | dict(zip(open_, turn, strict=True)), waived)
        for turn in product(("attended", "absent"), repeat=len(open_))
    }
    if not any(outcomes.values()):
        return "impossible"
    classes = [n for n, key in enumerate(open_) if key in MASTERCLASSES]
    one_missed = [
        won for turn, won in outcomes.items() if sum(turn[n] == "absent" for n in classes) == 1
    ]
    enough = sum(verdicts.get(key) == "attended" for key in MASTERCLASSES) >= 4
    return "on_track" if enough or any(one_missed) else "no_slack"


@given(situations())
def test_the_standing_agrees_with_a_brute_force_recount(situation):
    verdicts, waived, joined = situation
    assert result(verdicts, waived, joined).standing == recount(verdicts, waived, joined)


def test_the_first_standing_is_announced_and_a_repetition_is_not():
    known, events = announce(fellow(), judge_fellow(fellow(), calendar(), policy()), "2024-25")
    assert [type(e) for e in events] == [StandingChanged]
    assert announce(known, judge_fellow(known, calendar(), policy()), "2024-25") == (known, ())


def test_reaching_the_requirements_is_told_once_and_taken_back_after_a_correction():
    done = with_verdicts(fellow(), masterclasses(4) | ALL_MODULES)
    known, events = announce(done, judge_fellow(done, calendar(), policy()), "2024-25")
    assert [e.revision for e in events] == [1, 1]
    assert events[1] == RequirementsMet(
        cohort="2024-25", revision=1, person_id=person_id(1), met=True
    )
    undone = with_verdicts(known, masterclasses(3, 1) | ALL_MODULES)
    _, events = announce(undone, judge_fellow(undone, calendar(), policy()), "2024-25")
    assert [(e.revision, getattr(e, "met", e.__dict__.get("standing"))) for e in events] == [
        (2, "on_track"),
        (2, False),
    ]


@pytest.mark.parametrize("attended", range(7))
def test_every_count_of_masterclasses_reads_as_a_sentence(attended):
    assert result(masterclasses(attended)).masterclasses.why.endswith(".")
