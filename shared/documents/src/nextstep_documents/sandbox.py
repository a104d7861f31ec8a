"""Looks at files in processes of their own, so that a hostile one cannot stop the service.

Several at once, but one of a person at a time: whoever sends many that take long waits for them
alone. A process is kept, and has each file looked at by a child of its own (`sandbox_process`),
which may use so much memory and so much processor time.
"""

import asyncio
import atexit
import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import IO, Any, Final

PROCESSES: Final = 3
"""Looked at once. They start when they are first needed."""
MEMORY: Final = 1024 * 1024 * 1024
"""Bytes of address space, libraries included, that a process may use."""
OUT_OF_MEMORY: Final = "$out of memory"
OUT_OF_TIME: Final = "$out of time"
LOST: Final = "$lost"
"""In the answer where a file was given up."""
LENGTH = struct.Struct("!I")
LONGEST_ANSWER: Final = 64 * 1024 * 1024
Answer = dict[str, Any]
"""Plain data: what comes back from a process that a file may have taken over is not trusted."""


@dataclass(frozen=True)
class Limits:
    """What one file may cost."""

    cpu_seconds: float
    seconds: float
    """Of the clock: on a machine that is busy, processor time takes longer."""


DOCUMENT: Final = Limits(cpu_seconds=5, seconds=20.0)
"""An ordinary document takes a few milliseconds, 10 MB of pictures half a second."""


QUICK: Final = Limits(cpu_seconds=0.5, seconds=20.0)
"""Of a first look, where others wait behind the file."""
HURRIED: Final = Limits(cpu_seconds=0.1, seconds=20.0)
"""Of a first look in a rush in which some cost much: many times what an ordinary document takes."""


class LostError(Exception):
    """The process ended or was ended over a file."""


class TooMuchError(LostError):
    """It wanted too much time or memory: trying again is no use."""


class Turns:
    """Who is next: in turn between people, one place of each at a time."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._served: set[str] = set()

    async def begin(self, owner: str) -> None:
        """Wait for a place for `owner`."""
        mine = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(mine)
        self._hand_out()
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.end(owner)
            raise

    def end(self, owner: str) -> None:
        """Give the place of `owner` back."""
        self._free += 1
        self._served.discard(owner)
        self._hand_out()

    def _hand_out(self) -> None:
        for owner in list(self._waiting):
            queue = self._waiting[owner]
            while queue and queue[0].done():  # who waited went away
                queue.popleft()
            if not queue:
                del self._waiting[owner]
            elif self._free and owner not in self._served:
                self._free -= 1
                self._served.add(owner)
                queue.popleft().set_result(None)
                self._waiting.move_to_end(owner)


class Process:
    """One process that looks at files, one after another."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, call: str, about: Mapping[str, Any], data: bytes, limits: Limits) -> Answer:
        """Have the function `module:name` look at a file; for a thread, as it waits.

        Raises:
            TooMuchError: it took too long or too much memory.
            LostError: it broke the process, twice.
        """
        try:
            return self._ask(call, about, data, limits)
        except TooMuchError:
            raise
        except LostError:  # it may have been ended from outside: the file is not to blame yet
            return self._ask(call, about, data, limits)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()

    def _ask(self, call: str, about: Mapping[str, Any], data: bytes, limits: Limits) -> Answer:
        process = self._running()
        late = threading.Event()

        def end() -> None:
            late.set()
            _end(process)

        too_long = threading.Timer(limits.seconds, end)
        too_long.start()
        try:
            head = {"call": call, "cpu_seconds": limits.cpu_seconds, "about": about}
            return _exchange(process, head, data)
        except LostError:  # the process lives, and takes the next
            raise
        except (OSError, EOFError, ValueError) as error:
            too_long.cancel()
            self.close()
            if late.is_set():
                raise TooMuchError("too much time") from error
            raise LostError(str(error)) from error
        finally:
            too_long.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", f"{__package__}.sandbox_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                process_group=0,  # to end it with the child that looks
            )
        return self._process


class Sandbox:
    """The processes of this one, and who may use them next."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._idle = [Process() for _ in range(processes)]
        self._all = tuple(self._idle)
        self._turns = Turns(processes)
        # threads of its own: the common ones are waited for by everything else
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="sandbox")

    async def ask(
        self,
        call: str,
        about: Mapping[str, Any],
        data: bytes,
        *,
        owner: str,
        limits: Limits = DOCUMENT,
    ) -> Answer:
        """Have the function `module:name` look at a file of `owner`'s when it is their turn.

        It is called with `about` and the file's bytes, and answers with plain data.

        Raises:
            TooMuchError: it took too long or too much memory.
            LostError: it broke the process.
        """
        await self._turns.begin(owner)
        process = self._idle.pop()

        def done(_: object) -> None:
            self._idle.append(process)
            self._turns.end(owner)

        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._threads, process.ask, call, about, data, limits)
        asked.add_done_callback(done)
        # a thread cannot be cancelled: it ends even where nobody wants its answer any more
        return await asyncio.shield(asked)

    def close(self) -> None:
        """End the processes."""
        for process in self._all:
            process.close()
        self._threads.shutdown(wait=False)


@cache
def sandbox() -> Sandbox:
    """The sandbox of this process."""
    found = Sandbox()
    atexit.register(found.close)
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process, and the child that looks at a file."""
    if process.returncode is None:  # else its number may be another's by now
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _exchange(process: subprocess.Popen[bytes], head: Answer, data: bytes) -> Answer:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    send(process.stdin, json.dumps(head).encode())
    send(process.stdin, data)
    answer: Answer = json.loads(receive(process.stdout, LONGEST_ANSWER))
    if isinstance(answer, dict):
        for fault in (OUT_OF_TIME, OUT_OF_MEMORY):
            if fault in answer:
                raise TooMuchError(fault)
        if LOST in answer:
            raise LostError(str(answer[LOST]))
    return answer


def send(pipe: IO[bytes], held: bytes) -> None:
    """Write one message."""
    pipe.write(LENGTH.pack(len(held)))
    pipe.write(held)
    pipe.flush()


def receive(pipe: IO[bytes], most: int | None = None) -> bytes:
    """Read one message.

    Raises:
        EOFError: the other side ended, or says more than `most` bytes.

    """
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError("the process ended")
    (length,) = LENGTH.unpack(head)
    if most is not None and length > most:
        raise EOFError("the answer is longer than any")
    held = pipe.read(length)
    if len(held) < length:
        raise EOFError("the process ended")
    return held
