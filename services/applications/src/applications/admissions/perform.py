"""Runs use cases: each in a transaction of its own, with a act to work on."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from applications.admissions.act import Act
from nextstep_messaging import Messaging, UnitOfWork
from nextstep_programme import Cohort

T = TypeVar("T")
UseCase = Callable[[Act], Awaitable[T]]

LEDGER = "ledger"
"""Use cases of one process run one after another: almost all of them change the one ledger, and
rivals on one document cost far more than the wait."""


async def in_one_act(uow: UnitOfWork, cohort: Cohort, use_case: UseCase[T]) -> T:
    """Run a use case within a transaction that is open already."""
    act = Act(uow, cohort)
    result = await use_case(act)
    await act.flush()
    return result


class Admissions:
    """The admissions of one cohort."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self._messaging: Messaging | None = None

    def attach(self, messaging: Messaging) -> None:
        """Give it the messaging that its own timers and workers were registered with."""
        self._messaging = messaging

    async def perform(self, use_case: UseCase[T], *, correlation_id: UUID | None = None) -> T:
        """Run a use case in a transaction; a refusal by a rule leaves nothing behind."""
        if self._messaging is None:
            raise RuntimeError("attach a messaging before performing anything")
        return await self._messaging.transact(
            lambda uow: in_one_act(uow, self.cohort, use_case),
            correlation_id=correlation_id,
            one_at_a_time=LEDGER,
        )
