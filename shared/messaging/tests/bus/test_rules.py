"""The parts that are pure: retry decisions, positions, names, headers, dead-letter rows."""

from datetime import UTC
from types import SimpleNamespace
from uuid import UUID, uuid4

import aio_pika
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextstep_contracts import EmailSent, Envelope, PersonErased, PlaceOffered
from nextstep_contracts.catalogue import SERVICES
from nextstep_messaging.bus import dead_letters, topology
from nextstep_messaging.bus import envelope as wire
from nextstep_messaging.bus import sender as sender_module
from nextstep_messaging.bus.retry import Die, Wait, after_failure
from nextstep_messaging.database.outbox import Positions, from_row, outgoing, to_row

from ..builders import START, offered

DELAYS = (10, 60, 600)


@pytest.mark.parametrize(
    ("attempt", "step"), [(0, Wait(10, 1)), (1, Wait(60, 2)), (2, Wait(600, 3)), (3, Die())]
)
def test_a_failing_message_waits_longer_each_time_and_then_dies(attempt, step):
    assert after_failure(attempt, DELAYS) == step


def test_without_delays_a_failing_message_dies_at_once():
    assert after_failure(0, ()) == Die()


def test_positions_only_ever_rise():
    positions = Positions()
    taken = [positions.next() for _ in range(1000)]
    assert taken == sorted(set(taken))


def test_positions_rise_though_the_clock_goes_back(monkeypatch):
    from nextstep_messaging.database import outbox

    positions = Positions()
    before = positions.next()
    monkeypatch.setattr(outbox.time, "time_ns", lambda: 5)
    assert positions.next() == before + 1


def test_names_on_the_broker():
    assert topology.consumer_queue("notifications", PlaceOffered) == "notifications.PlaceOffered"
    assert topology.binding(PlaceOffered, "notifications") == "applications.PlaceOffered.*"
    assert topology.binding(PersonErased, "awards") == "*.PersonErased.*"
    addressed = topology.binding(EmailSent, "awards")
    assert addressed == "notifications.EmailSent.*.awards"
    assert topology.address(EmailSent.type_for(), "awards") == "notifications.EmailSent.v1.awards"
    assert topology.later_exchange("awards", 600) == "awards.later.600s"
    assert topology.waiting_queue("awards", 0.5) == "awards.waiting.0.5s"
    assert topology.own_exchange("awards") == "awards.own"
    assert topology.dead_queue("awards") == "awards.dead"


text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
moments = st.datetimes(timezones=st.just(UTC))
envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    source=text,
    type=text,
    time=moments,
    subject=text,
    correlation_id=st.uuids(),
    causation_id=st.none() | st.uuids(),
    traceparent=st.none() | st.just("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
)


@settings(deadline=None)  # the machine may be busy
@given(envelopes)
def test_an_envelope_survives_the_headers(envelope):
    assert wire.from_headers(wire.to_headers(envelope)) == envelope


@settings(deadline=None)
@given(envelopes, st.integers())
def test_an_outgoing_event_survives_the_outbox(envelope, position):
    made = outgoing(
        offered(1),
        service="applications",
        now=envelope.time,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.causation_id,
        traceparent=envelope.traceparent,
    )
    assert from_row(to_row(made, position)) == made


def test_a_publisher_without_correlation_starts_a_story_of_its_own():
    headers = wire.to_headers(
        Envelope(id=uuid4(), source="x", type="y", time=START, subject="z", correlation_id=uuid4())
    )
    del headers["correlationid"]
    envelope = wire.from_headers(headers)
    assert envelope.correlation_id == envelope.id


def test_headers_of_the_broker_are_not_sent_on():
    headers = {"ce-id": "1", "x-death": [], "x-first-death-queue": "q", "x-delivery-count": 2}
    assert wire.own(headers) == {"ce-id": "1"}
    assert wire.own({"ce-id": "1", "CC": ["x"], "BCC": ["y"]}) == {"ce-id": "1"}


def test_an_attempt_header_that_is_no_number_counts_as_none():
    assert wire.attempt_of({wire.ATTEMPT: "many"}) == 0


