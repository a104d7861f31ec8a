"""What a process of this service holds, and what each of its use cases is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import nextstep_messaging
from nextstep_messaging import Actor, Database, Messaging, UnitOfWork
from notifications.emails.sent_from import From
from notifications.emails.writing import Writer
from notifications.hearing.form_emails import Bounds

T = TypeVar("T")


@dataclass(frozen=True)
class Notifications:
    """One per process."""

    messaging: Messaging
    writer: Writer
    us: From
    """Who emails come from, and who organises the sessions in calendars."""
    zone: str
    """Of local times in emails."""
    form_bounds: Bounds
    """Of what forms cause to one address."""
    programme_page: str
    """A Fellow's own page, without credentials: calendars are shared more widely than mailboxes."""
    wake_sender: Callable[[], None]
    """Says that an email is queued, once that is committed."""
    wake_calendar_keeper: Callable[[], None]
    """Says that a mark was left, once that is committed."""

    @property
    def db(self) -> Database:
        """The service's database, for reading."""
        return self.messaging.db

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
    """The context of one use case. Nobody acts where an event is handled."""

    def __init__(self, uow: UnitOfWork, here: Notifications, actor: Actor | None = None) -> None:
        super().__init__(uow, actor)
        self.here = here
