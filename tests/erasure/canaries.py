"""Canaries: random words put wherever a person's data can be, and where they are found later."""

import re
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import aio_pika
from pymongo import MongoClient

from nextstep_contracts.catalogue import CONSUMERS, SERVICES
from nextstep_local.site import Site
from nextstep_messaging.bus.topology import (
    RETRY_DELAYS,
    of_consumer,
    of_publisher,
)

_WORD = re.compile(rb"kanarie[0-9a-f]{12}")
OF_THE_SERVER = ("local", "admin", "config")
"""Databases that are the server's own. In `local` is the oplog: how long it keeps what was erased
is said in docs/runbook.md."""
LOGS = ("services", "rabbitmq")
"""Folders of a site in which its processes write logs."""


class Canaries:
    """What was let fly, and into what."""

    def __init__(self) -> None:
        self.into: dict[bytes, str] = {}

    def __call__(self, into: str) -> str:
        """A new one, for example for "name of Fay": a word that is nowhere else."""
        word = f"kanarie{secrets.token_hex(6)}"
        self.into[word.encode()] = into
        return word

    def about(self, whom: str) -> set[str]:
        """What the canaries went into that are about somebody."""
        return {into for into in self.into.values() if into.endswith(f" of {whom}")}

    def within(self, text: bytes) -> set[str]:
        """What the canaries in a text went into."""
        return {self.into[word] for word in _WORD.findall(text.lower()) if word in self.into}

    async def seen(self, site: Site) -> dict[str, set[str]]:
        """Where each is found now, by what it went into; one that is found nowhere is missing."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        places = [*stored(site), *[one async for one in queued(site)], *logged(site.folder)]
        for place, text in places:
            for word in _WORD.findall(text.lower()):
                if word in self.into:
                    found[self.into[word]].add(place)
        return dict(found)


def stored(site: Site) -> Iterator[tuple[str, bytes]]:
    """Every text and every piece of a file of every service's database, with where it is."""
    for service in SERVICES:
        with MongoClient[dict[str, Any]](site.database(service).url) as client:
            for name in client.list_database_names():
                if name in OF_THE_SERVER:
                    continue
                for collection in client[name].list_collection_names():
                    for document in client[name][collection].find({}):
                        for path, text in _texts(document):
                            yield f"{service}: {collection}{path}", text


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, bytes]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{path} (key)", str(key).encode()
            yield from _texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, f"{path}[]")
    elif isinstance(value, bytes):
        yield path, bytes(value)
    else:
        yield path, str(value).encode()


async def queued(site: Site) -> AsyncIterator[tuple[str, bytes]]:
    """The messages of every queue, looked at and left where they are."""
    connection = await aio_pika.connect(site.stack.amqp_url)
    async with connection, connection.channel() as channel:
        for service in SERVICES:
            hears = [event for event, ears in CONSUMERS.items() if service in ears]
            published = {e: ears for e, ears in CONSUMERS.items() if e.publisher in (service, "*")}
            topology = of_publisher(published) | of_consumer(service, hears, RETRY_DELAYS)
            for name in topology.queues:
                queue = await channel.get_queue(name, ensure=True)
                looked_at = []
                while (message := await queue.get(fail=False)) is not None:
                    looked_at.append(message)
                    yield f"queue {name}", message.body + str(message.headers).encode()
                for message in looked_at:
                    await message.nack(requeue=True)


def logged(folder: Path) -> Iterator[tuple[str, bytes]]:
    """What the processes of a site wrote into their logs."""
    for place in LOGS:
        for path in (folder / place).rglob("*.log"):
            yield f"log {path.relative_to(folder)}", path.read_bytes()
