"""One message, one transaction: what becomes of a delivery, and only then its acknowledgement."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from aio_pika.abc import AbstractIncomingMessage
from faststream import BaseMiddleware, ContextRepo, StreamMessage
from faststream.exceptions import RejectMessage

from nextstep_contracts import Envelope, Event
from nextstep_messaging.bus import envelope as wire
from nextstep_messaging.bus.connection import Bus, BusUnavailableError, UnroutableError
from nextstep_messaging.bus.dead_letters import kind_of
from nextstep_messaging.bus.envelope import UnreadableError
from nextstep_messaging.bus.inside_faststream import queue_in_hand
from nextstep_messaging.bus.metrics import HANDLED, HANDLER_SECONDS
from nextstep_messaging.bus.retry import QUICK_PAUSES, Die, after_failure
from nextstep_messaging.bus.router import Hearing
from nextstep_messaging.bus.sender import SENDER, NotEntitledError, objection, proven_sender
from nextstep_messaging.bus.topology import (
    consumer_queue,
    dead_queue,
    later_exchange,
    own_exchange,
    told,
    waiting_queue,
)
from nextstep_messaging.bus.tracing import handling_span
from nextstep_messaging.database.errors import DatabaseUnavailableError, StaleDocument
from nextstep_messaging.database.inbox import AlreadyHandledError
from nextstep_messaging.database.unit_of_work import UnitOfWork, Units

log = structlog.get_logger()

DATABASE_PAUSE = 1.0
"""Seconds between looks at a database that is down. The message stays in hand meanwhile: sending
it round the retry queues would turn a long outage into dead letters."""
REQUEUE_PAUSE = 0.5
"""Seconds before a message goes back to its queue because the broker did not take it elsewhere."""

Delivery = StreamMessage[AbstractIncomingMessage]
Work = Callable[[UnitOfWork], Awaitable[None]]


class OneTransaction(BaseMiddleware[Any, Any]):
    """Handles the messages of one service's router. FastStream acknowledges what returns here.

    A cancellation, which is how a lost connection shows, leaves a message unacknowledged: the
    broker delivers it again.
    """

    def __init__(self, msg: Any, /, *, context: ContextRepo, handling: "Handling") -> None:
        super().__init__(msg, context=context)
        self._handling = handling

    async def consume_scope(
        self, call_next: Callable[[Any], Awaitable[Any]], msg: Delivery
    ) -> None:
        """Bring one delivery to its end: handled, put off or buried.

        Raises:
            RejectMessage: it goes back to its queue.

        """

        async def work(uow: UnitOfWork) -> None:
            with self.context.scope("uow", uow):
                await call_next(msg)

        queue = queue_in_hand(self.context)
        with self._handling.one_in_hand():
            try:
                if await self._handling.take(queue, msg, work):
                    return
            except Exception:
                # a fault of ours, not of the handler: without an answer it would be stuck
                log.exception("delivery_failed", message_id=msg.message_id)
            await asyncio.sleep(REQUEUE_PAUSE)
            raise RejectMessage(requeue=True)


class Handling:
    """What becomes of the deliveries of one service."""

    def __init__(
        self,
        service: str,
        heard: Iterable[Hearing],
        bus: Bus,
        units: Units,
        *,
        delays: Sequence[float],
        proof_required: bool,
    ) -> None:
        self._service = service
        self._heard = {consumer_queue(service, one.event): one for one in heard}
        self._bus = bus
        self._units = units
        self._delays = delays
        self._proof_required = proof_required
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def one_in_hand(self) -> Iterator[None]:
        """Count a delivery while it is being handled."""
        self._in_hand += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._in_hand -= 1
            if self._in_hand == 0:
                self._idle.set()

    async def finished(self) -> None:
        """Wait until no delivery is in hand."""
        await self._idle.wait()

    async def take(self, queue: str, message: Delivery, work: Work) -> bool:
        """Handle one delivery; whether it is done with, else it must go back to its queue."""
        hearing = self._heard[queue]
        user = message.raw_message.user_id
        sender = proven_sender(self._service, user, message.headers)
        try:
            envelope = wire.from_headers(message.headers)
            event = cast("Event", await message.decode())
            problem = objection(envelope, sender, user, required=self._proof_required)
            if not isinstance(event, hearing.event):
                problem = f"{envelope.type} does not belong into {queue}"
        except UnreadableError as error:
            problem = str(error)
        if problem:
            outcome = await self._bury(queue, message, problem, sender)
        else:
            with (
                structlog.contextvars.bound_contextvars(
                    event_id=str(envelope.id),
                    event_type=envelope.type,
                    correlation_id=str(envelope.correlation_id),
                ),
                handling_span(queue, envelope),
                HANDLER_SECONDS.labels(hearing.event.event_name).time(),
            ):
                outcome = await self._handle(hearing, queue, message, envelope, event, work=work)
        if outcome is None:
            return False
        HANDLED.labels(self._service, hearing.event.event_name, outcome).inc()
        return True

    async def _handle(
        self,
        hearing: Hearing,
        queue: str,
        message: Delivery,
        envelope: Envelope,
        event: Event,
        *,
        work: Work,
    ) -> str | None:
        """The outcome of a readable message, or None when it must go back to its queue."""
        failure: Exception | None = None
        for pause in (*QUICK_PAUSES, None):
            try:
                if hearing.wants is not None and not hearing.wants(event):
                    return "unwanted"
                await self._commit(queue, envelope, hearing.line(event), work)
            except AlreadyHandledError:
                return "duplicate"
            except NotEntitledError as error:
                return await self._bury(queue, message, str(error), envelope.source)
            except StaleDocument as error:
                # tried often already; after a crash a lock can last until the server drops the
                # transaction of the dead, a minute by default
                failure = error
                break
            except Exception as error:  # noqa: BLE001 - a handler may fail in any way it likes
                failure = error
            else:
                return "handled"
            if pause is not None:
                await asyncio.sleep(pause)
        assert failure is not None  # noqa: S101 - the loop leaves no other way here
        log.error("handler_failed", queue=queue, exc_info=failure)
        return await self._put_off(queue, message, failure, envelope.source)

    async def _commit(self, queue: str, envelope: Envelope, line: str | None, work: Work) -> None:
        """Commit the inbox row, the handler's changes and its events, once the database answers."""
        while True:
            try:
                return await self._units.commit(
                    work,
                    correlation_id=envelope.correlation_id,
                    heard=(told(queue, envelope.source), envelope),
                    in_line=line,
                )
            except DatabaseUnavailableError as error:
                log.warning("waiting_for_database", error=str(error))
                await asyncio.sleep(DATABASE_PAUSE)

    async def _put_off(
        self, queue: str, message: Delivery, failure: Exception, sender: str
    ) -> str | None:
        step = after_failure(wire.attempt_of(message.headers), self._delays)
        if isinstance(step, Die):
            return await self._bury(queue, message, f"{type(failure).__name__}: {failure}", sender)
        headers = {**wire.own(message.headers), wire.ATTEMPT: step.attempt, SENDER: sender}
        exchange = later_exchange(self._service, step.delay)
        waiting = waiting_queue(self._service, step.delay)
        sent = await self._send(exchange, queue, message, headers, waiting)
        return "retried" if sent else None

    async def _bury(
        self, queue: str, message: Delivery, reason: str, sender: str | None
    ) -> str | None:
        # the whole reason may quote what people wrote: it stays with the letter
        log.error("dead_letter", queue=queue, message_id=message.message_id, reason=kind_of(reason))
        headers: dict[str, Any] = {
            **wire.own(message.headers),
            SENDER: sender or "",
            wire.CONSUMER: queue,
            wire.REASON: reason[:2000],
            wire.DIED_AT: datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        dead = dead_queue(self._service)
        sent = await self._send(own_exchange(self._service), dead, message, headers, dead)
        return "dead" if sent else None

    async def _send(
        self, exchange: str, routing_key: str, message: Delivery, headers: wire.Headers, to: str
    ) -> bool:
        raw = message.raw_message
        try:
            await self._bus.publish(
                exchange,
                routing_key,
                raw.body,
                message_id=raw.message_id or "",
                message_type=raw.type or "",
                headers=headers,
                queues=[to],
            )
        except (BusUnavailableError, UnroutableError) as error:
            log.warning("message_goes_back", routing_key=routing_key, error=str(error))
            return False
        return True
