"""Logs, traces and metrics follow a message through outbox, bus and handler."""

import json

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes.cloudevents_attributes import (
    CLOUDEVENTS_EVENT_ID,
    CLOUDEVENTS_EVENT_SOURCE,
    CLOUDEVENTS_EVENT_SUBJECT,
    CLOUDEVENTS_EVENT_TYPE,
)
from opentelemetry.semconv._incubating.attributes.messaging_attributes import (
    MESSAGING_DESTINATION_NAME,
    MESSAGING_MESSAGE_CONVERSATION_ID,
    MESSAGING_MESSAGE_ID,
    MESSAGING_OPERATION_NAME,
    MESSAGING_OPERATION_TYPE,
    MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY,
    MESSAGING_SYSTEM,
    MessagingOperationTypeValues,
    MessagingSystemValues,
)
from opentelemetry.trace import SpanKind
from prometheus_client import generate_latest

from nextstep_contracts import OfferLapsed
from nextstep_local.testing import eventually
from nextstep_messaging import configure_logging
from nextstep_messaging.bus.tracing import configure_tracing

from ..builders import START, hearing, lapsed


@pytest.mark.stack
async def test_the_trace_of_a_request_reaches_the_handler(services):
    configure_tracing("tests")
    seen = []

    async def note(_event):
        seen.append(trace.get_current_span().get_span_context().trace_id)

    sender = await services.start("applications")
    await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def work(uow):
        uow.publish(lapsed(1))

    with trace.get_tracer("tests").start_as_current_span("request") as span:
        await sender.transact(work)
    await eventually(lambda: seen == [span.get_span_context().trace_id])


