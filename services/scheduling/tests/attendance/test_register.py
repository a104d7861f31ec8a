"""Registers: evidence appended, the verdict derived, corrections with a reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import Refused, SessionAttended, SessionMissed
from scheduling.attendance.evidence import latest
from scheduling.attendance.register import STATUSES, FilledIn, Register, fill_in, seen_saving
from scheduling.attendance.verdicts import new_verdict
from scheduling.fellows.fellow import Verdict

from ..builders import evidence, person_id, session

EVENING = datetime(2024, 9, 11, 18, 0, tzinfo=UTC)
ONE, TWO, THREE = (person_id(n) for n in (1, 2, 3))


def save(marks, **changes):
    values = {
        "session": session(),
        "listed": [ONE, TWO, THREE],
        "evidence": {},
        "saving": 1,
        "by": "office@example.org",
        "at": EVENING,
    }
    said = {name: changes.pop(name) for name in ("rest", "reason", "seen") if name in changes}
    return fill_in(**(values | changes), filled=FilledIn(marks=marks, **said))


def statuses(saving):
    return {e.person_id: e.status for e in saving.added}


def test_marks_become_entries_and_the_unmarked_stay_open():
    assert statuses(save({ONE: "attended", TWO: "apologies"})) == {
        ONE: "attended",
        TWO: "apologies",
    }


def test_marking_everyone_else_absent_fills_only_the_unmarked():
    known = {TWO: (evidence("apologies", number=2),)}
    saving = save({ONE: "attended"}, evidence=known, saving=2, rest="absent")
    assert statuses(saving) == {ONE: "attended", THREE: "absent"}


def test_saving_the_same_register_again_adds_nothing():
    known = {ONE: (evidence("attended"),)}
    assert save({ONE: "attended"}, evidence=known, saving=2).added == ()


def test_a_correction_needs_a_reason():
    with pytest.raises(Refused) as refusal:
        save({ONE: "absent"}, evidence={ONE: (evidence("attended"),)}, saving=2)
    assert [*refusal.value.fields] == ["reason"]


def test_a_correction_keeps_its_reason_and_who_made_it():
    known = {ONE: (evidence("attended"),)}
    saving = save({ONE: "absent"}, evidence=known, saving=2, reason="Mixed up two names")
    assert saving.added == (
        evidence("absent", saving=2, reason="Mixed up two names", by="office@example.org"),
    )


def test_the_first_mark_keeps_no_reason():
    assert save({ONE: "absent"}, reason="A reason for somebody else").added[0].reason is None


def test_a_mark_that_contradicts_a_newer_one_is_a_disagreement_and_the_others_are_saved():
    known = {ONE: (evidence("attended", saving=4),)}
    saving = save({ONE: "absent", TWO: "attended"}, evidence=known, saving=5, seen=3, reason="Late")
    assert statuses(saving) == {TWO: "attended"}
    assert [(c.person_id, c.wanted) for c in saving.disagreements] == [(ONE, "absent")]


def test_a_mark_on_what_the_person_saw_is_a_correction_not_a_disagreement():
    known = {ONE: (evidence("attended", saving=3),)}
    saving = save({ONE: "absent"}, evidence=known, saving=5, seen=3, reason="Left early")
    assert (statuses(saving), saving.disagreements) == ({ONE: "absent"}, ())


def test_somebody_who_is_not_on_the_register_is_refused():
    with pytest.raises(Refused):
        save({"stranger": "attended"})


def test_before_its_day_a_register_takes_apologies_only():
    early = datetime(2024, 9, 10, 22, 59, tzinfo=UTC)
    assert statuses(save({ONE: "apologies"}, at=early)) == {ONE: "apologies"}
    with pytest.raises(Refused):
        save({ONE: "attended"}, at=early)


def test_the_day_begins_at_local_midnight():
    local_midnight = datetime(2024, 9, 10, 23, 0, tzinfo=UTC)
    assert statuses(save({ONE: "attended"}, at=local_midnight)) == {ONE: "attended"}


@pytest.mark.parametrize("changes", [{"cancelled": "Snow."}, {"on": None, "starts": None}])
def test_a_cancelled_or_undated_session_has_no_register(changes):
    with pytest.raises(Refused):
        save({ONE: "attended"}, session=session(**changes))


def test_the_first_verdict_is_revision_1():
    verdict, event = new_verdict(session(), ONE, None, [evidence("attended")])
    assert verdict == Verdict(status="attended", revision=1)
    assert isinstance(event, SessionAttended)
    assert (event.subject, event.revision) == (f"2024-25:masterclass-1:{ONE}", 1)


def test_a_corrected_verdict_has_the_next_revision():
    known = Verdict(status="attended", revision=1)
    verdict, event = new_verdict(
        session(),
        ONE,
        known,
        [evidence("attended"), evidence("absent", saving=2, reason="Mistake")],
    )
    assert verdict == Verdict(status="absent", revision=2)
    assert isinstance(event, SessionMissed)
    assert (event.revision, event.apologies) == (2, False)


def test_absent_turned_into_apologies_is_told_too():
    known = Verdict(status="absent", revision=1)
    _, event = new_verdict(
        session(), ONE, known, [evidence("apologies", saving=2, reason="Wrote to us")]
    )
    assert isinstance(event, SessionMissed)
    assert event.apologies is True


def test_evidence_that_agrees_changes_nothing():
    known = Verdict(status="attended", revision=1)
    assert new_verdict(session(), ONE, known, [evidence("attended")]) is None


def test_no_evidence_is_no_verdict():
    assert latest([]) is None
    assert new_verdict(session(), ONE, None, []) is None


@given(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=6), st.randoms())
def test_the_order_in_which_evidence_is_read_does_not_matter(statuses, random):
    found = [evidence(status, saving=n) for n, status in enumerate(statuses, start=1)]
    expected = found[-1]
    random.shuffle(found)
    assert latest(found) == expected


def test_savings_are_counted_by_what_is_shown_and_lead_back_to_the_real_ones():
    """Who must not know of the second Fellow sees no gap where that one was marked."""
    register = Register(session_id="s", savings=5, saved_at=EVENING, saved_by="ola@example.org")
    shown = [
        evidence("attended", number=1, saving=2),
        evidence("absent", number=3, saving=2),
        evidence("absent", number=1, saving=4),
    ]
    known = register.known(shown)
    assert (known.savings, known.saved_by) == (2, shown[2].by)
    assert register.known([]).savings == 0
    assert [seen_saving(shown, n) for n in (None, 0, 1, 2, 3)] == [None, 0, 2, 4, None]
