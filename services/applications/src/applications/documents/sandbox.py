"""Inspects files in a process of its own, so that a hostile one cannot stop the service.

The process is kept between files, has a limit on its memory, and is ended when a file takes too
long; the next file gets a new one. Files are inspected one after another.
"""

import atexit
import contextlib
import json
import struct
import subprocess
import sys
import threading
from functools import cache
from typing import IO, Any

import structlog

from applications.documents.archives import Found
from applications.documents.inspection import Inspected, Upload, named, plain_problem

log = structlog.get_logger()

SECONDS = 15.0
"""For one file. An ordinary one takes a few milliseconds, 10 MB of pictures half a second."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space, libraries included, that the process may use."""
COULD_NOT = "we could not open it; save it as a PDF and send that"
LENGTH = struct.Struct("!I")
Answer = dict[str, Any]
"""Plain data: what comes back from a process that a file may have taken over is not trusted."""


class LostError(Exception):
    """The process ended or was ended over a file."""


class TookTooLongError(LostError):
    """It was ended for taking too long: trying again is no use."""


class Inspector:
    """Owns the process. May be used from several threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, about: Answer, data: bytes) -> Answer:
        """Have a file looked at.

        Raises:
            LostError: it took too long, too much memory, or broke the process.

        """
        with self._lock:
            try:
                return self._ask(about, data)
            except TookTooLongError:
                raise
            except LostError:  # it may have been ended from outside: the file is not to blame yet
                return self._ask(about, data)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, about: Answer, data: bytes) -> Answer:
        process = self._running()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        too_long = threading.Timer(self._seconds, end)
        too_long.start()
        try:
            return _exchange(process, about, data)
        except (OSError, EOFError, ValueError) as error:
            self._end()
            if late.is_set():
                raise TookTooLongError(f"longer than {self._seconds:g} s") from error
            raise LostError(str(error)) from error
        finally:
            too_long.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "applications.documents.sandbox_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()


@cache
def inspector() -> Inspector:
    """The inspector of this process, started when the first file comes."""
    found = Inspector()
    atexit.register(found.close)
    return found


def inspect_apart(upload: Upload) -> Inspected:
    """`inspection.inspect`, in the other process. For a thread: it waits."""
    plain = upload.fault or plain_problem(upload.data)
    if plain:
        return named(upload, None, Found(plain))
    about = {"do": "inspect", "key": upload.key, "name": upload.given_name}
    try:
        found = inspector().ask(about, upload.data)
        return Inspected(
            content_type=str(found["content_type"]),
            name=str(found["name"]),
            problem=None if found["problem"] is None else str(found["problem"]),
            notes=tuple(str(note) for note in found["notes"]),
        )
    except LostError as lost:
        log.warning("inspection_lost", key=upload.key, reason=str(lost))
        return named(upload, None, Found(COULD_NOT))


def text_apart(data: bytes, content_type: str) -> str | None:
    """`plain_text.text_of`, in the other process. For a thread: it waits."""
    try:
        found = inspector().ask({"do": "text", "content_type": content_type}, data)
    except LostError:
        return None
    return None if found["text"] is None else str(found["text"])


def _exchange(process: subprocess.Popen[bytes], about: Answer, data: bytes) -> Answer:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    send(process.stdin, json.dumps(about).encode())
    send(process.stdin, data)
    answer: Answer = json.loads(receive(process.stdout))
    return answer


def send(pipe: IO[bytes], held: bytes) -> None:
    """Write one message."""
    pipe.write(LENGTH.pack(len(held)))
    pipe.write(held)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Read one message.

    Raises:
        EOFError: the other side ended.

    """
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError("the process ended")
    (length,) = LENGTH.unpack(head)
    held = pipe.read(length)
    if len(held) < length:
        raise EOFError("the process ended")
    return held
