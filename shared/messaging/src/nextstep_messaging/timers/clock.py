"""The injected clock: domain time. Leases and timeouts use the machine's own clocks instead."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Protocol

SIMULATED_POLL_SECONDS = 0.04
"""How soon a move of a simulated clock is noticed: a year is played in a minute."""


class Clock(Protocol):
    """Tells the moment, aware and in UTC."""

    def now(self) -> datetime:
        """The present moment."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was last set to."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to `moment`, which must be aware."""
        self._now = moment.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Move on by `step`."""
        self._now += step


class FileClock:
    """A simulated clock shared by processes: one ISO 8601 moment in a file.

    Whoever moves it replaces the file (write beside it, then rename), so that no reader sees half
    a moment. A moment without a zone is UTC.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._seen: tuple[int, int, int] | None = None
        self._now = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The moment in the file; read again only when the file has changed.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: its text is not a moment.

        """
        stat = self._path.stat()
        seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        if seen != self._seen:
            moment = datetime.fromisoformat(self._path.read_text().strip())
            self._now = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            self._seen = seen
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to `moment` for every process that reads the file."""
        beside = self._path.with_name(f".{self._path.name}.new")
        beside.write_text(moment.astimezone(UTC).isoformat())
        beside.replace(self._path)


async def until_due(
    clock: Clock, due: datetime | None, woken: asyncio.Event, longest: float
) -> None:
    """Wait until `clock` reaches `due`, `woken` is set, or `longest` seconds have passed."""
    deadline = monotonic() + longest
    while not woken.is_set():
        left = deadline - monotonic()
        if due is not None:
            left = min(left, (due - clock.now()).total_seconds())
        if left <= 0:
            return
        # a simulated clock jumps without notice, so it is looked at often
        step = left if isinstance(clock, SystemClock) else min(left, SIMULATED_POLL_SECONDS)
        try:
            async with asyncio.timeout(step):
                await woken.wait()
        except TimeoutError:
            continue
