"""One message, one transaction: what becomes of a delivery, and only then its acknowledgement."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from aio_pika.abc import AbstractIncomingMessage
from pydantic import ValidationError

from nextstep_contracts import Envelope, Event, UnknownEventError, decode
from nextstep_messaging.bus import envelope as wire
from nextstep_messaging.bus.connection import Bus, BusUnavailableError, UnroutableError
from nextstep_messaging.bus.envelope import UnreadableError
from nextstep_messaging.bus.inbox import AlreadyHandledError
from nextstep_messaging.bus.retry import QUICK_PAUSES, Die, after_failure
from nextstep_messaging.bus.subscriptions import Subscription
from nextstep_messaging.bus.topology import consumer_queue, dead_queue, retry_queue
from nextstep_messaging.database.errors import DatabaseUnavailableError, StaleDocument
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.metrics import HANDLED, HANDLER_SECONDS
from nextstep_messaging.operating.tracing import handling_span

log = structlog.get_logger()

DATABASE_PAUSE = 1.0
"""Seconds between looks at a database that is down. The message stays in hand meanwhile: sending
it round the retry queues would turn a long outage into dead letters."""
REQUEUE_PAUSE = 0.5
"""Seconds before a message goes back to its queue because the broker did not take it elsewhere."""


class Transact(Protocol):
    """Runs work for a message in one transaction that begins with its inbox row."""

    async def __call__(
        self,
        work: Callable[[UnitOfWork], Awaitable[None]],
        *,
        consumer: str,
        envelope: Envelope,
        one_at_a_time: str | None,
    ) -> None:
        """Raises AlreadyHandledError for a duplicate."""


class Handling:
    """Handles the deliveries of one service."""

    def __init__(self, service: str, bus: Bus, transact: Transact, delays: Sequence[float]) -> None:
        self._service = service
        self._bus = bus
        self._transact = transact
        self._delays = delays
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def take(self, subscription: Subscription, message: AbstractIncomingMessage) -> None:
        """Handle one delivery to its end.

        A cancellation, which is how a lost connection shows, leaves it unacknowledged: the broker
        delivers it again.
        """
        self._in_hand += 1
        self._idle.clear()
        try:
            await self._take(subscription, message)
        except Exception:
            # a fault of ours, not of the handler: without an answer the message would be stuck
            log.exception("delivery_failed", message_id=message.message_id)
            await _go_back(message)
        finally:
            self._in_hand -= 1
            if self._in_hand == 0:
                self._idle.set()

    async def finished(self) -> None:
        """Wait until no delivery is in hand."""
        await self._idle.wait()

    async def _take(self, subscription: Subscription, message: AbstractIncomingMessage) -> None:
        queue = consumer_queue(self._service, subscription.event)
        try:
            envelope = wire.from_headers(message.headers)
            event = read(envelope, message.body)
        except UnreadableError as error:
            outcome = await self._bury(queue, message, str(error))
        else:
            with (
                structlog.contextvars.bound_contextvars(
                    event_id=str(envelope.id),
                    event_type=envelope.type,
                    correlation_id=str(envelope.correlation_id),
                ),
                handling_span(queue, envelope),
                HANDLER_SECONDS.labels(subscription.event.event_name).time(),
            ):
                outcome = await self._handle(subscription, queue, message, envelope, event)
        if outcome is None:
            await _go_back(message)
            return
        HANDLED.labels(self._service, subscription.event.event_name, outcome).inc()
        await _settle(message.ack())

    async def _handle(
        self,
        subscription: Subscription,
        queue: str,
        message: AbstractIncomingMessage,
        envelope: Envelope,
        event: Event,
    ) -> str | None:
        """The outcome of a readable message, or None when it must go back to its queue."""

        async def work(uow: UnitOfWork) -> None:
            await subscription.handler(event, uow)

        failure: Exception | None = None
        for pause in (*QUICK_PAUSES, None):
            try:
                if subscription.wants is not None and not subscription.wants(event):
                    return "unwanted"
                await self._when_database_answers(
                    lambda: self._transact(
                        work,
                        consumer=queue,
                        envelope=envelope,
                        one_at_a_time=subscription.line(event),
                    )
                )
            except AlreadyHandledError:
                return "duplicate"
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
        return await self._put_off(queue, message, failure)

    async def _when_database_answers(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await work()
            except DatabaseUnavailableError as error:
                log.warning("waiting_for_database", error=str(error))
                await asyncio.sleep(DATABASE_PAUSE)

    async def _put_off(
        self, queue: str, message: AbstractIncomingMessage, failure: Exception
    ) -> str | None:
        step = after_failure(wire.attempt_of(message.headers), self._delays)
        if isinstance(step, Die):
            return await self._bury(queue, message, f"{type(failure).__name__}: {failure}")
        headers = {**wire.own(message.headers), wire.ATTEMPT: step.attempt}
        sent = await self._send(retry_queue(self._service, step.delay), queue, message, headers)
        return "retried" if sent else None

    async def _bury(self, queue: str, message: AbstractIncomingMessage, reason: str) -> str | None:
        log.error("dead_letter", queue=queue, message_id=message.message_id, reason=reason)
        headers: dict[str, Any] = {
            **wire.own(message.headers),
            wire.CONSUMER: queue,
            wire.REASON: reason[:2000],
            wire.DIED_AT: datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        sent = await self._send("", dead_queue(self._service), message, headers)
        return "dead" if sent else None

    async def _send(
        self,
        exchange: str,
        routing_key: str,
        message: AbstractIncomingMessage,
        headers: dict[str, Any],
    ) -> bool:
        try:
            await self._bus.publish(
                exchange,
                routing_key,
                message.body,
                message_id=message.message_id or "",
                message_type=message.type or "",
                headers=headers,
            )
        except (BusUnavailableError, UnroutableError) as error:
            log.warning("message_goes_back", routing_key=routing_key, error=str(error))
            return False
        return True


def read(envelope: Envelope, body: bytes) -> Event:
    """The event in a message's body, brought up to its newest version.

    Raises:
        UnreadableError: the type is unknown or the data does not fit it.

    """
    try:
        return decode(envelope.type, json.loads(body))
    except UnknownEventError as error:
        raise UnreadableError(str(error)) from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()
        )
        raise UnreadableError(f"the data does not fit {envelope.type}: {problems}") from error
    except (ValueError, TypeError, LookupError) as error:
        raise UnreadableError(f"the body cannot be read: {error}") from error


async def _go_back(message: AbstractIncomingMessage) -> None:
    await asyncio.sleep(REQUEUE_PAUSE)
    await _settle(message.reject(requeue=True))


async def _settle(answer: Awaitable[None]) -> None:
    """Acknowledge or reject. On a lost channel it is too late: the broker delivers again."""
    with suppress(Exception):
        await answer
