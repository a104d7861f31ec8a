"""The loop of a worker: look for work at once when told of some, and now and then unasked."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from nextstep_messaging.database.leases import LEASE_SECONDS, Lease


@dataclass(frozen=True)
class Pace:
    """How often a worker looks, in seconds of the machine's clock."""

    sweep: float = 1.0
    """Longest time between looks: work of another instance, or left by a crash, is found by it."""
    quiet: float = 0.0
    """After being told of work, wait until nobody told of more for so long: what causes one piece
    of work often causes several, and a look at ten costs no more than a look at one."""
    longest_wait: float = 0.0
    """When the wait for quiet ends in any case."""
    lease: float = LEASE_SECONDS
    """How long the claim of an instance that was killed lasts; longer than one look may take
    without asking for its lease again."""


STOP_SECONDS = 5.0
"""How long `stop` waits for the look in hand. What is cut off later is done again by another."""

Look = Callable[[Lease], Awaitable[bool]]
"""Does what is there to do; whether it is worth looking again at once. A long look asks the lease
`hold()` between its steps, and stops where it is when that says no."""


Rest = Callable[[asyncio.Event, float], Awaitable[None]]
"""Waits until the event is set or the sweep's seconds are over, or for a reason of its own."""


async def until_told(woken: asyncio.Event, sweep: float) -> None:
    """Wait until `woken` is set or `sweep` seconds are over."""
    with suppress(TimeoutError):
        async with asyncio.timeout(sweep):
            await woken.wait()


class WorkLoop:
    """One worker of this process: of all instances of the service, only one works at a time."""

    def __init__(
        self,
        lease: Lease,
        look: Look,
        pace: Pace = Pace(),
        *,
        needs: asyncio.Event | None = None,
        rest: Rest = until_told,
        at_end: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._lease = lease
        self._look = look
        self._pace = pace
        self._needs = needs
        """Waited for before each look, without renewing the lease."""
        self._rest = rest
        self._looking = asyncio.Lock()
        self._at_end = at_end
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something to do; to be called once it is committed."""
        self._woken.set()

    async def run(self) -> None:
        """Look for ever; the lease is given back at the end."""
        try:
            while True:
                if self._needs is not None:
                    await self._needs.wait()
                self._woken.clear()
                async with self._looking:
                    again = await self._lease.hold() and await self._look(self._lease)
                if not again:
                    await self._rest(self._woken, self._pace.sweep)
                if again or self._woken.is_set():
                    await self._gathered(monotonic() + self._pace.longest_wait)
        finally:
            await self._lease.release()
            if self._at_end is not None:
                await self._at_end()

    async def stop(self) -> None:
        """Begin no further look, and leave the lease to another instance.

        Raises:
            TimeoutError: the look in hand takes longer; it ends when `run` is cancelled.

        """
        self._lease.give_up()
        async with asyncio.timeout(STOP_SECONDS):
            await self._looking.acquire()
        await self._lease.release()

    async def _gathered(self, latest: float) -> None:
        """Let come together what comes together, until it is quiet or `latest` is reached."""
        self._woken.clear()
        while (left := latest - monotonic()) > 0:
            await asyncio.sleep(min(self._pace.quiet, left))
            if not self._woken.is_set():
                return
            self._woken.clear()
