"""Calendars become right, whatever happened on the way, and nobody is emailed twice for it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

import nextstep_contracts as events
from nextstep_contracts import Event
from nextstep_local.testing import converges
from notifications.calendar.details import Details
from notifications.calendar.entries import CalendarEntry, entry_from
from notifications.calendar.what_to_send import CalendarStep, Invitation, reconcile
from notifications.hearing.memory import Memory, is_fellow

from ..builders import (
    NOW,
    accepted,
    apply,
    cancelled,
    changed,
    scheduled,
    slot_booked,
    slot_released,
)
from ..builders import withdrawn as left

Sent = dict[tuple[str, str], Invitation]
FELLOW = frozenset({"person-1"})
ADDRESS = {"person-1": "applicant1@example.org"}


def one(event: Event, sent: Sent, *, fellows: frozenset[str] = FELLOW, now: datetime = NOW):
    return reconcile([entry_from(event)], fellows, ADDRESS, sent, now)


def after(*happened: Event) -> Sent:
    sent: Sent = {}
    for event in happened:
        sent = apply(sent, one(event, sent))
    return sent


def brief(steps: tuple[CalendarStep, ...]) -> list[tuple[str, int]]:
    return [(step.change, step.invitation.sequence) for step in steps]


def test_a_fellow_is_invited_to_a_dated_session():
    assert brief(one(scheduled(), {})) == [("invited", 0)]


def test_the_same_session_again_sends_nothing():
    assert one(scheduled(), after(scheduled())) == ()


def test_a_change_keeps_the_entry_and_raises_its_sequence_by_one():
    steps = one(changed(), after(scheduled()))
    assert brief(steps) == [("changed", 1)]
    assert steps[0].before is not None
    assert steps[0].before.on == date(2024, 10, 8)


def test_a_change_that_no_calendar_shows_sends_nothing():
    assert one(changed(on=date(2024, 10, 8)), after(scheduled())) == ()


def test_a_cancelled_session_leaves_calendars():
    steps = one(cancelled(), after(scheduled(), changed()))
    assert brief(steps) == [("cancelled", 2)]
    assert steps[0].method == "CANCEL"
    assert steps[0].reason == "The speaker is ill."


def test_a_session_cancelled_before_anybody_was_invited_sends_nothing():
    assert one(cancelled(), {}) == ()


def test_a_session_put_back_on_is_invited_anew_with_a_higher_sequence():
    sent = after(scheduled(), cancelled())
    assert brief(one(changed(revision=4), sent)) == [("invited", 2)]


def test_somebody_outside_the_audience_is_not_invited():
    assert one(scheduled(audience=("person-2",)), {}) == ()


def test_somebody_taken_off_the_audience_gets_a_cancellation():
    sent = after(scheduled(audience=("person-1",)))
    assert brief(one(changed(audience=("person-2",)), sent)) == [("cancelled", 1)]


def test_a_withdrawn_fellow_gets_cancellations_of_future_sessions_only():
    sent = after(scheduled(1, on=date(2024, 10, 8)), scheduled(2, on=date(2024, 12, 8)))
    between = datetime.combine(date(2024, 11, 1), time(), NOW.tzinfo)
    entries = [entry_from(scheduled(1)), entry_from(scheduled(2, on=date(2024, 12, 8)))]
    steps = reconcile(entries, frozenset(), ADDRESS, sent, between)
    assert [s.invitation.entry_id for s in steps] == ["session-2"]


def test_a_late_joiner_is_invited_to_what_remains():
    between = datetime.combine(date(2024, 11, 1), time(), NOW.tzinfo)
    entries = [entry_from(scheduled(1)), entry_from(scheduled(2, on=date(2024, 12, 8)))]
    steps = reconcile(entries, FELLOW, ADDRESS, {}, between)
    assert [(s.invitation.entry_id, s.change) for s in steps] == [("session-2", "invited")]


def test_a_session_moved_out_of_the_past_is_changed_in_calendars():
    now = NOW + timedelta(days=40)
    assert one(scheduled(), {}, now=now) == ()
    steps = one(changed(on=date(2024, 12, 1)), after(scheduled()), now=now)
    assert brief(steps) == [("changed", 1)]


def test_a_new_address_gets_the_invitation_too():
    sent = after(scheduled())
    steps = reconcile([entry_from(scheduled())], FELLOW, {"person-1": "new@example.org"}, sent, NOW)
    assert brief(steps) == [("changed", 1)]


def test_somebody_without_an_address_gets_nothing():
    assert reconcile([entry_from(scheduled())], FELLOW, {}, {}, NOW) == ()


def test_a_booked_slot_is_invited_and_a_released_one_cancelled():
    sent = after(slot_booked())
    assert sent["slot:slot-1", "person-1"].details.starts == time(9)  # winter time by then
    assert brief(one(slot_released(), sent)) == [("cancelled", 1)]


def test_an_open_time_fills_the_day_until_it_is_set():
    details = entry_from(scheduled(starts=None)).details
    assert details is not None
    assert not details.timed
    assert details.ends_at - details.starts_at == timedelta(days=1)
    assert brief(one(changed(starts=time(9)), after(scheduled(starts=None)))) == [("changed", 1)]


def test_a_session_past_midnight_ends_on_the_next_day():
    details = Details("Late", date(2024, 10, 8), time(22), time(1), "Europe/London", "Online")
    assert details.ends_at - details.starts_at == timedelta(hours=3)


def test_details_survive_storage():
    for event in (scheduled(), scheduled(starts=None)):
        details = entry_from(event).details
        assert details is not None
        assert Details.from_document(details.document()) == details


# --- any order, any duplication -----------------------------------------------------------------

HISTORY: tuple[Event, ...] = (
    scheduled(1),
    changed(1, revision=2),
    changed(1, revision=3, starts=time(18)),
    scheduled(2, on=date(2024, 11, 7), audience=("person-1", "person-2")),
    changed(2, revision=2, on=date(2024, 11, 7), audience=("person-2", "person-3")),
    scheduled(3, on=date(2024, 12, 11), starts=None),
    cancelled(3, revision=2),
    scheduled(4, on=date(2024, 8, 1)),
    accepted(1),
    accepted(2),
    left(2, revision=4),
    accepted(3, revision=5),
    left(3, revision=4),
)


@dataclass
class Calendars:
    """The service in small: newest facts, what was sent, and every email on the way."""

    entries: dict[str, CalendarEntry] = field(default_factory=dict)
    memories: dict[str, Memory] = field(default_factory=dict)
    sent: Sent = field(default_factory=dict)
    emails: list[CalendarStep] = field(default_factory=list)

    def hear(self, event: Event) -> None:
        if isinstance(event, events.PlaceAccepted | events.ApplicationWithdrawn):
            memory = self.memories.get(event.person.person_id, Memory())
            self.memories[event.person.person_id] = memory.hear(type(event), event.revision)
        else:
            entry = entry_from(event)
            known = self.entries.get(entry.entry_id)
            if known is None or entry.revision > known.revision:
                self.entries[entry.entry_id] = entry

    def settle(self) -> None:
        fellows = frozenset(p for p, memory in self.memories.items() if is_fellow(memory))
        addresses = {p: f"{p}@example.org" for p in self.memories}
        steps = reconcile(self.entries.values(), fellows, addresses, self.sent, NOW)
        self.sent = apply(self.sent, steps)
        self.emails += steps

    @property
    def shown(self) -> set[tuple[str, str, Details]]:
        return {(i.person_id, i.entry_id, i.details) for i in self.sent.values() if i.active}


def played(order: list[Event] | tuple[Event, ...], settle_each: bool = True) -> Calendars:
    calendars = Calendars()
    for event in order:
        calendars.hear(event)
        if settle_each:
            calendars.settle()
    calendars.settle()
    return calendars


@settings(max_examples=150)
@given(converges(HISTORY), st.booleans())
def test_any_order_and_duplication_ends_in_the_same_calendars(order: list[Event], each: bool):
    ended = played(order, settle_each=each)
    assert ended.shown == played(HISTORY).shown
    before = len(ended.emails)
    ended.settle()
    assert len(ended.emails) == before


@settings(max_examples=150)
@given(converges(HISTORY))
def test_no_calendar_is_emailed_twice_with_one_sequence_and_each_follows_the_last(
    order: list[Event],
):
    emails = played(order).emails
    counted = Counter(
        (m.invitation.person_id, m.invitation.entry_id, m.invitation.sequence) for m in emails
    )
    assert set(counted.values()) <= {1}
    latest: dict[tuple[str, str], int] = {}
    for email in emails:
        key = (email.invitation.person_id, email.invitation.entry_id)
        assert email.invitation.sequence == latest.get(key, -1) + 1
        latest[key] = email.invitation.sequence


def test_the_plain_order_shows_what_one_would_expect():
    assert {(person, entry) for person, entry, _ in played(HISTORY).shown} == {
        ("person-1", "session-1"),
        ("person-3", "session-1"),
        ("person-3", "session-2"),
    }
