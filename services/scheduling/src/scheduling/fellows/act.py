"""What a process of this service holds, and what each of its use cases is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar
from uuid import UUID

import nextstep_messaging
from nextstep_messaging import Actor, Messaging, UnitOfWork
from nextstep_programme import Cohort
from scheduling.fellows.records import Read

LateJoiners = Literal["count", "excuse_modules"]
T = TypeVar("T")


@dataclass(frozen=True)
class Scheduling:
    """One per process."""

    messaging: Messaging
    cohort: Cohort
    late_joiners: LateJoiners
    """Modules before joining: `count` as missed (a waiver mends it) or `excuse_modules`."""
    open_points: tuple[str, ...]
    """What the cohort's file leaves open, in sentences."""
    calendar_changed: Callable[["Act"], Awaitable[None]]
    """What else follows when a session is added, moved or called off, in the same transaction.
    Given from outside, so that the calendar need not know who counts on it."""

    @property
    def read(self) -> Read:
        """Reads outside a transaction."""
        return self.messaging.db.read

    async def perform(
        self,
        use_case: Callable[["Act"], Awaitable[T]],
        actor: Actor | None = None,
        correlation_id: UUID | None = None,
    ) -> T:
        """Run a use case in one transaction.

        Raises:
            Refused: a rule says no; nothing is changed.

        """
        return await self.messaging.transact(
            lambda uow: Act(uow, self, actor).doing(use_case), correlation_id=correlation_id
        )


class Act(nextstep_messaging.Act):
    """The context of one use case: its transaction, who acts, and the cohort."""

    def __init__(self, uow: UnitOfWork, here: Scheduling, actor: Actor | None = None) -> None:
        super().__init__(uow, actor)
        self.here = here

    @property
    def cohort(self) -> Cohort:
        """The cohort in hand."""
        return self.here.cohort
