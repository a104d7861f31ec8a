"""Trace context from a request, through the outbox and the bus, into the handler."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from nextstep_contracts import Envelope

_tracer = trace.get_tracer("nextstep_messaging")
_propagator = TraceContextTextMapPropagator()


def configure_tracing(service: str) -> None:
    """Record spans under the service's name, so that trace ids exist and are passed on.

    Without an exporter they go nowhere; whoever wants them adds one to the global provider.
    """
    resource = Resource.create({"service.name": service})
    trace.set_tracer_provider(TracerProvider(resource=resource))


def current_traceparent() -> str | None:
    """The W3C `traceparent` of the span we are in, or None outside any recorded trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def handling_span(queue: str, envelope: Envelope) -> Iterator[None]:
    """A span for handling a message, a child of the span that published it."""
    with _span(f"{queue} process", SpanKind.CONSUMER, envelope):
        yield


@contextmanager
def publishing_span(envelope: Envelope) -> Iterator[None]:
    """A span for relaying an event, a child of the span that put it into the outbox."""
    with _span(f"{envelope.type} publish", SpanKind.PRODUCER, envelope):
        yield


@contextmanager
def _span(name: str, kind: SpanKind, envelope: Envelope) -> Iterator[None]:
    carrier = {"traceparent": envelope.traceparent} if envelope.traceparent else {}
    attributes = {
        "messaging.system": "rabbitmq",
        "messaging.message.id": str(envelope.id),
        "messaging.message.conversation_id": str(envelope.correlation_id),
        "cloudevents.event_type": envelope.type,
        "cloudevents.event_subject": envelope.subject,
    }
    parent = _propagator.extract(carrier)
    with _tracer.start_as_current_span(name, context=parent, kind=kind, attributes=attributes):
        yield
