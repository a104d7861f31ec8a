"""What somebody whose answers changed is told becomes of new ones."""

from datetime import timedelta

import pytest

from applications.admissions.application import Application
from applications.admissions.states import STATES
from applications.admissions.versions import HeldBack, Version
from applications.applicant.filling_in_again import (
    SentAgain,
    correcting,
    may_apply_again,
    sent_again,
)

from ..builders import IN_TIME as APPLIED
from ..builders import answers, cohort

COHORT = cohort()
IN_TIME, LATE = COHORT.deadline, COHORT.deadline + timedelta(seconds=1)


def application(**changes):
    """An application that came in time, but for the changes."""
    return Application(
        id="a",
        cohort=COHORT.id,
        person_id="p",
        reference="NS24-0001",
        answers=answers(),
        first_submitted_at=APPLIED,
        submitted_at=APPLIED,
        arrived=1,
        updated_at=APPLIED,
        **changes,
    )


@pytest.mark.parametrize(
    ("state", "now", "told"),
    [
        ("waitlisted", IN_TIME, "replaces"),
        ("waitlisted", LATE, "waits"),
        ("offered", IN_TIME, "waits"),
        ("accepted", LATE, "waits"),
        *((state, IN_TIME, None) for state in ("declined", "lapsed", "rejected", "withdrawn")),
    ],
)
def test_new_answers_are_said_to_replace_the_old_only_while_they_do(state, now, told):
    assert state in STATES
    assert correcting(application(state=state), COHORT, now) == told


def test_nothing_is_corrected_in_a_duplicate():
    assert correcting(application(duplicate_of="another"), COHORT, IN_TIME) is None


@pytest.mark.parametrize(
    ("state", "now", "told"),
    [
        *((state, IN_TIME, True) for state in ("declined", "lapsed", "withdrawn")),
        ("rejected", IN_TIME, False),
        ("withdrawn", LATE, False),
        ("offered", IN_TIME, False),
    ],
)
def test_whoever_left_is_told_that_the_form_is_open_while_it_is(state, now, told):
    assert may_apply_again(application(state=state), None, COHORT, now) == told
    assert not may_apply_again(
        application(state=state), SentAgain(APPLIED, waits=False), COHORT, now
    )


def version(kind, status="pending", minutes=0):
    """A later submission that waits, or that the office decided on."""
    return Version(
        id=f"v-{minutes}",
        application_id="a",
        person_id="p",
        source="native",
        submitted_at=APPLIED,
        received_at=APPLIED + timedelta(minutes=minutes),
        answers=answers(),
        held=HeldBack(kind=kind, status=status),
    )


def test_the_page_says_what_becomes_of_the_newest_form_and_nothing_of_a_strangers():
    after, again, doubted = "after_decision", "again_after_withdrawing", "other_address"
    assert sent_again([version(doubted)]) is None
    aside = version(again, "set_aside", minutes=2)
    assert sent_again([aside]) == SentAgain(aside.received_at, waits=False)
    both = [aside, version(after, minutes=3), version(doubted, minutes=4)]
    assert sent_again(both) == SentAgain(APPLIED + timedelta(minutes=3), waits=True)
    assert sent_again([*both, version(after, "applied", minutes=5)]) is None
