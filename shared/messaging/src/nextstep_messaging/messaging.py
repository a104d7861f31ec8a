"""The one long-lived object of a service: its database, its bus, and all that runs behind."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID, uuid4

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from nextstep_contracts import Envelope
from nextstep_messaging import health, inbox, metrics
from nextstep_messaging.bus import Bus
from nextstep_messaging.clock import Clock, clock_from
from nextstep_messaging.consumers import Consumers, Source
from nextstep_messaging.dead_letters import DEAD_LETTERS_COLLECTION, DeadLetters
from nextstep_messaging.firing import Timers
from nextstep_messaging.handling import Handling
from nextstep_messaging.inbox import INBOX_COLLECTION
from nextstep_messaging.mongo import LEASES, Collection, Database, Transaction
from nextstep_messaging.outbox import OUTBOX, OUTBOX_COLLECTION, Positions
from nextstep_messaging.relay import Relay
from nextstep_messaging.settings import MessagingSettings
from nextstep_messaging.subscriptions import Subscription
from nextstep_messaging.supervision import end, supervise
from nextstep_messaging.timers import TIMERS, TIMERS_COLLECTION, TimerHandler
from nextstep_messaging.topology import (
    consumer_queue,
    dead_queue,
    declare_consumer,
    declare_listeners,
    listeners,
)
from nextstep_messaging.tracing import current_traceparent
from nextstep_messaging.work import UnitOfWork

log = structlog.get_logger()
T = TypeVar("T")

START_SECONDS = 10.0
"""How long `start` waits for the broker and the database before it returns without them."""
SYSTEM_COLLECTIONS = (
    INBOX_COLLECTION,
    OUTBOX_COLLECTION,
    TIMERS_COLLECTION,
    DEAD_LETTERS_COLLECTION,
    Collection(LEASES),
)
TRANSACTIONS_AT_ONCE = 8
"""Per process. More do not go faster, and on one document they go very much slower."""


class Messaging:
    """Build one per process; then `start` and `stop` it in the app's lifespan."""

    def __init__(
        self,
        service: str,
        settings: MessagingSettings,
        *,
        clock: Clock | None = None,
        subscriptions: Sequence[Subscription] = (),
        timers: Mapping[str, TimerHandler] = {},
        collections: Sequence[Collection] = (),
        workers: Mapping[str, Callable[[], Awaitable[None]]] = {},
    ) -> None:
        self.service = service
        self.settings = settings
        self.clock: Clock = clock or clock_from(settings)
        self.subscriptions = tuple(subscriptions)
        self._collections = (*SYSTEM_COLLECTIONS, *collections)
        self._workers = dict(workers)
        self._positions = Positions()
        self._slots = asyncio.Semaphore(TRANSACTIONS_AT_ONCE)
        self._locks: dict[str, asyncio.Lock] = {}
        self._pending: dict[str, Callable[[], Awaitable[int]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._migrated = asyncio.Event()
        heard = listeners(service)
        amqp_url = settings.amqp_url.get_secret_value()
        self.db = Database(settings.mongo_url.get_secret_value(), settings.mongo_database)
        self._bus = Bus(amqp_url, service)
        self._heard = heard
        self._relay = Relay(self.db, self._bus, heard)
        self._timers = Timers(self.db, self.clock, self.transact, timers)
        self.dead_letters = DeadLetters(self.db, self._bus)
        self._handling = Handling(service, self._bus, self._handle, settings.retry_delays)
        self._consumers = Consumers(amqp_url, self._sources())
        for subscription in self.subscriptions:
            metrics.SUBSCRIPTION.labels(service, subscription.event.event_name).set(1)

    async def open(self) -> None:
        """Connect to the database and bring it up to date, with nothing running behind.

        Raises:
            DatabaseUnavailableError: it cannot be reached.

        """
        await self.db.ping()
        await self.db.migrate(self._collections)
        self._migrated.set()

    @asynccontextmanager
    async def opened(self, *, broker: bool = False) -> AsyncIterator[None]:
        """For commands: the database, and the broker if asked, with nothing consumed or fired.

        Raises:
            DatabaseUnavailableError: the database cannot be reached.
            BusUnavailableError: the broker cannot be reached.

        """
        await self.open()
        publishing = asyncio.create_task(self._bus.run(self._declare)) if broker else None
        try:
            if publishing is not None:
                await _first(self._bus.ready.wait(), publishing)
            yield
        finally:
            if publishing is not None:
                await end(publishing)
            await self.db.close()

    async def start(self) -> None:
        """Start everything.

        Returns though the broker or the database is down: readiness then says what is missing,
        and the service recovers by itself when they come.
        """
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "database": self._keep_database,
            "bus": lambda: self._bus.run(self._declare),
            "consumers": self._consume,
            "relay": lambda: self._after_migration(self._relay.run),
            "timers": lambda: self._after_migration(self._timers.run),
        }
        for name, work in loops.items():
            self._tasks.append(asyncio.create_task(supervise(name, work), name=name))
        for name, work in self._workers.items():
            ready = lambda work=work: self._after_migration(work)  # noqa: E731
            self._tasks.append(asyncio.create_task(supervise(name, ready), name=name))
        try:
            async with asyncio.timeout(START_SECONDS):
                while not all(check.ok for check in await self.readiness()):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            missing = [check.name for check in await self.readiness() if not check.ok]
            log.warning("started_without", missing=missing)

    async def stop(self) -> None:
        """Stop: no new messages, then what is in hand, then the relay, then the connections."""
        try:
            async with asyncio.timeout(self.settings.stop_seconds):
                await self._consumers.cancel()
                await self._handling.finished()
        except (TimeoutError, OSError) as error:
            log.warning("stopped_with_work_in_hand", error=str(error))
        await end(*reversed(self._tasks))
        self._tasks.clear()
        for lease in (self._relay, self._timers):
            try:
                await lease.close()
            except OSError:
                log.info("lease_left_to_run_out")
        await self.db.close()

    async def transact(
        self,
        work: Callable[[UnitOfWork], Awaitable[T]],
        *,
        correlation_id: UUID | None = None,
        one_at_a_time: str | None = None,
    ) -> T:
        """Run `work` in one transaction with everything it publishes and schedules.

        It runs again from the start when another transaction was in its way, so it must have no
        effect outside the unit of work. Within the process, work under the same `one_at_a_time`
        runs one after another.

        Raises:
            Conflict: somebody else was quicker every time.
            DatabaseUnavailableError: the database cannot be reached.

        """
        correlation = correlation_id or uuid4()
        return await self._run(work, correlation, None, None, one_at_a_time)

    async def readiness(self) -> list[health.Check]:
        """What the service needs, and what of it is there."""
        checks = [await self._check_database()]
        up = self._bus.ready.is_set()
        checks.append(health.Check("broker", up, "" if up else "not connected"))
        for queue, problem in self._consumers.states.items():
            checks.append(health.Check(f"consumer {queue}", not problem, problem))
        return checks

    async def measure(self) -> None:
        """Bring the gauges up to date; called before each scrape."""
        rows = self.db.read(OUTBOX)
        metrics.OUTBOX_DEPTH.set(await rows.count({}))
        oldest = await rows.find({}, sort=[("position", 1)], limit=1)
        age = (time.time_ns() - oldest[0]["position"]) / 1e9 if oldest else 0
        metrics.OUTBOX_AGE.set(max(0, age))
        due = {"due": {"$lte": self.clock.now()}}
        metrics.TIMERS_DUE.set(await self.db.read(TIMERS).count(due))
        metrics.DEAD_LETTERS.set(await self.dead_letters.count())
        for kind, count in self._pending.items():
            metrics.WORK_PENDING.labels(kind).set(await count())

    def pending(self, kind: str, count: Callable[[], Awaitable[int]]) -> None:
        """Count work of this service that the metrics should show as pending."""
        self._pending[kind] = count

    async def _handle(
        self,
        work: Callable[[UnitOfWork], Awaitable[None]],
        *,
        consumer: str,
        envelope: Envelope,
        one_at_a_time: str | None,
    ) -> None:
        await self._run(work, envelope.correlation_id, consumer, envelope, one_at_a_time)

    async def _run(
        self,
        work: Callable[[UnitOfWork], Awaitable[T]],
        correlation_id: UUID,
        consumer: str | None,
        envelope: Envelope | None,
        one_at_a_time: str | None,
    ) -> T:
        last: UnitOfWork | None = None

        async def attempt(transaction: Transaction) -> T:
            nonlocal last
            last = uow = UnitOfWork(
                transaction,
                service=self.service,
                now=self.clock.now(),
                correlation_id=correlation_id,
                envelope=envelope,
                traceparent=current_traceparent(),
            )
            if consumer is not None and envelope is not None:
                await inbox.enter(transaction, consumer, envelope.id)
            result = await work(uow)
            await uow.flush(self._positions)
            return result

        async with AsyncExitStack() as held:
            if one_at_a_time is not None:
                lock = self._locks.setdefault(one_at_a_time, asyncio.Lock())
                await held.enter_async_context(lock)
            await held.enter_async_context(self._slots)
            result = await self.db.transact(attempt)
        if last is not None and last.published:
            self._relay.woken.set()
        if last is not None and last.scheduled:
            self._timers.woken.set()
        return result

    def _sources(self) -> list[Source]:
        sources = [
            Source(
                consumer_queue(self.service, one.event),
                one.prefetch or self.settings.prefetch,
                self._taker(one),
            )
            for one in self.subscriptions
        ]

        async def keep(message: AbstractIncomingMessage) -> None:
            await self.dead_letters.keep(self.service, message)

        return [*sources, Source(dead_queue(self.service), 10, keep)]

    def _taker(
        self, subscription: Subscription
    ) -> Callable[[AbstractIncomingMessage], Awaitable[None]]:
        async def take(message: AbstractIncomingMessage) -> None:
            await self._handling.take(subscription, message)

        return take

    async def _keep_database(self) -> None:
        await self.open()
        await asyncio.Event().wait()

    async def _after_migration(self, work: Callable[[], Awaitable[None]]) -> None:
        await self._migrated.wait()
        await work()

    async def _declare(self, channel: AbstractChannel) -> None:
        events = [subscription.event for subscription in self.subscriptions]
        await declare_consumer(channel, self.service, events, self.settings.retry_delays)
        await declare_listeners(channel, self._heard)

    async def _consume(self) -> None:
        await self._migrated.wait()
        await self._bus.ready.wait()
        await self._consumers.run()

    async def _check_database(self) -> health.Check:
        try:
            async with asyncio.timeout(2):
                await self.db.ping()
        except (OSError, TimeoutError) as error:
            return health.Check("database", ok=False, detail=str(error)[:200] or "does not answer")
        done = self._migrated.is_set()
        return health.Check("database", done, "" if done else "its indexes are being created")


async def _first(ready: Coroutine[Any, Any, Any], running: asyncio.Task[None]) -> None:
    """Wait until `ready`, or raise what ended `running` before that."""
    waiting = asyncio.ensure_future(ready)
    done, _ = await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    if running in done:
        waiting.cancel()
        running.result()