def dead(body=b"{}", headers=None, **properties):
    """A message as it comes out of a queue of dead letters."""
    message = aio_pika.Message(body, headers=headers or {}, **properties)
    return SimpleNamespace(
        body=body,
        headers=message.headers,
        user_id=message.user_id,
        message_id=message.message_id,
    )


def test_the_same_unreadable_message_without_an_id_has_the_same_key():
    first = dead_letters.to_row("awards", dead(b"\xff"))
    second = dead_letters.to_row("awards", dead(b"\xff"))
    assert first["_id"] == second["_id"]
    assert UUID(first["message_id"])
    assert first["queue"] == "awards.unknown"
    assert first["body"] == "\\xff"


@pytest.mark.parametrize(
    ("user", "headers", "sender", "key"),
    [
        ("awards", {sender_module.SENDER: "applications"}, "applications", "q:m"),
        ("awards", {sender_module.SENDER: "scheduling"}, "scheduling", "q:m:scheduling"),
        ("awards", {sender_module.SENDER: ""}, None, "q:m:unproven"),
        ("applications", {"x-first-death-queue": "q"}, "applications", "q:m"),
        ("scheduling", {"x-first-death-queue": "q"}, "scheduling", "q:m:scheduling"),
        ("nextstep", {}, None, "q:m"),
        (None, {}, None, "q:m"),
    ],
)
def test_a_dead_letter_knows_its_sender_and_takes_no_other_letters_place(
    user, headers, sender, key
):
    whole = {"ce-source": "applications", wire.CONSUMER: "q", **headers}
    row = dead_letters.to_row("awards", dead(headers=whole, user_id=user, message_id="m"))
    assert (row["sender"], row["_id"]) == (sender, key)


def test_two_who_tell_the_same_event_share_no_letter_and_no_inbox_row_whatever_its_id():
    queue = topology.consumer_queue("awards", PersonErased)
    letters = {
        dead_letters.to_row(
            "awards",
            dead(headers={"ce-source": s, "x-first-death-queue": queue}, user_id=s, message_id="m"),
        )["_id"]
        for s in SERVICES
    }
    assert len(letters) == len(SERVICES)
    assert len({topology.told(queue, sender) for sender in SERVICES}) == len(SERVICES)
    only = topology.consumer_queue("awards", PlaceOffered)
    assert {topology.told(only, sender) for sender in SERVICES} == {only}


def test_what_another_service_wrote_of_a_death_is_not_believed():
    written = {wire.CONSUMER: "other", wire.REASON: "nothing", "x-first-death-queue": "q"}
    row = dead_letters.to_row("awards", dead(headers=written, user_id="applications"))
    assert (row["queue"], row["reason"]) == ("q", "the broker gave up on it: unknown")


names = st.sampled_from(SERVICES)


@given(names, names)
def test_a_service_and_another_share_nothing_but_the_exchange_of_events(one, other):
    mine, theirs = (topology.of_consumer(s, topology.heard_by(s), DELAYS) for s in (one, other))
    if one != other:
        assert mine.exchanges.keys() & theirs.exchanges.keys() == {topology.EXCHANGE}
        assert not mine.queues.keys() & theirs.queues.keys()


@given(names)
def test_nothing_of_a_service_leads_out_of_it(service):
    """Dead letters and what waits come by its own exchange, which binds its own queues alone."""
    topology_ = topology.of_consumer(service, topology.heard_by(service), DELAYS)
    own = {f"{service}.own"} | {f"{service}.later.{delay}s" for delay in DELAYS}
    for queue in topology_.queues.values():
        assert queue.name.startswith(f"{service}.")
        assert {exchange for exchange, _ in queue.bindings} <= own | {topology.EXCHANGE}
        assert queue.policy.get("dead-letter-exchange", f"{service}.own") == f"{service}.own"


@given(names)
def test_what_a_publisher_sees_to_is_what_the_consumers_declare(service):
    seen = topology.of_publisher(topology.listeners(service))
    declared = topology.Topology({}, {})
    for consumer in SERVICES:
        declared |= topology.of_consumer(consumer, topology.heard_by(consumer))
    assert {name: declared.queues[name] for name in seen.queues} == seen.queues
    assert seen.exchanges.items() <= declared.exchanges.items()
