"""Find free ports on loopback, hold them until their server binds, and say who has a taken one."""

import contextlib
import random
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from nextstep_local.places import chosen_port, port_setting

LOOPBACK = "127.0.0.1"
# Below Linux's default range for outgoing connections (32768 and up), so that no client of
# anything on the machine can be given one of our ports between choosing and binding.
_RANGE = range(20_000, 32_000)
_TRIES = 200
_LISTEN = "0A"  # the state column of /proc/net/tcp


class PortTakenError(RuntimeError):
    """Something else listens on a port that the stack was told to use."""

    def __init__(self, what: str, port: int) -> None:
        holder = holder_of(port)
        super().__init__(
            f"Port {port} for {what} is taken{f' by {holder}' if holder else ''}. "
            f"Stop that, or set {port_setting(what)} to another port (0 takes any free one)."
        )


class PortHold:
    """A port bound but not listened on: a server may bind it, the kernel gives it to nobody else.

    Both sides set SO_REUSEADDR, which Linux allows as long as neither listens yet.
    """

    def __init__(self, what: str, default: int = 0) -> None:
        wanted = chosen_port(what, default)
        self._socket = _bind(wanted, shared=True) if wanted else _any_free()
        if self._socket is None:
            raise PortTakenError(what, wanted)
        self.port: int = self._socket.getsockname()[1]

    def release(self) -> None:
        """Let go; called once the server listens."""
        if self._socket is not None:
            self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _bind(port: int, *, shared: bool) -> socket.socket | None:
    """Hold a port; unless `shared`, only if nobody else holds it or has just let go of it."""
    candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, shared)
    try:
        candidate.bind((LOOPBACK, port))
    except OSError:
        candidate.close()
        return None
    candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # now its server may join
    return candidate


def _any_free() -> socket.socket | None:
    # A fresh random source: tests that seed the global one must not share a sequence of ports.
    source = random.SystemRandom()
    for port in source.sample(_RANGE, _TRIES):
        if (held := _bind(port, shared=False)) is not None:
            return held
    return None


def listening(port: int) -> bool:
    """Whether something on loopback accepts connections on `port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def holder_of(port: int) -> str | None:
    """The process that listens on `port`, in words, when the system lets us see it."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listeners(table, port)}
    if not inodes:
        return None
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and inodes & _sockets(process):
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
            return f"process {process.name} ({words.decode(errors='replace').strip()[:80]})"
    return None


def _listeners(table: str, port: int) -> list[str]:
    try:
        rows = Path("/proc/net", table).read_text().splitlines()[1:]
    except OSError:
        return []
    columns = (row.split() for row in rows)
    return [
        column[9]
        for column in columns
        if column[3] == _LISTEN and int(column[1].rpartition(":")[2], 16) == port
    ]


def _sockets(process: Path) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):  # another user's process, or one that just ended
        for link in (process / "fd").iterdir():
            with contextlib.suppress(OSError):  # closed meanwhile
                target = link.readlink().name
                if target.startswith("socket:["):
                    found.add(target[len("socket:[") : -1])
    return found
