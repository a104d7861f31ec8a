"""How often a worker looks for work: at once when told of some, and now and then unasked."""

import asyncio

LONGEST = 1.0
"""Seconds. Work that another instance left, or that a mail waited with, is found within it."""


GATHER = 0.04
"""Seconds between being told and looking. What causes one mail often causes several, and a look at
ten costs no more than a look at one."""


class Pace:
    """The rhythm of one worker."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something to do; to be called once it is committed."""
        self._woken.set()

    async def rest(self, *, worked: bool) -> None:
        """Wait until it is time to look again: at once, nearly, after a look that found work."""
        if worked:
            await asyncio.sleep(GATHER)
            return
        try:
            async with asyncio.timeout(LONGEST):
                await self._woken.wait()
        except TimeoutError:
            return
        await asyncio.sleep(GATHER)
        self._woken.clear()
