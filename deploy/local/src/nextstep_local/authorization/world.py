"""The small world that a matrix is asked in: an application, people, and real things."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from pymongo import monitoring
from pymongo.database import Database
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from nextstep_web.csrf import HEADER
from nextstep_web.testing import SignedIn

Stored = dict[str, dict[Any, Any]]
"""What a database holds: documents by collection and id."""
RANDOM = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,}"
    r"|(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{32,}"
)
"""Ids, tokens, hashes and positions: what differs between any two requests."""
MOMENT = re.compile(
    r"datetime\.datetime\([\d, ]+|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?|\b\d{10}\.\d+"
)
"""As stored, as written in an event, and as seconds."""


READS = frozenset({"find", "getMore", "aggregate", "count", "distinct", "listIndexes"})


class _Writes(CommandListener):
    """Which collections of which databases any client of this process has written to.

    Most answers change nothing, and reading a whole database to be sure of it takes longer than
    the answer.
    """

    def __init__(self) -> None:
        self._found: set[tuple[str, str]] = set()

    def of(self, database: str) -> set[str]:
        """The collections of a database that were written to since this was last asked."""
        found = {name for where, name in self._found if where == database}
        self._found -= {(database, name) for name in found}
        return found

    def started(self, event: CommandStartedEvent) -> None:
        """Note what a command writes to: every one that names a collection, unless it reads."""
        named = event.command.get(event.command_name)
        if isinstance(named, str) and event.command_name not in READS:
            self._found.add((event.database_name, named))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing: that a write began is enough."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing, as it may have written all the same."""


WRITES = _Writes()
monitoring.register(WRITES)  # before a service makes the client that it keeps


@dataclass(frozen=True)
class Person:
    """Somebody who asks."""

    cookies: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    vouch: Callable[[bytes], Mapping[str, str]] | None = None
    """The headers by which a machine vouches for a body."""
    never: tuple[str, ...] = ()
    """Texts that no answer to them may hold, whatever they ask."""

    @classmethod
    def of(cls, session: SignedIn, *never: str) -> "Person":
        """Somebody in a session."""
        return cls(session.cookies, session.headers, never=never)

    @property
    def cookie(self) -> str:
        """The cookies as a request carries them."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @property
    def without_token(self) -> "Person":
        """The same, sending forms without their token."""
        return Person(self.cookies, {k: v for k, v in self.headers.items() if k != HEADER})


@dataclass(frozen=True)
class Thing:
    """One thing that an address or a form can name."""

    ids: Mapping[str, str]
    """By the names that the table uses in paths, queries and forms."""
    texts: tuple[str, ...] = ()
    """What would betray it."""


@dataclass
class World:
    """Everything that a matrix needs of a service."""

    app: FastAPI
    database: Database[dict[str, Any]]
    people: Mapping[str, Person]
    things: Mapping[str, Mapping[str, Thing]]
    """By kind and case, for example "project" and "recused"."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Further names that forms may use."""
    forget: Callable[[], None] = lambda: None
    """Drops what the process keeps in memory of the database."""
    _known: Stored | None = None

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[tuple[httpx.AsyncClient, Stored]]:
        """A client without cookies of its own, and what the database holds before it asks.

        Whatever a check that fails has changed is put back: it is the only one to fail of it.
        """
        before = self.stored()
        host = f"http://{self.app.state.pages.service}.test"
        try:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app), base_url=host
            ) as client:
                yield client, before
        except BaseException:
            self.restore(before)
            raise

    def cases(self, kind: str) -> Mapping[str, Thing]:
        """The things of a kind; of none, a single one without ids."""
        return self.things[kind] if kind else {"": Thing({})}

    def stored(self) -> Stored:
        """All that the database holds now. Only what was written to since is read again."""
        written = WRITES.of(self.database.name)
        if self._known is None:
            self._known = {name: {} for name in self.database.list_collection_names()}
            written |= self._known.keys()
        read = {name: {one["_id"]: one for one in self.database[name].find()} for name in written}
        if any(self._known.get(name) != held for name, held in read.items()):
            self._known = {**self._known, **read}
        return self._known

    def restore(self, before: Stored) -> None:
        """Put the database back to what it held."""
        now = self.stored()
        if now is before:
            return
        for name in now.keys() | before.keys():
            then, there = before.get(name, {}), now.get(name, {})
            for key in [key for key, one in there.items() if then.get(key) != one]:
                self.database[name].delete_one({"_id": key})
            if new := [one for key, one in then.items() if there.get(key) != one]:
                self.database[name].insert_many(new)
        self.forget()


def changed(before: Stored, after: Stored) -> dict[str, list[Any]]:
    """The documents that are new, other or gone, by collection."""
    found: dict[str, list[Any]] = {}
    for name in sorted(before.keys() | after.keys()):
        then, now = before.get(name, {}), after.get(name, {})
        keys = [key for key in {**then, **now} if then.get(key) != now.get(key)]
        if keys:
            found[name] = [now.get(key) for key in keys]
    return found


def same_but_random(found: Any) -> str:
    """As text, with everything equal that is random or tells the time."""
    return MOMENT.sub("#", RANDOM.sub("#", str(found)))
