"""Bodies of requests on their way in: how slowly, how much at once, and where they are kept.

Every body of the process passes `Arriving`, which counts its bytes against the process's rooms and
cuts off senders who stall. Bytes wait for room before more are read, so that the sender is held up
and not the memory.
"""

import asyncio
import errno
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Self

from fastapi import Request
from starlette.datastructures import Headers
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nextstep_web.refusals import NotServed
from nextstep_web.request_state import SCOPE_KEY as STATE_KEY
from nextstep_web.request_state import RequestState, is_machine
from nextstep_web.settings import WebSettings

SCOPE_KEY: Final = "nextstep_web.body"
SMALL: Final = 64 * 1024
"""Bytes of a body that is spooled which stay in memory: most submissions without files."""
SLOWEST: Final = 8_000
"""Bytes a second: a telephone at the edge of a network sends more."""
STALLED: Final = 10.0
"""Seconds that a sender may be behind that pace."""
LONGEST: Final = 15 * 60.0
"""Seconds for a body whatever its pace."""
PATIENCE: Final = 5.0
"""Seconds that a body waits for room; then its sender is told to come again."""
PATIENCE_WHOLE: Final = 60.0
"""Seconds that a body which is here already waits to be read into memory."""
RETRY_AFTER: Final = 10
"""Seconds after which a sender who found no room should come again."""
STRANGERS_FORM: Final = 16_000
"""Bytes of a form of who is not signed in: a name, a role, the token of a link."""
PIECE: Final = 256 * 1024


class NoRoomError(Exception):
    """Nothing was given back in time."""


class Room:
    """A number of bytes that all requests of a process share, given out in the order of asking."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.taken = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, size: int, patience: float | None = PATIENCE) -> int:
        """Wait for `size` bytes, or for all there are; how many were taken.

        Raises:
            NoRoomError: others did not give back enough within `patience` seconds.
        """
        size = min(size, self.total)
        if not self._waiting and self.taken + size <= self.total:
            self.taken += size
            return size
        turn = asyncio.get_running_loop().create_future()
        asked = (size, turn)
        self._waiting.append(asked)
        try:
            async with asyncio.timeout(patience):
                await turn
        except TimeoutError:
            self._gone(asked)
            raise NoRoomError from None
        except asyncio.CancelledError:
            self._gone(asked)
            raise
        return size

    def give_back(self, size: int) -> None:
        """Let others have bytes that were taken."""
        self.taken -= size
        while self._waiting and self.taken + self._waiting[0][0] <= self.total:
            wanted, turn = self._waiting.popleft()
            if not turn.done():
                self.taken += wanted
                turn.set_result(None)

    def _gone(self, asked: tuple[int, asyncio.Future[None]]) -> None:
        """Who asked does not wait any more: a turn that came at that moment is another's."""
        if asked in self._waiting:
            self._waiting.remove(asked)
            self.give_back(0)
        elif asked[1].done() and not asked[1].cancelled():
            self.give_back(asked[0])


@dataclass(frozen=True)
class Rooms:
    """What all bodies of a process may take up."""

    memory: Room
    """Of bodies, or their beginnings, that are kept in memory."""
    disk: Room
    """Of spooled bodies beyond SMALL."""
    whole: Room
    """Of spooled bodies that are read back into memory to be worked on."""

    @classmethod
    def of(cls, settings: WebSettings) -> Self:
        """As large as the settings say."""
        return cls(
            memory=Room(settings.bodies_in_memory),
            disk=Room(settings.bodies_on_disk),
            whole=Room(settings.bodies_worked_on),
        )


@dataclass
class Pace:
    """By when the next piece of a body has to be there. Pure; times are seconds of one clock."""

    started: float
    due: float = field(init=False)

    def __post_init__(self) -> None:
        """A sender begins with nothing to be behind of."""
        self.due = self.started + STALLED

    def arrived(self, size: int, now: float) -> None:
        """Count a piece: bytes buy time, but never more than STALLED ahead."""
        self.due = min(self.due + size / SLOWEST, now + STALLED, self.started + LONGEST)

    def held_up(self, seconds: float) -> None:
        """Leave out time in which the sender had to wait for us."""
        self.started += seconds
        self.due += seconds


