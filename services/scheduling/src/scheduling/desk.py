"""What pages and workers work with: the service's messaging and its programme."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from nextstep_messaging import Messaging, UnitOfWork
from scheduling.commands import calendar
from scheduling.programme import Programme
from scheduling.store import Read

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """One per process."""

    messaging: Messaging
    programme: Programme

    @property
    def read(self) -> Read:
        """Reads outside a transaction."""
        return self.messaging.db.read

    @property
    def cohort(self) -> str:
        """The id of the cohort in hand."""
        return self.programme.cohort.id

    def now(self) -> datetime:
        """The programme's clock."""
        return self.messaging.clock.now()

    async def transact(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run a use case in one transaction."""
        return await self.messaging.transact(work)

    async def keep_calendar(self) -> None:
        """Seed the calendar once the database is there, then wait until the service stops."""
        await self.transact(lambda uow: calendar.seed(uow, self.programme))
        await asyncio.Event().wait()
