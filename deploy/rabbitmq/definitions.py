# ruff: noqa: INP001 - a program that is run by its path, not part of a package
"""Users, permissions and policies of the broker, as a definitions file that it loads at boot.

    python definitions.py OUTPUT

Passwords come from the environment (`<SERVICE>_AMQP_PASSWORD`, `RABBITMQ_OPERATOR_PASSWORD`) and
leave it only as salted hashes. What a service may touch follows from the catalogue of events:

- it publishes under its own name only: the topic permission allows it no other routing key;
- it reads its own queues, and binds them only to the events that it is agreed to hear;
- of other services' queues it reaches those that hear its own events, because a publisher
  declares them before its first publish, so that nothing is lost for a consumer never started.

It needs to write to the default exchange, which dead letters pass through, and RabbitMQ does not
restrict which queue a message goes to from there.
"""

import base64
import hashlib
import json
import os
import re
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nextstep_contracts.catalogue import CONSUMERS, SERVICES
from nextstep_messaging.bus.topology import (
    EXCHANGE,
    binding,
    consumer_queue,
    dead_queue,
    listeners,
)

DEFAULT_EXCHANGE = "amq.default"
OPERATOR = "operator"
LEAST_PASSWORD = 16

QUEUE_LIMITS = {
    # A message that kills its consumer again and again becomes a dead letter. RabbitMQ 4 would
    # stop at 20, older ones never; restarts during a roll-out count too.
    "delivery-limit": 50,
    # A consumer that is away for weeks must not fill the disk: the publisher's outbox waits.
    "max-length-bytes": 1 << 30,
    "overflow": "reject-publish",
}


def definitions(passwords: Mapping[str, str], vhost: str = "/") -> dict[str, Any]:
    """The whole file. `passwords` has one for each service and for the operator."""
    return {
        "vhosts": [{"name": vhost}],
        "users": [
            *(_user(name, passwords[name], []) for name in SERVICES),
            _user(OPERATOR, passwords[OPERATOR], ["administrator"]),
        ],
        "permissions": [
            *(_permission(name, vhost) for name in SERVICES),
            {"user": OPERATOR, "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"},
        ],
        "topic_permissions": [_topics(name, vhost) for name in SERVICES],
        "policies": [
            {
                "vhost": vhost,
                "name": "nextstep-queues",
                "pattern": f"^({'|'.join(SERVICES)})\\.",
                "apply-to": "queues",
                "priority": 0,
                "definition": QUEUE_LIMITS,
            }
        ],
    }


def _permission(service: str, vhost: str) -> dict[str, str]:
    heard = listeners(service)
    reached = {consumer_queue(who, event) for event, known in heard.items() for who in known}
    dead = {dead_queue(who) for known in heard.values() for who in known}
    own = rf"{service}\..*"
    return {
        "user": service,
        "vhost": vhost,
        "configure": _any_of({EXCHANGE} | reached | dead, own),
        "write": _any_of({EXCHANGE, DEFAULT_EXCHANGE} | reached, own),
        "read": _any_of({EXCHANGE} | reached, own),
    }


def _topics(service: str, vhost: str) -> dict[str, str]:
    own = {binding(event, service) for event, known in CONSUMERS.items() if service in known}
    told = {binding(event, who) for event, known in listeners(service).items() for who in known}
    return {
        "user": service,
        "vhost": vhost,
        "exchange": EXCHANGE,
        "write": rf"^{service}\.",
        "read": _any_of(own | told),
    }


def _any_of(names: Iterable[str], *patterns: str) -> str:
    choices = [*patterns, *(re.escape(name) for name in sorted(names))]
    return f"^({'|'.join(choices)})$"


def _user(name: str, password: str, tags: list[str]) -> dict[str, Any]:
    # RabbitMQ's rabbit_password_hashing_sha256: base64 of a 4 byte salt and SHA-256(salt, password)
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags,
    }


def _passwords(environ: Mapping[str, str]) -> dict[str, str]:
    variables = {name: f"{name.upper()}_AMQP_PASSWORD" for name in SERVICES}
    variables[OPERATOR] = "RABBITMQ_OPERATOR_PASSWORD"
    weak = [v for v in variables.values() if len(environ.get(v, "")) < LEAST_PASSWORD]
    if weak:
        sys.exit(f"At least {LEAST_PASSWORD} characters are needed in: {', '.join(weak)}")
    return {name: environ[variable] for name, variable in variables.items()}


def main(output: Path) -> None:
    """Write the file whole or not at all; the broker may be reading the old one."""
    text = json.dumps(definitions(_passwords(os.environ)), indent=2)
    draft = output.with_suffix(".new")
    draft.write_text(text)
    draft.chmod(0o644)  # holds hashes only; the broker runs as another user
    draft.replace(output)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
