"""The context of one use case: its transaction, who acts, and what goes on the audit trail."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Self, TypeVar

from nextstep_messaging.database.documents import SessionCollection
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.audit import Actor, AuditEntry, record_all

T = TypeVar("T")


class Act:
    """What a use case is given. It lives for one attempt of one transaction.

    A service adds what its use cases work on: the cohort, and records it has loaded.
    """

    def __init__(self, uow: UnitOfWork, actor: Actor | None = None) -> None:
        self.uow = uow
        self._actor = actor
        self._entries: list[AuditEntry] = []

    @property
    def now(self) -> datetime:
        """The injected clock, the same for everything in this transaction."""
        return self.uow.now

    @property
    def actor(self) -> Actor:
        """Who acts.

        Raises:
            RuntimeError: nobody does; an event or a timer is being handled.

        """
        if self._actor is None:
            raise RuntimeError("nobody acts: this follows from an event or a timer")
        return self._actor

    def read(self, name: str) -> SessionCollection:
        """A collection inside the transaction."""
        return self.uow.collection(name)

    def audit(self, action: str, about: str, **details: Any) -> None:
        """Put on the audit trail that the actor did `action` (a verb) to `about` (an id)."""
        self._entries.append(AuditEntry(self.actor, action, about, details))

    async def doing(self, use_case: Callable[[Self], Awaitable[T]]) -> T:
        """Run a use case in this act, and write what it left to be written.

        Raises:
            Refused: a rule says no; the transaction is given up with the act.

        """
        result = await use_case(self)
        await self.flush()
        return result

    async def flush(self) -> None:
        """Write what is still to be written, as the last step of the use case."""
        await record_all(self.uow, self._entries)
