"""The address book ends the same whatever the order in which events tell of a person."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import Event, PanellistInvited, Person
from nextstep_messaging import NotEntitledError
from notifications.hearing.address_book import (
    Contact,
    check_teller,
    heed_erasure,
    learn,
    owner_by,
    settled,
    stamp_of,
)

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
    return learn(contact, who, stamp, owner_by(event))


@given(st.permutations(TOLD * 2))
def test_the_newest_word_of_the_person_wins_in_any_order(told: list[tuple[Event, Person]]):
    contact = reduce(learned, told, Contact("person-1"))
    assert (contact.name, contact.email) == ("Dr Ada Okafor", "new@example.org")
    assert contact.earlier == ("applicant1@example.org", "old@example.org")


def test_a_later_event_of_another_service_does_not_replace_what_the_person_said():
    contact = learned(Contact("person-1"), TOLD[1])
    late = stamp_of(envelope_of(registered(), NOW + timedelta(days=90)), 9)
    after = learn(contact, person(1), late, "applications")
    assert after == replace(contact, earlier=("applicant1@example.org",))


def test_only_the_id_is_known_at_first():
    assert not Contact("person-1").known
    assert learned(Contact("person-1"), TOLD[0]).known


def test_an_erased_person_stays_erased_when_old_events_come_again():
    erased = heed_erasure(reduce(learned, TOLD, Contact("person-1")), "applications")
    assert learned(erased, TOLD[1]) == erased
    assert "example.org" not in str(erased.document())
    assert (erased.erased, erased.known, erased.name, erased.email) == (True, False, "", "")


INVITED = (
    PanellistInvited(cohort="2024-25", revision=1, panellist=person(1), organisation="RCGP"),
    person(1),
)


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("sender", ["awards", "scheduling"])
def test_an_applicant_or_fellow_is_erased_by_applications_alone(told, sender: str):
    known = learned(Contact("person-1"), told)
    with pytest.raises(NotEntitledError, match=f"by applications alone, not by {sender}"):
        heed_erasure(known, sender)


@pytest.mark.parametrize("sender", ["applications", "scheduling"])
def test_a_panellist_is_erased_by_awards_alone(sender: str):
    known = learned(Contact("person-1"), INVITED)
    with pytest.raises(NotEntitledError, match=f"by awards alone, not by {sender}"):
        heed_erasure(known, sender)
    assert heed_erasure(known, "awards").erased


@pytest.mark.parametrize("sender", ["applications", "scheduling"])
def test_where_a_panellists_links_go_is_said_by_awards_alone(sender: str):
    known = learned(Contact("person-1"), INVITED)
    with pytest.raises(NotEntitledError, match=f"by awards alone, not by {sender}"):
        check_teller(known, sender)
    check_teller(known, "awards")
    for told in TOLD:  # of Fellows all tell, and applications' word counts
        check_teller(learned(Contact("person-1"), told), sender)
    check_teller(Contact("person-1"), sender)


@given(st.sets(st.sampled_from(["awards", "scheduling"])), st.permutations(TOLD))
def test_what_others_erased_before_they_were_heard_of_keeps_no_applicant_out(senders, told):
    marked = reduce(heed_erasure, senders, Contact("person-1"))
    contact = reduce(learned, told, marked)
    assert contact.known
    assert contact.email == "new@example.org"


@pytest.mark.parametrize(
    ("sender", "told", "erased"),
    [
        ("applications", TOLD[0], True),
        ("applications", INVITED, False),
        ("awards", INVITED, True),
        ("awards", TOLD[2], False),  # awards' own event of a Fellow
        ("scheduling", INVITED, False),
    ],
)
def test_an_erasure_that_comes_first_counts_if_the_person_turns_out_to_be_the_senders(
    sender: str, told: tuple[Event, Person], erased: bool
):
    assert learned(heed_erasure(Contact("person-1"), sender), told).erased is erased


def test_of_whom_nothing_is_known_applications_are_believed():
    assert heed_erasure(Contact("person-1"), "applications").erased
    assert not heed_erasure(Contact("person-1"), "awards").erased


@pytest.mark.parametrize(
    ("rank", "erased", "panellist", "owner"),
    [
        (1, False, False, "applications"),
        (0, False, False, "applications"),  # of a Fellow others told first
        (0, False, True, "awards"),
        (None, True, False, ""),
        (None, True, True, "awards"),
        (None, False, False, ""),
    ],
)
def test_whose_somebody_is_of_a_release_that_did_not_note_it(
    rank: int | None, erased: bool, panellist: bool, owner: str
):
    stamp = {"rank": rank, "time": NOW.isoformat(), "revision": 1, "event_id": "e"}
    document = {"_id": "p", "version": 3, "name": "", "email": "", "erased": erased}
    found = Contact.from_document({**document, "stamp": None if rank is None else stamp})
    assert found.unasked is (rank != 1)
    whose = settled(found, panellist=panellist) if found.unasked else found
    assert (whose.owner, whose.erased, whose.unasked) == (owner, erased, False)
    assert Contact.from_document(whose.document()) == whose
