"""What is sent for which event, by example, and that disorder never misleads anybody."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nextstep_contracts as events
from nextstep_contracts import Event
from notifications.calendar.dating import DATED
from notifications.emails.all_emails import EMAIL_OF, TOLD_BY_NO_EMAIL, UNHEARD
from notifications.hearing.deciding import Caused, decide, memory_key
from notifications.hearing.memory import Memory, is_fellow

from .. import builders as b


def told(*sequence: Event) -> list[list[tuple[str, str, bool]]]:
    """For each event in turn, the emails it causes as (person, template, overtaken)."""
    memories: dict[str, Memory] = {}
    told_of_each = []
    for event in sequence:
        email = EMAIL_OF[type(event)]
        key = memory_key(email, event)
        caused = decide(email, event, memories.get(key, Memory()), zone="Europe/London")
        memories[key] = caused.memory
        told_of_each.append([(m.person_id, m.email.name, m.overtaken) for m in caused.emails])
    return told_of_each


TOLD_TO_NOBODY = {
    *(events.PersonErased, events.AccessEnded, events.StaffSignedIn),
    *(events.ConflictChanged, events.RecusalChanged, events.EmployersChanged),
    *(events.AuditSealed, events.AuditContradicted),
    *(events.PersonDataRequested, events.PersonDataGathered),
    *(events.PersonFileRequested, events.PersonFilePiece),
}


def test_of_every_event_of_the_catalogue_it_is_decided_who_is_told():
    decided = [*EMAIL_OF, *TOLD_BY_NO_EMAIL, *DATED, *UNHEARD]
    others = {events.EmailSent, events.EmailBounced, *TOLD_TO_NOBODY}
    assert len(decided) == len(set(decided))
    assert set(decided) == set(events.EVENTS) - others


@pytest.mark.parametrize(
    ("event", "template"),
    [
        (b.submitted(), "application_received"),
        (b.amended(), "application_updated"),
        (b.waitlisted(), "waiting_list"),
        (b.offered(), "place_offered"),
        (b.accepted(), "place_accepted"),
        (b.leave_outstanding(), "study_leave_outstanding"),
        (b.lapsed(), "offer_lapsed"),
        (b.withdrawn(), "application_withdrawn"),
        (b.merged(), "application_withdrawn"),
        (b.missed(), "session_missed"),
        (b.standing(now="no_slack"), "standing_changed"),
        (b.requirements(), "requirements_met"),
        (b.graduated(), "graduated"),
        (b.certificate(), "certificate_issued"),
        (b.discount(), "discount_issued"),
        (b.membership(), "membership_expiring"),
    ],
)
def test_an_event_about_one_person_is_told_to_that_person(event: Event, template: str):
    assert told(event) == [[("person-1", template, False)]]


def test_panellists_get_their_link():
    assert told(b.panellist_invited()) == [[("person-90", "panel_invited", False)]]


def test_reviewers_get_the_address_of_their_reviews():
    assert told(b.reviewer_invited()) == [[("person-80", "reviewer_invited", False)]]


def test_all_authors_hear_of_their_project():
    assert told(b.registered(), b.handed_in()) == [
        [("person-1", "project_registered", False), ("person-2", "project_registered", False)],
        [("person-1", "project_submitted", False), ("person-2", "project_submitted", False)],
    ]


def test_winners_hear_once_even_when_the_decision_is_published_again():
    assert told(b.decided((1,), (2, 3)), b.decided((1,), (4,), revision=2)) == [
        [(f"person-{n}", "award_won", False) for n in (1, 2, 3)],
        [("person-4", "award_won", False)],
    ]


def test_an_offer_that_was_answered_meanwhile_is_recorded_but_not_sent():
    assert told(b.accepted(revision=3), b.offered(revision=2))[1] == [
        ("person-1", "place_offered", True)
    ]


def test_each_reminder_of_study_leave_is_sent_unless_the_fellow_has_left():
    first, second = b.leave_outstanding(revision=4), b.leave_outstanding(revision=5)
    assert told(b.accepted(), first, second)[1:] == [
        [("person-1", "study_leave_outstanding", False)],
        [("person-1", "study_leave_outstanding", False)],
    ]
    assert told(b.withdrawn(revision=6), first)[1] == [
        ("person-1", "study_leave_outstanding", True)
    ]


def test_an_extended_offer_is_told_with_its_new_end():
    longer = b.offered(revision=3).model_copy(update={"extended": True})
    assert told(b.offered(revision=2), longer)[1] == [("person-1", "place_offered", False)]


def test_a_new_offer_after_a_lapse_is_sent():
    assert told(b.offered(revision=2), b.lapsed(revision=3), b.offered(revision=4))[2] == [
        ("person-1", "place_offered", False)
    ]


def test_the_receipt_for_an_application_is_always_sent():
    assert told(b.offered(revision=2), b.submitted(revision=1))[1] == [
        ("person-1", "application_received", False)
    ]


def test_on_track_is_no_news():
    assert told(b.standing(now="on_track")) == [[]]


def test_bad_news_is_told_and_so_is_relief():
    sequence = [
        b.standing(revision=1, now="on_track"),
        b.standing(revision=2, now="no_slack"),
        b.standing(revision=3, now="no_slack"),
        b.standing(revision=4, now="on_track"),
        b.standing(revision=5, now="impossible"),
    ]
    assert [len(emails) for emails in told(*sequence)] == [0, 1, 0, 1, 1]


def test_that_all_is_met_is_told_by_one_email_not_two():
    sequence = [
        b.standing(revision=1, now="no_slack"),
        b.standing(revision=2, now="met"),
        b.requirements(revision=1),
        b.requirements(revision=1),
    ]
    assert [[m[1] for m in emails] for emails in told(*sequence)] == [
        ["standing_changed"],
        [],
        ["requirements_met"],
        [],
    ]


def test_being_present_is_no_news_unless_absence_was_told():
    assert told(b.attended(revision=2)) == [[]]
    assert told(b.missed(revision=1), b.attended(revision=2))[1] == [
        ("person-1", "register_corrected", False)
    ]


def test_an_absence_that_was_corrected_meanwhile_is_not_told():
    assert told(b.attended(revision=2), b.missed(revision=1)) == [[], []]


def test_only_fellows_whose_set_changed_hear_of_a_new_allocation():
    first, second = b.sets((1, 2), (3, 4)), b.sets((1, 2), (3, 5), revision=2)
    assert [[m[0] for m in emails] for emails in told(first, second)] == [
        ["person-1", "person-2", "person-3", "person-4"],
        ["person-3", "person-5"],
    ]


STANDINGS = tuple(
    b.standing(revision=r, now=now)
    for r, now in enumerate(["on_track", "no_slack", "on_track", "impossible", "no_slack"], 1)
)


@given(st.permutations(STANDINGS * 2))
def test_in_any_order_the_last_standing_told_is_the_newest(order: list[events.StandingChanged]):
    def step(before: tuple[Memory, str], event: events.StandingChanged) -> tuple[Memory, str]:
        memory, last = before
        caused = decide(EMAIL_OF[type(event)], event, memory, zone="Europe/London")
        said = caused.emails[-1].facts["standing"] if caused.emails else last
        return caused.memory, said

    assert reduce(step, order, (Memory(), ""))[1] == "no_slack"


FELLOWSHIP = (b.accepted(revision=3), b.withdrawn(revision=4), b.offered(revision=2))


@given(st.permutations((*FELLOWSHIP, b.accepted(revision=6), *FELLOWSHIP)))
def test_fellowship_follows_the_newest_of_acceptance_and_withdrawal(order: list[Event]):
    def step(memory: Memory, event: Event) -> Memory:
        caused: Caused = decide(EMAIL_OF[type(event)], event, memory, zone="Europe/London")
        return caused.memory

    assert is_fellow(reduce(step, order, Memory()))
    assert not is_fellow(reduce(step, [e for e in order if e.revision < 6], Memory()))
