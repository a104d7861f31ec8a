"""The one long-lived object of a service: its database, its bus, and all that runs behind."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Container,
    Coroutine,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID, uuid4

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from nextstep_contracts import PersonErased
from nextstep_messaging.bus.connection import Bus
from nextstep_messaging.bus.consumers import Consumers, Source
from nextstep_messaging.bus.dead_letters import DEAD_LETTERS_COLLECTION, DeadLetters
from nextstep_messaging.bus.handling import Handling
from nextstep_messaging.bus.inbox import INBOX_COLLECTION
from nextstep_messaging.bus.outbox import OUTBOX_COLLECTION
from nextstep_messaging.bus.relay import Relay
from nextstep_messaging.bus.subscriptions import Handler, Subscription
from nextstep_messaging.bus.topology import (
    consumer_queue,
    dead_queue,
    declare_consumer,
    declare_listeners,
    listeners,
)
from nextstep_messaging.database.database import Database
from nextstep_messaging.database.files import FILES_COLLECTIONS
from nextstep_messaging.database.leases import LEASES_COLLECTION, Lease
from nextstep_messaging.database.schema import Collection
from nextstep_messaging.database.transactions import CANCEL_SECONDS
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.database.units import Units
from nextstep_messaging.operating import gauges, health, metrics
from nextstep_messaging.operating.audit import AUDIT_COLLECTIONS
from nextstep_messaging.operating.settings import MessagingSettings
from nextstep_messaging.operating.supervision import end, supervise
from nextstep_messaging.timers.clock import Clock, clock_from
from nextstep_messaging.timers.loop import Timers
from nextstep_messaging.timers.timer import TIMERS_COLLECTION, TimerHandler
from nextstep_messaging.timers.work_loop import Look, Pace, WorkLoop

log = structlog.get_logger()
T = TypeVar("T")

START_SECONDS = 10.0
"""How long `start` waits for the broker and the database before it returns without them."""
DEAD_LETTERS_IN_HAND = 10
SYSTEM_COLLECTIONS = (
    INBOX_COLLECTION,
    OUTBOX_COLLECTION,
    TIMERS_COLLECTION,
    DEAD_LETTERS_COLLECTION,
    LEASES_COLLECTION,
    *AUDIT_COLLECTIONS,
    *FILES_COLLECTIONS,
)


class Messaging:
    """Build one per process; `start` and `stop` it in the application's lifespan."""

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
        self._pending: dict[str, gauges.Count] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._migrated = asyncio.Event()
        self._heard = listeners(service)
        amqp_url = settings.amqp_url.get_secret_value()
        self.db = Database(settings.mongo_url.get_secret_value(), settings.mongo_database)
        self._bus = Bus(amqp_url, service)
        self._units = Units(service, self.db, self.clock, self._committed)
        self._relay = Relay(self.db, self._bus, self._heard)
        self._timers = Timers(self.db, self.clock, self._units.run, timers)
        self.dead_letters = DeadLetters(self.db, self._bus)
        self._handling = Handling(service, self._bus, self._units.handle, settings.retry_delays)
        self._consumers = Consumers(amqp_url, service, self._sources())
        for subscription in self.subscriptions:
            metrics.SUBSCRIPTION.labels(service, subscription.event.event_name).set(1)

    async def transact(
        self,
        work: Callable[[UnitOfWork], Awaitable[T]],
        *,
        correlation_id: UUID | None = None,
        one_at_a_time: str | None = None,
    ) -> T:
        """Run `work` in one transaction with everything it publishes and schedules.

        It runs again from the start when another transaction was in its way, so it must have no
        effect outside its unit of work. Within the process, work under the same `one_at_a_time`
        runs one after another, which is quicker than rivalry over one document.

        Raises:
            StaleDocument: somebody else was quicker every time.
            DatabaseUnavailableError: the database cannot be reached.

        """
        return await self._units.run(
            work, correlation_id=correlation_id or uuid4(), one_at_a_time=one_at_a_time
        )

    def add_worker(
        self,
        name: str,
        look: Look,
        pace: Pace = Pace(),  # noqa: B008 - immutable
        *,
        at_end: Callable[[], Awaitable[None]] | None = None,
    ) -> WorkLoop:
        """Add a worker that looks for work for as long as the service runs; see `WorkLoop`.

        Before `start`. `name` is its lease, its task and what the logs call it. `at_end` is called
        when it has looked for the last time, to close what it kept open between looks.
        """
        loop = WorkLoop(Lease(self.db, name, pace.lease), look, pace, at_end=at_end)
        self._workers[name] = loop.run
        return loop

    @asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[None]:
        """Run for as long as an ASGI application does."""
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        """Start everything.

        Returns though the broker or the database is down: readiness then says what is missing,
        and the service recovers by itself when they come.
        """
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "database": self._keep_database,
            "publishing": lambda: self._bus.run(self._declare),
            "consuming": self._consume,
            "relay": self._relay.run,
            "timers": self._timers.run,
            **self._workers,
        }
        for name, work in loops.items():
            starts = None if name in ("database", "publishing") else self._migrated
            running = supervise(name, work, after=starts)
            self._tasks.append(asyncio.create_task(running, name=name))
        await self._until_ready()

    async def stop(self) -> None:
        """Stop: no new messages, then what is in hand, then relay and timers, then connections."""
        for step in (self._finish_messages, self._timers.stop, self._relay.stop):
            try:
                await step()
            except OSError as error:  # TimeoutError is one
                log.warning("stopped_early", step=step.__qualname__, error=str(error))
        await end(*self._tasks)
        self._tasks.clear()
        with suppress(TimeoutError):
            # what was cut off undoes its transaction, which would else block others for a minute
            async with asyncio.timeout(2 * CANCEL_SECONDS):
                await self._handling.finished()
        await self.db.close()

    @asynccontextmanager
    async def opened(self, *, broker: bool = False) -> AsyncIterator[None]:
        """For commands: the database, and the broker if asked, with nothing consumed or fired.

        Raises:
            OSError: one of them cannot be reached.

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

    async def open(self) -> None:
        """Connect to the database and create what is missing in it.

        Raises:
            DatabaseUnavailableError: it cannot be reached.

        """
        await self.db.ping()
        await self.db.migrate(self._collections)
        self._migrated.set()

    async def readiness(self) -> list[health.Check]:
        """What the service needs, and what of it is there; for `/readyz`."""
        return await health.checks(
            self.db,
            migrated=self._migrated.is_set(),
            publishing=self._bus.ready.is_set(),
            consumers=self._consumers.states,
        )

    async def measure(self, names: Container[str] = ()) -> None:
        """Bring the gauges up to date before a scrape; only those named, if any are."""
        await gauges.measure(self.db, self.clock, self._pending, names)

    def pending(self, kind: str, count: gauges.Count) -> None:
        """Count work of the service as pending in the metrics, for example unmapped receipts."""
        self._pending[kind] = count

    def _committed(self, unit: UnitOfWork) -> None:
        if unit.published:
            self._relay.woken.set()
        if unit.scheduled:
            self._timers.woken.set()
        for tell in dict.fromkeys(unit.afterwards):
            tell()

    def _sources(self) -> list[Source]:
        async def keep(message: AbstractIncomingMessage) -> None:
            await self.dead_letters.keep(self.service, message)

        dead = Source(dead_queue(self.service), DEAD_LETTERS_IN_HAND, keep)
        return [*(self._source(one) for one in self.subscriptions), dead]

    def _source(self, subscription: Subscription) -> Source:
        if subscription.event is PersonErased:
            subscription = replace(subscription, handler=self._erasing(subscription.handler))

        async def take(message: AbstractIncomingMessage) -> None:
            await self._handling.take(subscription, message)

        queue = consumer_queue(self.service, subscription.event)
        return Source(queue, subscription.prefetch or self.settings.prefetch, take)

    def _erasing(self, handler: Handler) -> Handler:
        """Erase the person from the dead letters too, which the service's handler cannot know."""

        async def erase(event: PersonErased, uow: UnitOfWork) -> None:
            await self.dead_letters.forget(uow, event.person_id)
            await handler(event, uow)

        return erase

    async def _keep_database(self) -> None:
        await self.open()
        await asyncio.Event().wait()  # the driver reconnects by itself

    async def _declare(self, channel: AbstractChannel) -> None:
        events = [subscription.event for subscription in self.subscriptions]
        await declare_consumer(channel, self.service, events, self.settings.retry_delays)
        await declare_listeners(channel, self._heard)

    async def _consume(self) -> None:
        await self._bus.ready.wait()  # and with it the topology
        await self._consumers.run()

    async def _finish_messages(self) -> None:
        async with asyncio.timeout(self.settings.stop_seconds):
            await self._consumers.cancel()
            await self._handling.finished()

    async def _until_ready(self) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                while not all(check.ok for check in await self.readiness()):  # noqa: ASYNC110
                    # it depends on other machines, so there is no event to wait for
                    await asyncio.sleep(0.05)
        except TimeoutError:
            missing = [check.name for check in await self.readiness() if not check.ok]
            log.warning("started_without", missing=missing)


async def _first(ready: Coroutine[Any, Any, Any], running: asyncio.Task[None]) -> None:
    """Wait until `ready`, or raise what ended `running` before that."""
    waiting = asyncio.ensure_future(ready)
    await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        waiting.cancel()
        running.result()
