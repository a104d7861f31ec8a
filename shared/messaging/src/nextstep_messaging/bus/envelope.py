"""Binary CloudEvents 1.0 over AMQP 0.9.1: the body is the data, the attributes are headers."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from nextstep_contracts import Envelope, Event, UnknownEventError, decode

SPEC_VERSION = "1.0"
ATTEMPT = "nextstep-attempt"
"""Our own count of passes through a retry queue; RabbitMQ 4 ignores a client's `x-death`."""
REASON = "nextstep-reason"
"""Why a message is a dead letter, in words for the person who reads it."""
CONSUMER = "nextstep-consumer"
"""The queue a dead letter came from and goes back to when it is replayed."""
DIED_AT = "nextstep-died-at"
OURS = (ATTEMPT, REASON, CONSUMER, DIED_AT)
"""What the consumer alone says of a message; see `sender.py` for one more."""

BROKERS = ("x-death", "x-first-death", "x-last-death", "x-delivery-count", "x-acquired-count")
COPIES = ("CC", "BCC")
"""By these the broker would route again what a service sends to itself."""

Headers = dict[str, Any]


class UnreadableError(ValueError):
    """A message that no further try can read; the text says what is wrong with it."""


def to_headers(envelope: Envelope) -> Headers:
    """The AMQP headers that carry an envelope."""
    headers: Headers = {
        "ce-specversion": SPEC_VERSION,
        "ce-id": str(envelope.id),
        "ce-source": envelope.source,
        "ce-type": envelope.type,
        "ce-time": envelope.time.astimezone(UTC).isoformat(),
        "ce-subject": envelope.subject,
        "correlationid": str(envelope.correlation_id),
    }
    if envelope.causation_id is not None:
        headers["causationid"] = str(envelope.causation_id)
    if envelope.traceparent is not None:
        headers["traceparent"] = envelope.traceparent
    return headers


def from_headers(headers: Mapping[str, Any]) -> Envelope:
    """The envelope that AMQP headers carry.

    Raises:
        UnreadableError: an attribute is missing or malformed.

    """
    try:
        event_id = UUID(_text(headers["ce-id"]))
        correlation = headers.get("correlationid")
        causation = headers.get("causationid")
        traceparent = headers.get("traceparent")
        return Envelope(
            id=event_id,
            source=_text(headers["ce-source"]),
            type=_text(headers["ce-type"]),
            time=datetime.fromisoformat(_text(headers["ce-time"])),
            subject=_text(headers["ce-subject"]),
            # a publisher that sends none starts a new story with this event
            correlation_id=UUID(_text(correlation)) if correlation else event_id,
            causation_id=UUID(_text(causation)) if causation else None,
            traceparent=_text(traceparent) if traceparent else None,
        )
    except KeyError as error:
        raise UnreadableError(f"the header {error.args[0]!r} is missing") from error
    except ValueError as error:
        raise UnreadableError(f"the CloudEvents headers are malformed: {error}") from error


def read(headers: Mapping[str, Any], body: bytes) -> Event:
    """The event in a message's body, brought up to its newest version.

    Raises:
        UnreadableError: the type is unknown or the data does not fit it.

    """
    event_type = _text(headers.get("ce-type", ""))
    try:
        return decode(event_type, json.loads(body))
    except UnknownEventError as error:
        raise UnreadableError(str(error)) from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()
        )
        raise UnreadableError(f"the data does not fit {event_type}: {problems}") from error
    except (ValueError, TypeError, LookupError) as error:
        raise UnreadableError(f"the body cannot be read: {error}") from error


def attempt_of(headers: Mapping[str, Any]) -> int:
    """How often a message has been through a retry queue; 0 for a first delivery."""
    value = headers.get(ATTEMPT, 0)
    return value if isinstance(value, int) else 0


def own(headers: Mapping[str, Any]) -> Headers:
    """The headers that publishers set, without those that the broker adds or routes by."""
    return {
        name: value
        for name, value in headers.items()
        if name not in COPIES and not name.startswith(BROKERS)
    }


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
