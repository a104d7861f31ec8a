"""What is heard of a Fellow ends the same in any order and under any duplication."""

from functools import reduce
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from awards.fellows.fellow import (
    ERASED_NAME,
    erase,
    hear_acceptance,
    hear_amendment,
    hear_withdrawal,
)
from nextstep_contracts import ApplicationAmended, PlaceAccepted
from nextstep_local.testing import converges

from ..builders import accepted, amended, person, withdrawn


def hear(fellow, event):
    match event:
        case PlaceAccepted():
            return hear_acceptance(fellow, event)
        case ApplicationAmended():
            return hear_amendment(fellow, event)
        case _:
            return hear_withdrawal(fellow, event)


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


MOVED = [
    accepted(revision=2),
    amended(address="work@example.org", revision=3),
    amended(address="f1@example.org", revision=4),
    withdrawn(revision=5),
    amended(address="newest@example.org", revision=7),
    accepted(revision=6),
]


@given(converges(MOVED))
def test_every_address_that_somebody_had_stays_theirs_in_any_order(events):
    fellow = reduce(hear, events, None)
    assert fellow == reduce(hear, MOVED, None)
    assert (fellow.active, fellow.email) == (True, "newest@example.org")
    assert fellow.addresses == {"f1@example.org", "work@example.org", "newest@example.org"}
    assert fellow.called == fellow.addresses | {"Fellow f1"}


def test_another_address_alone_makes_nobody_a_fellow():
    early = hear_amendment(None, amended())
    assert (early.active, early.addresses) == (False, {"new.f1@example.org"})
    assert hear_acceptance(early, accepted(revision=2)).email == "new.f1@example.org"


def test_what_an_earlier_release_kept_of_somebody_stays_theirs():
    stored = hear_acceptance(None, accepted(revision=2))
    bare = {key: one.but(contacts=()) for key, one in stored.applications.items()}
    again = amended(address="work@example.org").person
    later = hear_acceptance(stored.but(applications=bare), accepted(revision=5, person=again))
    assert later.addresses == {"f1@example.org", "work@example.org"}


@given(converges([accepted(revision=2), withdrawn(revision=3), amended(revision=4), None]))
def test_an_erased_person_stays_erased_whatever_is_heard_later(events):
    fellow = None
    for event in events:
        fellow = hear(fellow, event) if event else erase(fellow, "f1")
    assert (fellow.name, fellow.email, fellow.trust) == (ERASED_NAME, "", None)
    assert (fellow.id, fellow.active, fellow.erased) == ("f1", False, True)
    assert (fellow.addresses, fellow.called) == (frozenset(), frozenset())
    assert "example.org" not in fellow.model_dump_json()
