"""An AsyncAPI 3 document in words for a person, and data that fits its schemas."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Document = dict[str, Any]
DIRECTIONS = {"receive": "hears", "send": "publishes"}
EXAMPLES = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date-time": "2024-09-02T12:00:00Z",
    "date": "2024-09-02",
    "string": "text",
    "integer": 1,
    "number": 1,
    "boolean": False,
    "null": None,
}
"""By a schema's format, else by its type."""


def descriptions(document: Document) -> Iterator[dict[str, Any]]:
    """Each operation of the document as the page shows it, by name."""
    schemas = document["components"]["schemas"]
    for name, operation in sorted(document["operations"].items()):
        channel = document["channels"][_last(operation["channel"])]
        (message,) = channel["messages"].values()
        payload = document["components"]["messages"][_last(message)]["payload"]
        schema = schemas[_last(payload)]
        amqp = channel["bindings"]["amqp"]
        yield {
            "name": name,
            "does": DIRECTIONS[operation["action"]],
            "means": " ".join((channel.get("description") or "").split()),
            "where": amqp["queue"]["name"] if "queue" in amqp else amqp["exchange"]["name"],
            "key": channel["address"],
            "fields": [*_fields(document, schema)],
        }


def _fields(document: Document, schema: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    required = schema.get("required", ())
    for name, field in schema["properties"].items():
        yield {
            "name": name,
            "kind": _kind(document, field),
            "needed": "yes" if name in required else "no",
            "means": field.get("description", ""),
        }


def _kind(document: Document, field: Mapping[str, Any]) -> str:
    """What a field holds, in a few words."""
    if "$ref" in field:
        return _last(field)
    if "anyOf" in field:
        return " or ".join(_kind(document, one) for one in field["anyOf"])
    if "const" in field or "enum" in field:
        return ", ".join(json.dumps(one) for one in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {_kind(document, field.get('items') or field.get('prefixItems', [{}])[0])}"
    return str(field.get("format") or field.get("type", "anything"))


def example(document: Document, schema: Mapping[str, Any]) -> Any:
    """Data that a schema allows, with as little in it as may be."""
    if "$ref" in schema:
        return example(document, document["components"]["schemas"][_last(schema)])
    if "anyOf" in schema:
        return example(document, schema["anyOf"][0])
    if chosen := [schema[key] for key in ("default", "const") if key in schema]:
        return chosen[0]
    if listed := schema.get("enum") or schema.get("examples"):
        return listed[0]
    return _example_of_type(document, schema)


def _example_of_type(document: Document, schema: Mapping[str, Any]) -> Any:
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: example(document, fields[name]) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [example(document, schema["items"])] * schema.get("minItems", 0)
    return EXAMPLES.get(schema.get("format", ""), EXAMPLES.get(schema.get("type", "string")))


def _last(reference: Mapping[str, Any]) -> str:
    """The name at the end of a `$ref`."""
    return str(reference["$ref"]).rsplit("/", 1)[-1].replace("~1", "/")