class Arriving:
    """The body of one request as the application receives it."""

    def __init__(self, scope: Scope, receive: Receive, rooms: Rooms) -> None:
        self.rooms = rooms
        self._scope = scope
        self.size = 0
        self.spooled = False
        """Whether what is received goes to disk beyond SMALL. Set before reading."""
        self.most: int | None = None
        """Bytes that are accepted, where that is less than the route's own limit."""
        self._receive = receive
        self._pace: Pace | None = None
        self._complete = False
        self._taken = {rooms.memory: 0, rooms.disk: 0}

    async def receive(self) -> Message:
        """The next piece, once there is room for it.

        Raises:
            NotServed: 408 the sender stalled, 413 too large, 503 no room, 400 the sender left.
        """
        if self._complete:
            return await self._receive()
        if self._pace is None:
            self._bound_strangers()
        message = await self._in_time()
        if message["type"] == "http.request":
            self._complete = not message.get("more_body", False)
            await self._count(len(message.get("body", b"")))
        elif message["type"] == "http.disconnect":
            self._complete = True
            raise NotServed("The request broke off on its way. Send it again.", 400)
        return message

    def _bound_strangers(self) -> None:
        """Who is not signed in sends short forms, and no files."""
        state: RequestState | None = self._scope.get(STATE_KEY)
        if state is not None and not state.principals and not is_machine(self._scope):
            self.most = STRANGERS_FORM

    def done(self) -> None:
        """Give back what the body took up."""
        for room, size in self._taken.items():
            room.give_back(size)
            self._taken[room] = 0

    @property
    def announced(self) -> int:
        """Bytes that the whole body may have: what its sender says, or what the route allows."""
        said = Headers(scope=self._scope).get("content-length", "")
        if said.isascii() and said.isdigit():
            return int(said[:12])
        allowed: int = self._scope.get(MAX_BODY_SIZE_SCOPE_KEY) or self.rooms.disk.total
        return allowed

    async def _in_time(self) -> Message:
        if self._pace is None:
            self._pace = Pace(time.monotonic())
        try:
            async with asyncio.timeout(max(0.0, self._pace.due - time.monotonic())):
                return await self._receive()
        except TimeoutError:
            self._complete = True
            raise NotServed(
                "What you sent arrived too slowly and was given up. Send it again.",
                408,
                headers={"Connection": "close"},
            ) from None

    async def _count(self, size: int) -> None:
        before, self.size = self.size, self.size + size
        if self.most is not None and self.size > self.most:
            raise NotServed("What you sent is larger than any form that is sent here.", 413)
        started = time.monotonic()
        if not self.spooled:
            await self._take(self.rooms.memory, size)
        else:
            await self._take(self.rooms.memory, min(self.size, SMALL) - min(before, SMALL))
            if self.size > SMALL >= before:
                # all that is to come at once: large ones that each got a part would wait for ever
                await self._take(self.rooms.disk, self.announced - SMALL)
        if self._pace is not None:
            now = time.monotonic()
            self._pace.held_up(now - started)
            self._pace.arrived(size, now)

    async def _take(self, room: Room, size: int) -> None:
        if size <= 0:
            return
        try:
            self._taken[room] += await room.take(size, PATIENCE)
        except NoRoomError:
            raise no_room() from None


class BodyGuard:
    """Lets every body of the process pass `Arriving`."""

    def __init__(self, app: ASGIApp, rooms: Rooms) -> None:
        self.app = app
        self.rooms = rooms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        arriving = scope[SCOPE_KEY] = Arriving(scope, receive, self.rooms)
        try:
            await self.app(scope, arriving.receive, send)
        finally:
            arriving.done()


def arriving_of(request: Request) -> Arriving:
    """The body of `request`."""
    found: Arriving = request.scope[SCOPE_KEY]
    return found


def no_room() -> NotServed:
    """What a sender is told who came when too much was on its way."""
    return NotServed(
        "Too much is being sent at this moment. Send it again in a minute.",
        503,
        headers={"Retry-After": str(RETRY_AFTER)},
    )


class Spooled:
    """A body that has arrived: in memory if it is small, else on disk."""

    def __init__(self, file: "tempfile.SpooledTemporaryFile[bytes]", rooms: Rooms) -> None:
        self.size = 0
        self._file = file
        self._rooms = rooms

    async def write(self, piece: bytes) -> None:
        """Append a piece."""
        self.size += len(piece)
        try:
            if self.size <= SMALL:
                self._file.write(piece)
            else:
                await asyncio.to_thread(self._file.write, piece)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise no_room() from error
            raise

    def pieces(self) -> Iterator[bytes]:
        """The body from its beginning. For a thread where it is not small."""
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece

    @asynccontextmanager
    async def whole(self) -> AsyncIterator[bytes]:
        """All of it in memory: as few large ones at once as there is room for.

        Raises:
            NotServed: 503, others took too long.
        """
        async with in_memory(self._rooms, self.size):
            if self.size <= SMALL:
                yield self._all()
            else:
                yield await asyncio.to_thread(self._all)

    def _all(self) -> bytes:
        self._file.seek(0)
        return self._file.read()


@asynccontextmanager
async def in_memory(
    rooms: Rooms, size: int, patience: float | None = PATIENCE_WHOLE
) -> AsyncIterator[None]:
    """Work on `size` bytes of spooled bodies in memory, when it is their turn.

    Raises:
        NotServed: 503, others took longer than `patience` seconds; never if that is None.
    """
    if size <= SMALL:
        yield
        return
    try:
        taken = await rooms.whole.take(size, patience)
    except NoRoomError:
        raise no_room() from None
    try:
        yield
    finally:
        rooms.whole.give_back(taken)


@asynccontextmanager
async def spooled(request: Request) -> AsyncIterator[Spooled]:
    """Receive the body of `request`; its file is gone when this ends."""
    arriving = arriving_of(request)
    arriving.spooled = True
    with tempfile.SpooledTemporaryFile(max_size=SMALL) as file:
        body = Spooled(file, arriving.rooms)
        async for piece in request.stream():
            await body.write(piece)
        yield body
