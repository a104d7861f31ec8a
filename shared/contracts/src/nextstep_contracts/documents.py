"""The documents made from the catalogue: JSON Schemas, an AsyncAPI 3 document and a page."""

import inspect
import json
from typing import Any

from nextstep_contracts.catalogue import CONSUMERS, SERVICES
from nextstep_contracts.event import ANY_PUBLISHER, Event
from nextstep_contracts.registry import EVENTS

EXCHANGE = "nextstep.events"


def json_schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the event's data as it is published."""
    schema = event.model_json_schema(mode="serialization")
    required = event.model_json_schema(mode="validation").get("required", [])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema} | {
        "required": required
    }


def publishers(event: type[Event]) -> tuple[str, ...]:
    """The services that may publish the event."""
    return SERVICES if event.publisher == ANY_PUBLISHER else (event.publisher,)


def consumers(event: type[Event]) -> tuple[str, ...]:
    """The services that subscribe to the event, by the agreed catalogue."""
    return CONSUMERS.get(event, ())


def meaning(event: type[Event]) -> str:
    """The event's docstring as one line."""
    return " ".join((inspect.getdoc(event) or "").split())


def schema_file(event: type[Event]) -> str:
    """The name of the event's schema file; `any` stands for any publisher."""
    return event.type_for("any" if event.publisher == ANY_PUBLISHER else None) + ".json"


def as_json(document: dict[str, Any]) -> str:
    """A document as JSON text that compares and diffs well."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _headers() -> dict[str, Any]:
    text = {"type": "string"}
    optional = {"causationid": text, "traceparent": text}
    needed = {
        "ce-specversion": {"const": "1.0"},
        "ce-id": {"type": "string", "format": "uuid"},
        "ce-source": text,
        "ce-type": text,
        "ce-time": {"type": "string", "format": "date-time"},
        "ce-subject": text,
        "correlationid": {"type": "string", "format": "uuid"},
    }
    return {"type": "object", "required": list(needed), "properties": needed | optional}


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.type_for(),
        "title": event.event_name,
        "summary": meaning(event),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-07",
            "schema": {"$ref": f"../shared/contracts/schemas/{schema_file(event)}"},
        },
    }


def _operation(action: str, name: str, service: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "tags": [{"name": service}],
    }


def asyncapi() -> dict[str, Any]:
    """The whole bus as an AsyncAPI 3.0 document."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for event in EVENTS:
        name = f"{event.event_name}V{event.version}"
        channels[name] = {
            "address": event.type_for(),
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {"name": EXCHANGE, "type": "topic", "durable": True},
                    "bindingVersion": "0.3.0",
                }
            },
        }
        for service in publishers(event):
            operations[f"{service}.says.{name}"] = _operation("send", name, service)
        for service in consumers(event):
            operations[f"{service}.hears.{name}"] = _operation("receive", name, service)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Next Step events",
            "version": "1.0.0",
            "description": "Binary CloudEvents 1.0 over AMQP 0.9.1. Each subscription is a durable "
            "quorum queue named <consumer>.<EventName>.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {f"{e.event_name}V{e.version}": _message(e) for e in EVENTS},
            "schemas": {"CloudEventHeaders": _headers()},
        },
    }


def _fields(event: type[Event]) -> str:
    parts = [
        f"`{name}`" + ("" if field.is_required() else " (optional)")
        for name, field in event.model_fields.items()
    ]
    return ", ".join(parts)


def _section(service: str, events: list[type[Event]]) -> list[str]:
    lines = [f"## {service}", "", "| event | means | heard by | data |", "|---|---|---|---|"]
    lines += [f"| `{e.type_for()}` | {meaning(e)} | {_hearers(e)} | {_fields(e)} |" for e in events]
    return [*lines, ""]


def _hearers(event: type[Event]) -> str:
    names = ", ".join(consumers(event)) or "nobody yet"
    return f"one of {names}" if event.addressed else names


def events_page() -> str:
    """`docs/events.md`: every event, what it means, who hears it and what it carries."""
    lines = [
        "# Events",
        "",
        "Made by `make docs` from `shared/contracts`; change the models, not this page.",
        "The same in machine-readable form: [`asyncapi.json`](asyncapi.json), and one JSON Schema",
        "per event in [`shared/contracts/schemas/`](../shared/contracts/schemas/).",
        "",
        f"Events travel on the topic exchange `{EXCHANGE}` as binary CloudEvents 1.0: the body is",
        "the data as JSON, the attributes are `ce-*` headers, the routing key is the type. Each",
        "subscription is one quorum queue named `<consumer>.<EventName>`.",
        "",
    ]
    for service in (*SERVICES, ANY_PUBLISHER):
        found = [event for event in EVENTS if event.publisher == service]
        title = "any service" if service == ANY_PUBLISHER else service
        lines += _section(title, found)
    return "\n".join(lines)
