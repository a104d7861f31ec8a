"""The address book ends the same whatever the order in which events tell of a person."""

from datetime import timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import Event, Person
from notifications.hearing.address_book import Contact, erase, learn, stamp_of

from ..builders import NOW, amended, envelope_of, person, registered, submitted


def renamed(email: str) -> Person:
    return Person(person_id="person-1", name="Dr Ada Okafor", email=email)


TOLD: tuple[tuple[Event, Person], ...] = (
    (submitted(who=renamed("old@example.org")), renamed("old@example.org")),
    (amended(who=renamed("new@example.org")), renamed("new@example.org")),
    (registered(), person(1)),
)


def learned(contact: Contact, told: tuple[Event, Person]) -> Contact:
    event, who = told
    stamp = stamp_of(envelope_of(event), getattr(event, "revision", 1))
    return learn(contact, who, stamp)


@given(st.permutations(TOLD * 2))
def test_the_newest_word_of_the_person_wins_in_any_order(told: list[tuple[Event, Person]]):
    contact = reduce(learned, told, Contact("person-1"))
    assert (contact.name, contact.email) == ("Dr Ada Okafor", "new@example.org")


def test_a_later_event_of_another_service_does_not_replace_what_the_person_said():
    contact = learned(Contact("person-1"), TOLD[1])
    late = stamp_of(envelope_of(registered(), NOW + timedelta(days=90)), 9)
    assert learn(contact, person(1), late) == contact


def test_only_the_id_is_known_at_first():
    assert not Contact("person-1").known
    assert learned(Contact("person-1"), TOLD[0]).known


def test_an_erased_person_stays_erased_when_old_events_come_again():
    erased = erase(learned(Contact("person-1"), TOLD[0]))
    assert learned(erased, TOLD[1]) == Contact("person-1", erased=True)
    assert not erased.known
