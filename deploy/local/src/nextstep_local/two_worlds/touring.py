"""Ask everything there is to ask, as one viewer, in both worlds."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

from nextstep_local.two_worlds.comparing import Difference, difference
from nextstep_local.two_worlds.offered import offered
from nextstep_local.two_worlds.routes import Route, addresses, get_routes, route_at
from nextstep_local.two_worlds.worlds import FurtherValues, Post, Viewer, World

Worlds = tuple[World, World]


@dataclass
class Tour:
    """What one viewer was answered."""

    viewer: str
    statuses: dict[str, int] = field(default_factory=dict)
    """Each address that was asked, in neutral names, and its status in the first world."""
    differences: list[Difference] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    """Routes and declared query parameters that nothing asked for and no reason leaves out."""

    def __str__(self) -> str:
        """What is wrong, for a failed test."""
        told = [f"{self.viewer}: {len(self.differences)} of {len(self.statuses)} differ"]
        told += [str(one) for one in self.differences[:20]]
        told += [f"not asked, and no reason given: {one}" for one in self.unasked]
        return "\n".join(told)


async def assert_alike(worlds: Worlds, viewer: Viewer, asked: FurtherValues) -> Tour:
    """Fail when anything tells `viewer` the worlds apart, or something was not asked."""
    found = await tour(worlds, viewer, asked)
    if found.differences or found.unasked:
        raise AssertionError(str(found))
    return found


async def told_apart(
    worlds: Worlds, viewer: Viewer, asked: FurtherValues, *, only: Sequence[str] | None = None
) -> list[str]:
    """What is answered differently to `viewer`, who may know: a test in which nothing is, is none.

    Of everything that there is to ask, as requests ("GET /awards/"); or of the addresses given, as
    these.
    """
    if only is None:
        return [one.request for one in (await tour(worlds, viewer, asked)).differences]
    async with _browsers(worlds, viewer) as browsers:
        going = _Going(worlds, browsers, asked, Tour(viewer.name))
        for address in only:
            await going.get(address)
    return [one.request.removeprefix("GET ") for one in going.tour.differences]


async def tour(worlds: Worlds, viewer: Viewer, asked: FurtherValues) -> Tour:
    """Ask every GET route, what its pages lead to, HEAD, unchanged copies, and the posts.

    HEAD and the unchanged copy are asked for once a route: one is GET without the body, and what
    the other hangs on, the ETag, is compared in every answer.
    """
    async with _browsers(worlds, viewer) as browsers:
        going = _Going(worlds, browsers, asked, Tour(viewer.name))
        await going.everywhere()
        for post in asked.posts:
            await going.post(post)
    return going.tour


@asynccontextmanager
async def _browsers(worlds: Worlds, viewer: Viewer) -> AsyncIterator[list[httpx.AsyncClient]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(world.client(viewer)) for world in worlds]


class _Going:
    def __init__(
        self, worlds: Worlds, browsers: list[httpx.AsyncClient], asked: FurtherValues, tour: Tour
    ) -> None:
        self.worlds, self.browsers, self.asked, self.tour = worlds, browsers, asked, tour
        self.routes = get_routes(worlds[0].app)
        self.headed: set[str] = set()

    async def everywhere(self) -> None:
        wanted = [route for route in self.routes if route.path not in self.asked.left_out]
        waiting = deque(one for route in wanted for one in addresses(route, self.asked))
        known = set(waiting)
        while waiting:
            address = waiting.popleft()
            if len(known) > self.asked.most:
                raise AssertionError(f"More than {self.asked.most} addresses, as {address}")
            for found in await self._look(address):
                if found not in known and self._counts(address, found):
                    known.add(found)
                    waiting.append(found)
        self.tour.unasked = self._unasked(wanted)

    async def get(self, address: str) -> None:
        await self._both("GET", address)

    def _counts(self, address: str, found: str) -> bool:
        """Whether to follow a link. The queries of a page that was itself a query only multiply."""
        route = route_at(self.routes, found)
        return (
            route is not None
            and route.path not in self.asked.left_out
            and not ("?" in address and "?" in found)
        )

    async def _look(self, address: str) -> list[str]:
        """Ask for one address in all ways; what its page offers, in neutral names."""
        answers = await self._both("GET", address)
        self.tour.statuses[address] = answers[0].status_code
        route = route_at(self.routes, address)
        if route is not None and route.path not in self.headed:
            self.headed.add(route.path)
            await self._both("HEAD", address)
            if tag := answers[0].headers.get("etag"):
                await self._both("GET", address, headers={"if-none-match": tag})
        if "text/html" not in answers[0].headers.get("content-type", ""):
            return []
        body = self.worlds[0].neutral(answers[0].text)
        return [*offered(address, body, self.asked.words)]

    async def post(self, post: Post) -> None:
        files = {name: (named, data) for name, (named, data) in post.files.items()}
        answers = await self._both("POST", post.path, data=dict(post.fields), files=files or None)
        for leads in {self.worlds[0].neutral(answers[0].headers.get("location", ""))} - {""}:
            await self._both("GET", leads)

    async def _both(self, method: str, address: str, **more: Any) -> list[httpx.Response]:
        answers = [
            await browser.request(method, world.own(address), **more)
            for world, browser in zip(self.worlds, self.browsers, strict=True)
        ]
        asking = f"{method} {address}{' ' + str(more) if more else ''}"
        found = difference(asking, self.worlds, answers, self.asked.passing)
        if found is not None:
            self.tour.differences.append(found)
        return answers

    def _unasked(self, wanted: list[Route]) -> list[str]:
        names: dict[str, set[str]] = {}
        for address in self.tour.statuses:
            route = route_at(self.routes, address)
            if route is not None:
                query = parse_qsl(address.partition("?")[2], keep_blank_values=True)
                names.setdefault(route.path, set()).update(name for name, _ in query)
        missing = [route.path for route in wanted if route.path not in names]
        gone = sorted(set(self.asked.left_out) - {route.path for route in self.routes})
        missing += [f"{path} (left out, and no longer there)" for path in gone]
        return missing + [
            f"{route.path}?{name}="
            for route in wanted
            for name in sorted(route.declared - names.get(route.path, set()))
        ]
