"""Leases: which instance of a service does what only one may do at a time.

They go by the wall clock of the machines, never by the injected one: a simulated year must not
outrun them. Instances may disagree by a few seconds; what a lease guards stays correct with two
holders (duplicates meet the inbox) and is only wasteful.
"""

from time import monotonic
from uuid import uuid4

from nextstep_messaging.database.database import LEASES, Database
from nextstep_messaging.database.schema import Collection

LEASES_COLLECTION = Collection(LEASES)
LEASE_SECONDS = 6.0
"""How long the service goes without a relay when the instance that holds the lease is killed. It
is renewed every third of that, so two renewals may fail before it runs out."""
ASK_SECONDS = 1.0
"""How often an instance without the lease asks for it."""


class Lease:
    """One instance's claim to a lease of its service."""

    def __init__(self, db: Database, name: str, seconds: float | None = None) -> None:
        self._db = db
        self._name = name
        self._seconds = seconds or LEASE_SECONDS
        self._given_up = False
        self._owner = str(uuid4())
        self._ask_at = 0.0
        self._until = 0.0

    @property
    def held(self) -> bool:
        """Whether this instance holds the lease."""
        return monotonic() < self._until

    async def hold(self) -> bool:
        """Take or renew the lease when it is time to.

        Returns:
            whether this instance holds it.

        """
        # counted from before the round trip, so that we never believe in it for too long
        asked = monotonic()
        if self._given_up:
            return False
        if asked < self._ask_at:
            return self.held
        if await self._db.lease(self._name, self._owner, self._seconds):
            self._until, self._ask_at = asked + self._seconds, asked + self._seconds / 3
        else:
            self._until, self._ask_at = 0.0, asked + ASK_SECONDS
        return self.held

    def give_up(self) -> None:
        """Claim it no more: whoever works under it stops at the next step."""
        self._given_up = True

    async def release(self) -> None:
        """Give it back, so that another instance need not wait for it to run out."""
        if self.held:
            self._until = self._ask_at = 0.0  # whoever is started again may ask at once
            await self._db.release(self._name, self._owner)
