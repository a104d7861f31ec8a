"""The unit of work: everything that one request, event or timer changes, all or nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from nextstep_contracts import Envelope, Event
from nextstep_messaging.bus.outbox import OUTBOX, Outgoing, Positions, outgoing, to_row
from nextstep_messaging.database.database import Transaction
from nextstep_messaging.database.documents import SessionCollection
from nextstep_messaging.timers.timer import TIMERS, timer_row


class UnitOfWork:
    """What a handler or a use case works with. It lives for one attempt of one transaction."""

    def __init__(
        self,
        transaction: Transaction,
        *,
        service: str,
        now: datetime,
        correlation_id: UUID,
        envelope: Envelope | None = None,
        traceparent: str | None = None,
    ) -> None:
        self.now = now
        """The injected clock, read once per attempt."""
        self.envelope = envelope
        """Of the event being handled; None for a request or a timer."""
        self.correlation_id = correlation_id
        self.published: list[Outgoing] = []
        self.scheduled = False
        """Whether a timer was set, so that whoever waits for timers must look again."""
        self.afterwards: list[Callable[[], None]] = []
        """Called once this is committed; see `then`."""
        self._transaction = transaction
        self._service = service
        self._traceparent = traceparent

    def collection(self, name: str) -> SessionCollection:
        """A collection inside the transaction."""
        return self._transaction.collection(name)

    def publish(self, event: Event) -> UUID:
        """Put an event into the outbox.

        Returns:
            the event's id, which is also its message id on the bus.

        Raises:
            ValueError: the event belongs to another service.

        """
        row = outgoing(
            event,
            service=self._service,
            now=self.now,
            correlation_id=self.correlation_id,
            causation_id=self.envelope.id if self.envelope else None,
            traceparent=self._traceparent,
        )
        self.published.append(row)
        return row.envelope.id

    async def schedule(
        self, key: str, kind: str, due: datetime, data: Mapping[str, Any] | None = None
    ) -> None:
        """Set the timer `key` to fire `kind` at `due`, replacing what it was set to before."""
        row = timer_row(kind, due, dict(data or {}), self.correlation_id)
        await self.collection(TIMERS).update({"_id": key}, row, upsert=True)
        self.scheduled = True

    async def cancel_timer(self, key: str) -> None:
        """Forget the timer `key`; one that is not set is no error."""
        await self.collection(TIMERS).delete({"_id": key})

    def then(self, tell: Callable[[], None]) -> None:
        """Call `tell` once this is committed, to wake work of this process that waits for it.

        Only a nudge: a crash after the commit skips it, so who waits must also look by itself.
        """
        self.afterwards.append(tell)

    async def flush(self, positions: Positions) -> None:
        """Write the outbox, as the last step before the commit and in one round trip.

        Positions are taken here: whoever changes the same aggregate next can only begin after
        this commit, so its events get higher ones.
        """
        rows = [to_row(event, positions.next()) for event in self.published]
        await self.collection(OUTBOX).insert_many(rows)
