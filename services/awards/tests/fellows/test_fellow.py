"""What is heard of a Fellow ends the same in any order and under any duplication."""

from functools import reduce
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from awards.fellows.fellow import (
    ERASED_NAME,
    erase,
    hear_acceptance,
    hear_withdrawal,
)
from nextstep_contracts import PlaceAccepted
from nextstep_local.testing import converges

from ..builders import accepted, person, withdrawn


def hear(fellow, event):
    fold = hear_acceptance if isinstance(event, PlaceAccepted) else hear_withdrawal
    return fold(fellow, event)


@given(
    st.lists(st.sampled_from([accepted(revision=2), withdrawn(revision=3), accepted(revision=5)]))
)
def test_the_highest_revision_tells_whether_somebody_is_a_fellow(events):
    if events:
        latest = max(events, key=lambda event: event.revision)
        fellow = reduce(hear, events, None)
        assert fellow.active == isinstance(latest, PlaceAccepted)
        assert fellow == reduce(hear, sorted(events, key=lambda e: e.revision), None)


def test_a_withdrawal_that_arrives_first_is_kept():
    fellow = hear_acceptance(hear_withdrawal(None, withdrawn(revision=3)), accepted(revision=2))
    assert not fellow.active
    assert (fellow.name, fellow.trust) == ("Fellow f1", "A Trust")


def test_of_a_persons_applications_the_running_one_counts():
    again = accepted(
        "f1", application_id="app-2", person=person("f1").model_copy(update={"name": "Newer"})
    )
    events = [accepted("f1", revision=2), withdrawn("f1", revision=3), again]
    for order in permutations(events):
        fellow = reduce(hear, order, None)
        assert (fellow.active, fellow.name) == (True, "Newer")


@given(converges([accepted(revision=2), withdrawn(revision=3), None]))
def test_an_erased_person_stays_erased_whatever_is_heard_later(events):
    fellow = None
    for event in events:
        fellow = hear(fellow, event) if event else erase(fellow, "f1")
    assert (fellow.name, fellow.email, fellow.trust) == (ERASED_NAME, "", None)
    assert (fellow.id, fellow.active, fellow.erased) == ("f1", False, True)
