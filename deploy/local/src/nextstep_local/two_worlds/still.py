"""A service without its bus and its workers, as the one world or the other."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx
from fastapi import FastAPI

from nextstep_contracts import Event
from nextstep_local.two_worlds.copying import copy_database
from nextstep_local.two_worlds.worlds import Viewer, World
from nextstep_messaging import FixedClock, Messaging
from nextstep_messaging.testing import hear
from nextstep_web import WebSettings
from nextstep_web.testing import SignedIn, signed_in


@dataclass
class Still:
    """The service as a test uses it: nothing moves in it but by what the test does."""

    app: FastAPI
    messaging: Messaging
    settings: WebSettings
    clock: FixedClock

    async def hear(self, *events: Event) -> None:
        """Handle events as if they had come."""
        await hear(self.messaging, *events)

    def read(self, collection: str) -> Any:
        """Look into the database."""
        return self.messaging.db.read(collection)

    def session(self, *roles: str, **about: Any) -> SignedIn:
        """Somebody who signed in, or opened an emailed link; see `signed_in`."""
        return signed_in(self.settings, *roles, **about)

    def viewer(self, *roles: str, **about: Any) -> Viewer:
        """Somebody who looks at both worlds."""
        return Viewer.of(" and ".join(roles), self.session(*roles, **about))

    def browser(self, session: SignedIn | None = None) -> httpx.AsyncClient:
        """A browser in a session, or in none."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://world.test",
            cookies=session.cookies if session else None,
            headers=session.headers if session else None,
        )

    async def post(
        self, who: SignedIn, path: str, /, files: Any = None, **fields: Any
    ) -> httpx.Response:
        """Somebody sends a form that is accepted.

        Raises:
            AssertionError: it was not; what was answered is quoted.

        """
        async with self.browser(who) as browser:
            answer = await browser.post(path, data=fields, files=files)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise AssertionError(f"POST {path}: {answer.status_code} {answer.text}")
        return answer


S = TypeVar("S", bound=Still)


@dataclass
class Pair(Generic[S]):
    """A world, and the empty one that becomes its copy."""

    one: S
    other: S
    split: Callable[[], tuple[World, World]]
    """Copies all that `one` holds; from then on each goes its own way, with equal ids so far."""


@asynccontextmanager
async def pair_of(
    build: Callable[[str], S], mongo_url: str, databases: tuple[str, str]
) -> AsyncIterator[Pair[S]]:
    """Two services, each on the database of the name that `build` is given."""
    one, other = (build(database) for database in databases)

    def split() -> tuple[World, World]:
        copy_database(mongo_url, *databases)
        return World(one.app), World(other.app)

    async with one.messaging.opened(), other.messaging.opened():
        yield Pair(one, other, split)
