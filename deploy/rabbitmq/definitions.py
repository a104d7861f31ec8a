# ruff: noqa: INP001 - a program that is run by its path, not part of a package
"""Everything on the broker but its messages, as a definitions file that it loads at boot.

    python definitions.py OUTPUT

Passwords come from the environment (`<SERVICE>_AMQP_PASSWORD`, `RABBITMQ_OPERATOR_PASSWORD`) and
leave it only as salted hashes. A service with retry delays of its own (`<SERVICE>_RETRY_DELAYS`)
needs the same variable here.

Exchanges, queues, bindings and policies follow from the catalogue of events, and what a user may
touch from these (docs/decisions/0013): it configures nothing; it reads its own queues; it writes to
the exchange of events under its own name, and to exchanges of its own that lead to its own queues.

Loaded again, the file puts back whatever is missing. It takes nothing away, and leaves a queue that
is there as it is.
"""

import base64
import hashlib
import json
import os
import re
import secrets
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nextstep_contracts.catalogue import SERVICES
from nextstep_messaging.bus.topology import (
    DELIVERY_LIMIT,
    EXCHANGE,
    MOST_BYTES,
    RETRY_DELAYS,
    Queue,
    Topology,
    consumer_queue,
    dead_queue,
    heard_by,
    later_exchange,
    of_consumer,
    own_exchange,
)

OPERATOR = "operator"
LEAST_PASSWORD = 16
NOTHING = "^$"

OTHER_QUEUES = {
    "delivery-limit": DELIVERY_LIMIT,
    "max-length-bytes": MOST_BYTES,
    "overflow": "reject-publish",
}
"""Limits of a service's queues that no other policy knows: left there by an earlier release."""


def definitions(
    passwords: Mapping[str, str],
    vhost: str = "/",
    delays: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, Any]:
    """The whole file.

    Args:
        passwords: one for each service and for the operator.
        vhost: the virtual host that all of it is in.
        delays: retry delays in seconds, of the services that do not have the usual ones.

    """
    waits = {name: (delays or {}).get(name, RETRY_DELAYS) for name in SERVICES}
    topology = Topology({}, {})
    for name in SERVICES:
        topology |= of_consumer(name, heard_by(name), waits[name])
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": vhost}],
        "users": [
            *(_user(name, passwords[name], []) for name in SERVICES),
            _user(OPERATOR, passwords[OPERATOR], ["administrator"]),
        ],
        "permissions": [
            *(
                {"user": name, "vhost": vhost, **_permission(name, waits[name])}
                for name in SERVICES
            ),
            {"user": OPERATOR, "vhost": vhost, **everything},
        ],
        "topic_permissions": [
            {
                "user": name,
                "vhost": vhost,
                "exchange": EXCHANGE,
                "write": rf"^{name}\.",
                "read": NOTHING,
            }
            for name in SERVICES
        ],
        "policies": [{"vhost": vhost, **one} for one in _policies(topology)],
        "exchanges": [
            {"name": name, "vhost": vhost, "type": kind, **_KEPT, "internal": False}
            for name, kind in topology.exchanges.items()
        ],
        "queues": [
            {"name": name, "vhost": vhost, **_KEPT, "arguments": {"x-queue-type": "quorum"}}
            for name in topology.queues
        ],
        "bindings": [
            {
                "source": exchange,
                "vhost": vhost,
                "destination": queue.name,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for queue in topology.queues.values()
            for exchange, key in queue.bindings
        ],
    }


_KEPT: dict[str, Any] = {"durable": True, "auto_delete": False, "arguments": {}}


def _permission(service: str, delays: Sequence[float]) -> dict[str, str]:
    later = {later_exchange(service, delay) for delay in delays}
    heard = {consumer_queue(service, event) for event in heard_by(service)}
    return {
        "configure": NOTHING,
        "write": _any_of({EXCHANGE, own_exchange(service)} | later),
        "read": _any_of(heard | {dead_queue(service)}),
    }


def _policies(topology: Topology) -> list[dict[str, Any]]:
    """One for all queues that are alike, since a queue has one policy at a time."""
    alike: dict[str, list[Queue]] = {}
    for queue in topology.queues.values():
        alike.setdefault(json.dumps(queue.policy, sort_keys=True), []).append(queue)
    of_services = f"^({'|'.join(SERVICES)})\\."
    return [
        _policy("nextstep-queues", 0, of_services, OTHER_QUEUES),
        *(
            _policy(
                f"nextstep {queues[0].name}", 1, _any_of(q.name for q in queues), queues[0].policy
            )
            for queues in alike.values()
        ),
    ]


def _policy(name: str, priority: int, pattern: str, what: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "pattern": pattern,
        "apply-to": "queues",
        "priority": priority,
        "definition": dict(what),
    }


def _any_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(re.escape(name) for name in sorted(names))})$"


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


def _delays(environ: Mapping[str, str]) -> dict[str, list[float]]:
    variables = {name: environ.get(f"{name.upper()}_RETRY_DELAYS") for name in SERVICES}
    return {name: json.loads(text) for name, text in variables.items() if text}


def main(output: Path) -> None:
    """Write the file whole or not at all; the broker may be reading the old one."""
    whole = definitions(_passwords(os.environ), delays=_delays(os.environ))
    text = json.dumps(whole, indent=2)
    draft = output.with_suffix(".new")
    draft.write_text(text)
    draft.chmod(0o644)  # holds hashes only; the broker runs as another user
    draft.replace(output)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
