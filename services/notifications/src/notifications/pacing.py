"""How often a worker looks for work: at once when told of some, rarely when there is none."""

import asyncio

SHORTEST = 0.01
LONGEST = 0.5
"""Seconds. Work that another instance left is found within the longest."""


class Pace:
    """The rhythm of one worker.

    `wake` is called when work is about to be committed, so the first looks after it come in quick
    succession and then ever more rarely.
    """

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._pause = LONGEST

    def wake(self) -> None:
        """Say that there is, or in a moment will be, something to do."""
        self._woken.set()

    async def rest(self, *, worked: bool) -> None:
        """Wait until it is time to look again; not at all after a look that found work."""
        if worked:
            self._pause = SHORTEST
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(self._pause):
                await self._woken.wait()
        except TimeoutError:
            self._pause = min(LONGEST, self._pause * 2)
        else:
            self._woken.clear()
            self._pause = SHORTEST
