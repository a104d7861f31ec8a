"""How often may be posted to the addresses of forms.

An address that sends what no form of ours sends is soon not read any more, unless forms have proved
themselves from there, too: several customers of a form product share its addresses. A source that
proves itself is refused only far above what a form that people fill in can send.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from nextstep_web.bodies import PATIENCE, SMALL, NoRoomError, Room, no_room
from nextstep_web.rates import Limiter, Rate

REFUSALS: Final = Rate(burst=60, per_second=1)
"""Of one address that has proved nothing."""
MOST_PROVED: Final = 2_000
"""Addresses that are remembered to have proved themselves, the last to do so."""
BURST_SECONDS: Final = 10
"""Of its rate, what a source may send at once after a silence: as after an outage."""


class Doors:
    """Who is let in. `submissions_per_second` is what one source may send.

    `on_disk` is what all bodies on their way may take up there. Of addresses that have proved
    nothing, large ones get three quarters: whoever sends such bodies slowly, with signatures that
    only their end shows to be wrong, must not keep out the forms and people who are known.
    """

    def __init__(self, submissions_per_second: int, on_disk: int) -> None:
        self._strangers = Room(on_disk * 3 // 4)
        self._refusals = Limiter(REFUSALS)
        burst = BURST_SECONDS * submissions_per_second
        self._sources = Limiter(Rate(burst, submissions_per_second))
        self._proved: OrderedDict[str, None] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until anything from this address is read; 0 now."""
        return 0.0 if address in self._proved else self._refusals.wait(address)

    def refused(self, address: str) -> None:
        """Count what was no submission."""
        self._refusals.take(address)

    @asynccontextmanager
    async def room(self, address: str, size: int) -> AsyncIterator[None]:
        """Read a body of `size` bytes, if that leaves enough for others.

        Raises:
            NotServed: 503, too much of strangers is on its way.

        """
        if size <= SMALL or address in self._proved:
            yield
            return
        try:
            taken = await self._strangers.take(size, PATIENCE)
        except NoRoomError:
            raise no_room() from None
        try:
            yield
        finally:
            self._strangers.give_back(taken)

    def proved(self, address: str, source: str) -> float:
        """Count a submission that was verified; seconds after which it may come if not now."""
        self._proved[address] = None
        self._proved.move_to_end(address)
        if len(self._proved) > MOST_PROVED:
            self._proved.popitem(last=False)
        return self._sources.take(source)
