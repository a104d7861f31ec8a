"""A broker of these tests' own, with the definitions that the one in the container has."""

import importlib.util
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import aio_pika
import httpx
import pytest

from nextstep_contracts.catalogue import SERVICES
from nextstep_local.rabbitmq import Node, make_vhost

SCRIPT = Path(__file__).parent.parent / "rabbitmq" / "definitions.py"


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("broker_definitions", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


definitions = _script()
PASSWORDS = {name: f"the-password-of-{name}" for name in (*SERVICES, definitions.OPERATOR)}
DELAYS = (0.2, 0.3)
"""Seconds between tries, so short that a test can wait for all of them."""


class Broker:
    """A virtual host with the definitions in it."""

    def __init__(self, node: Node, vhost: str) -> None:
        self.node = node
        self.vhost = vhost

    def load(self) -> None:
        """Load the definitions, as an operator does; again brings back what is missing."""
        delays = dict.fromkeys(SERVICES, DELAYS)
        document = definitions.definitions(PASSWORDS, self.vhost, delays)
        answer = httpx.post(f"{self.node.api_url}/definitions", json=document, timeout=60)
        assert answer.status_code == 204, answer.text

    def url(self, user: str) -> str:
        """The address for one of its users."""
        return f"amqp://{user}:{PASSWORDS[user]}@127.0.0.1:{self.node.amqp.port}/{self.vhost}"

    def api(self, path: str) -> Any:
        """What the management API says of something in the virtual host."""
        return httpx.get(f"{self.node.api_url}/{path}/{self.vhost}", timeout=10).json()


@pytest.fixture(scope="session")
def broker_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("broker"), management=True)
    node.start()
    try:
        node.wait()
        yield node
    finally:
        node.stop(discard=True)


def in_a_vhost(node: Node) -> Broker:
    """A virtual host of its own, with nothing in it yet."""
    vhost = f"deploy-{secrets.token_hex(4)}"
    make_vhost(node.api_url, vhost)
    return Broker(node, vhost)


Connect = Callable[[str], Any]


async def connecting(broker: Broker) -> AsyncIterator[Connect]:
    """Connect as a user: a channel that raises when it is refused or a message comes back."""
    opened = []

    async def connect(name: str) -> Any:
        connection = await aio_pika.connect(broker.url(name))
        opened.append(connection)
        return await connection.channel(on_return_raises=True)

    yield connect
    for connection in opened:
        await connection.close()
