# ruff: noqa: INP001 - a program that is run by its path, not part of a package
"""Say what of the broker's definitions is missing on the broker, or is there in another way.

    rabbitmqctl export_definitions - | python3 compare.py definitions.json

A publisher hears only that nobody got an event, and a consumer cannot see its own bindings: when
one of several queues of an event loses its binding, that service hears no more of it and nobody is
told. Whoever operates the broker may look, and so this is for them to run, every few minutes.
Exits 1 and names everything in a line of its own; what is there beyond the definitions is left
alone. Needs Python 3.11, nothing else.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Document = Mapping[str, Any]
KEYS: Mapping[str, tuple[str, ...]] = {
    "exchanges": ("vhost", "name"),
    "queues": ("vhost", "name"),
    "bindings": ("vhost", "source", "destination_type", "destination", "routing_key"),
    "policies": ("vhost", "name"),
    "permissions": ("vhost", "user"),
    "topic_permissions": ("vhost", "user", "exchange"),
}
"""What names one thing of a kind, and by which it is found again."""
COMPARED: Mapping[str, tuple[str, ...]] = {
    "exchanges": ("type", "durable", "internal"),
    "policies": ("pattern", "apply-to", "priority", "definition"),
    "permissions": ("configure", "write", "read"),
    "topic_permissions": ("write", "read"),
}
"""What of it has to be as it was defined. A queue that is there keeps the arguments that it has."""


def differences(wanted: Document, there: Document) -> list[str]:
    """What is missing or otherwise, each in a sentence; nothing when all is as defined."""
    return [line for kind in KEYS for line in _of_kind(kind, wanted, there)]


def _of_kind(kind: str, wanted: Document, there: Document) -> Iterator[str]:
    found = {_key(kind, one): one for one in there.get(kind, ())}
    for one in wanted.get(kind, ()):
        known = found.get(_key(kind, one))
        if known is None:
            yield f"missing: {_named(kind, one)}"
            continue
        for name in COMPARED.get(kind, ()):
            if known.get(name) != one[name]:
                as_it_is = f"{name} is {known.get(name)!r} and should be {one[name]!r}"
                yield f"otherwise: {_named(kind, one)}: {as_it_is}"


def _key(kind: str, one: Document) -> tuple[Any, ...]:
    return tuple(one.get(name) for name in KEYS[kind])


def _named(kind: str, one: Document) -> str:
    if kind == "bindings":
        return (
            f"the binding of {one['destination']} to {one['source']} by {one['routing_key']!r}: "
            f"{one['destination'].partition('.')[0]} does not hear it"
        )
    if kind in ("permissions", "topic_permissions"):
        return f"{kind.replace('_', ' ')} of {one['user']}"
    return f"{kind} {one['name']}"


def main(wanted: Path) -> int:
    """Compare the file with what standard input says is there; 1 if anything differs."""
    found = differences(json.loads(wanted.read_text()), json.load(sys.stdin))
    print(*found or ["The broker has all of its definitions."], sep="\n")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
