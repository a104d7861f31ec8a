"""Trace context from a request, through the outbox and the bus, into the handler.

Names and attributes are those of OpenTelemetry's conventions for messaging and RabbitMQ. The
middleware that FastStream offers names its spans the other way round, by attributes that the
conventions have left, and adds a span "create" to each message; so these are our own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from nextstep_contracts import Envelope
from nextstep_messaging.bus.topology import EXCHANGE

_tracer = trace.get_tracer("nextstep_messaging")
_propagator = TraceContextTextMapPropagator()


def configure_tracing(service: str) -> None:
    """Record spans under the service's name, so that trace ids exist and are passed on.

    Without an exporter they go nowhere; whoever wants them adds one to the global provider.
    """
    resource = Resource.create({"service.name": service})
    trace.set_tracer_provider(TracerProvider(resource=resource))


@contextmanager
def handling_span(queue: str, envelope: Envelope) -> Iterator[None]:
    """A span for handling a message, a child of the span that published it."""
    with _span("process", "process", SpanKind.CONSUMER, envelope, f":{queue}"):
        yield


@contextmanager
def publishing_span(envelope: Envelope) -> Iterator[None]:
    """A span for relaying an event, a child of the span that put it into the outbox."""
    with _span("publish", "send", SpanKind.PRODUCER, envelope):
        yield


@contextmanager
def _span(
    operation: str, kind_of_operation: str, kind: SpanKind, envelope: Envelope, queue: str = ""
) -> Iterator[None]:
    destination = f"{EXCHANGE}:{envelope.type}"
    attributes = {
        "messaging.system": "rabbitmq",
        "messaging.operation.name": operation,
        "messaging.operation.type": kind_of_operation,
        "messaging.destination.name": destination + queue,
        "messaging.rabbitmq.destination.routing_key": envelope.type,
        "messaging.message.id": str(envelope.id),
        "messaging.message.conversation_id": str(envelope.correlation_id),
        "cloudevents.event_id": str(envelope.id),
        "cloudevents.event_source": envelope.source,
        "cloudevents.event_type": envelope.type,
        "cloudevents.event_subject": envelope.subject,
    }
    carrier = {"traceparent": envelope.traceparent} if envelope.traceparent else {}
    parent = _propagator.extract(carrier)
    name = f"{operation} {destination}"
    with _tracer.start_as_current_span(name, context=parent, kind=kind, attributes=attributes):
        yield
