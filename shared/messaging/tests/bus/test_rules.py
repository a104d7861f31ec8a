"""The parts that are pure: retry decisions, positions, names, headers, dead-letter rows."""

from datetime import UTC
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextstep_contracts import EmailSent, Envelope, PersonErased, PlaceOffered
from nextstep_messaging.bus import dead_letters, topology
from nextstep_messaging.bus import envelope as wire
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
    assert topology.retry_queue("awards", 600) == "awards.retry.600s"
    assert topology.retry_queue("awards", 0.5) == "awards.retry.0.5s"
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


def test_an_attempt_header_that_is_no_number_counts_as_none():
    assert wire.attempt_of({wire.ATTEMPT: "many"}) == 0


def test_the_same_unreadable_message_without_an_id_has_the_same_key():
    first = dead_letters.to_row("awards", {}, b"\xff", None)
    second = dead_letters.to_row("awards", {}, b"\xff", None)
    assert first["_id"] == second["_id"]
    assert UUID(first["message_id"])
    assert first["queue"] == "awards.unknown"
    assert first["body"] == "\\xff"