@pytest.fixture
def spans():
    """What is recorded from now on."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        configure_tracing("tests")
    exporter = InMemorySpanExporter()
    processor = SimpleSpanProcessor(exporter)
    trace.get_tracer_provider().add_span_processor(processor)
    yield exporter.get_finished_spans
    exporter.shutdown()  # a processor cannot be taken away again


@pytest.mark.stack
async def test_spans_are_named_and_described_by_the_conventions_for_messaging(services, spans):
    async def note(event: OfferLapsed) -> None: ...

    sender = await services.start("applications")
    await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def work(uow):
        return uow.publish(lapsed(1)), uow.correlation_id

    event_id, correlation = await sender.transact(work)
    key = "applications.OfferLapsed.v1"
    where = f"nextstep.events:{key}"

    def both():
        mine = [s for s in spans() if s.attributes.get(MESSAGING_MESSAGE_ID) == str(event_id)]
        return len(mine) == 2 and {span.name: span for span in mine}

    found = await eventually(both)
    common = {
        MESSAGING_SYSTEM: MessagingSystemValues.RABBITMQ.value,
        MESSAGING_RABBITMQ_DESTINATION_ROUTING_KEY: key,
        MESSAGING_MESSAGE_ID: str(event_id),
        MESSAGING_MESSAGE_CONVERSATION_ID: str(correlation),
        CLOUDEVENTS_EVENT_ID: str(event_id),
        CLOUDEVENTS_EVENT_SOURCE: "applications",
        CLOUDEVENTS_EVENT_TYPE: key,
        CLOUDEVENTS_EVENT_SUBJECT: "a1",
    }
    published, processed = found[f"publish {where}"], found[f"process {where}"]
    assert published.kind == SpanKind.PRODUCER
    assert dict(published.attributes) == common | {
        MESSAGING_OPERATION_NAME: "publish",
        MESSAGING_OPERATION_TYPE: MessagingOperationTypeValues.SEND.value,
        MESSAGING_DESTINATION_NAME: where,
    }
    assert processed.kind == SpanKind.CONSUMER
    assert dict(processed.attributes) == common | {
        MESSAGING_OPERATION_NAME: "process",
        MESSAGING_OPERATION_TYPE: MessagingOperationTypeValues.PROCESS.value,
        MESSAGING_DESTINATION_NAME: f"{where}:notifications.OfferLapsed",
    }


@pytest.mark.stack
async def test_faststreams_own_counters_count_a_message_once_however_often_it_is_tried(
    services, metric
):
    def count(name):
        labels = {"app_name": "notifications", "broker": "rabbitmq"}
        return metric(name, **labels, handler="nextstep.events.applications.OfferLapsed.v1")

    before = count("nextstep_bus_received_messages_total")
    tries = []

    async def second_time(event: OfferLapsed) -> None:
        tries.append(event)
        if len(tries) == 1:
            raise RuntimeError("not yet")

    sender = await services.start("applications")
    await services.start("notifications", hears=[hearing(OfferLapsed, second_time)])

    async def work(uow):
        uow.publish(lapsed(1))

    await sender.transact(work)
    await eventually(lambda: len(tries) == 2)
    await eventually(lambda: count("nextstep_bus_received_messages_in_process") == 0)
    assert count("nextstep_bus_received_messages_total") == before + 1


@pytest.mark.stack
async def test_the_gauges_tell_what_is_left_to_do(services, metric):
    messaging = services.build("applications")
    await messaging.open()

    async def work(uow):
        uow.publish(lapsed(1))
        await uow.schedule("due", "remind", START)
        await uow.schedule("not due", "remind", uow.now.replace(year=uow.now.year + 1))

    async def three():
        return 3

    await messaging.transact(work)
    messaging.pending("receipts", three)
    untouched = metric("nextstep_outbox_depth")
    await messaging.measure(["nextstep_timers_due"])
    assert (metric("nextstep_timers_due"), metric("nextstep_outbox_depth")) == (1, untouched)
    await messaging.measure()
    assert metric("nextstep_outbox_depth") == 1
    assert 0 < metric("nextstep_outbox_age_seconds") < 60
    assert metric("nextstep_timers_due") == 1
    assert metric("nextstep_work_pending", kind="receipts") == 3


@pytest.mark.stack
async def test_work_that_is_done_while_it_is_counted_is_seen_in_the_outbox(services, metric):
    messaging = services.build("applications")
    await messaging.open()

    async def done_just_before():
        await messaging.transact(says_lapsed)
        return 0

    async def says_lapsed(uow):
        uow.publish(lapsed(1))

    messaging.pending("receipts", done_just_before)
    await messaging.measure()
    assert metric("nextstep_work_pending", kind="receipts") == 0
    assert metric("nextstep_outbox_depth") == 1


@pytest.mark.stack
async def test_a_handled_event_is_counted_on_both_sides(services, metric):
    def counts():
        labels = {"consumer": "notifications", "event": "OfferLapsed", "outcome": "handled"}
        return (
            metric("nextstep_published_total", event="OfferLapsed", addressee=""),
            metric("nextstep_handled_total", **labels),
            metric("nextstep_handler_seconds_count", event="OfferLapsed"),
        )

    async def note(_event):
        return

    published, handled, timed = counts()
    sender = await services.start("applications")
    await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def work(uow):
        uow.publish(lapsed(1))

    await sender.transact(work)
    await eventually(lambda: counts() == (published + 1, handled + 1, timed + 1))
    labels = 'consumer="notifications",event="OfferLapsed"'
    assert f"nextstep_subscription_info{{{labels}}} 1.0" in generate_latest().decode()


@pytest.mark.stack
async def test_lines_logged_while_handling_carry_the_correlation(services, capsys):
    configure_logging("notifications")

    async def note(event):
        structlog.get_logger("test").info("noted", application_id=event.application_id)

    sender = await services.start("applications")
    await services.start("notifications", hears=[hearing(OfferLapsed, note)])

    async def work(uow):
        return uow.publish(lapsed(1)), uow.correlation_id

    event_id, correlation = await sender.transact(work)
    printed = ""

    def noted():
        nonlocal printed
        printed += capsys.readouterr().out
        return '"noted"' in printed

    await eventually(noted)
    (line,) = (json.loads(line) for line in printed.splitlines() if '"noted"' in line)
    assert line["service"] == "notifications"
    assert line["level"] == "info"
    assert line["application_id"] == "a1"
    assert line["event_id"] == str(event_id)
    assert line["correlation_id"] == str(correlation)
