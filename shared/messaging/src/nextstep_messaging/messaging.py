"""The one long-lived object of a service: its database, its bus, and all that runs behind."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Container,
    Coroutine,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import structlog
from faststream import ContextRepo
from faststream.rabbit import RabbitBroker

from nextstep_contracts import Refused
from nextstep_messaging.bus import asyncapi, tried
from nextstep_messaging.bus.connection import Bus
from nextstep_messaging.bus.consumers import Consumers, Lose, NoQueueError, new_broker
from nextstep_messaging.bus.dead_letters import DEAD_LETTERS_COLLECTION, DeadLetters
from nextstep_messaging.bus.metrics import SUBSCRIPTION
from nextstep_messaging.bus.one_transaction import Handling, OneTransaction
from nextstep_messaging.bus.relay import Relay
from nextstep_messaging.bus.router import EventRouter, Handler, injected
from nextstep_messaging.bus.topology import (
    consumer_queue,
    dead_queue,
    listeners,
    of_consumer,
    of_publisher,
)
from nextstep_messaging.database.database import Database
from nextstep_messaging.database.files import FILES_COLLECTIONS
from nextstep_messaging.database.inbox import INBOX_COLLECTION
from nextstep_messaging.database.leases import LEASES_COLLECTION, Lease
from nextstep_messaging.database.outbox import OUTBOX_COLLECTION, new_id
from nextstep_messaging.database.schema import Collection
from nextstep_messaging.database.timer import TIMERS_COLLECTION
from nextstep_messaging.database.unit_of_work import CANCEL_SECONDS, UnitOfWork, Units
from nextstep_messaging.operating import gauges, health
from nextstep_messaging.operating.audit.checkpoint import Keys
from nextstep_messaging.operating.audit.sealing import Sealer
from nextstep_messaging.operating.audit.store import AUDIT_COLLECTIONS
from nextstep_messaging.operating.backup.rows import (
    BACKUP_COLLECTIONS,
    RestoreUnderWayError,
    under_way,
)
from nextstep_messaging.operating.settings import MessagingSettings, clock_from
from nextstep_messaging.operating.supervision import end, supervise
from nextstep_messaging.timers.clock import Clock
from nextstep_messaging.timers.loop import Timers
from nextstep_messaging.timers.work_loop import Look, Pace, WorkLoop

log = structlog.get_logger()
T = TypeVar("T")

START_SECONDS = 10.0
"""How long `start` waits for the broker and the database before it returns without them."""
SYSTEM_COLLECTIONS = (
    INBOX_COLLECTION,
    OUTBOX_COLLECTION,
    TIMERS_COLLECTION,
    DEAD_LETTERS_COLLECTION,
    LEASES_COLLECTION,
    *AUDIT_COLLECTIONS,
    *FILES_COLLECTIONS,
    *BACKUP_COLLECTIONS,
)


class Messaging:
    """Build one per process; `start` and `stop` it in the application's lifespan."""

    def __init__(
        self,
        router: EventRouter,
        settings: MessagingSettings,
        *,
        clock: Clock | None = None,
        collections: Sequence[Collection] = (),
    ) -> None:
        self.router = router
        self.service = router.service
        self.settings = settings
        self.clock: Clock = clock or clock_from(settings)
        self._context = ContextRepo()
        self._context.set_global("service", self.service)
        self._collections: tuple[Collection, ...] = (*SYSTEM_COLLECTIONS, *collections)
        self._workers: dict[str, Callable[[], Awaitable[None]]] = {}
        self._pending: dict[str, gauges.Count] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._migrated = asyncio.Event()
        self.db = Database(settings.mongo_url.get_secret_value(), settings.mongo_database)
        heard = listeners(self.service)
        hears = [hearing.event for hearing in router.heard]
        self._bus = Bus(
            settings.amqp_url.get_secret_value(),
            self.service,
            of_publisher(heard) | of_consumer(self.service, hears, settings.retry_delays),
            ours=settings.environment == "local",
        )
        self._units = Units(self.service, self.db, self.clock.now, self._committed)
        self._relay = Relay(self.db, self._bus, heard)
        fired = {kind: self.bound(one) for kind, one in router.timers.items()}
        self._timers = Timers(self.db, self.clock, self._units.commit, fired)
        self.sealer = Sealer(self.service, self.db, self.transact)
        self.dead_letters = DeadLetters(self.db, self._bus, self.service)
        self.heard = [hearing.given(self._context) for hearing in router.heard]
        """What the service hears; each function is called with the event and given the rest."""
        self._handling = Handling(
            self.service,
            self.heard,
            self._bus,
            self._units,
            delays=settings.retry_delays,
            proof_required=settings.proof_required,
        )
        queues = [consumer_queue(self.service, one.event) for one in router.heard]
        self._consumers = Consumers(self._new_broker, [*queues, dead_queue(self.service)])
        for hearing in router.heard:
            SUBSCRIPTION.labels(self.service, hearing.event.event_name).set(1)

    def provide(self, here: object) -> None:
        """Give the handlers what this process holds: `here: Annotated[Scheduling, Context()]`."""
        self._context.set_global("here", here)

    def sign_checkpoints(self, keys: Keys) -> None:
        """Tell the other services how far the audit log has come, signed, and believe theirs."""
        self.sealer.keys = keys
        self._context.set_global("audit_keys", keys)

    def bound(self, handler: Handler) -> Callable[[Any, UnitOfWork], Awaitable[None]]:
        """A handler that is called with its event or timer and its unit, and given the rest."""
        given = injected(handler, self._context)

        async def handle(thing: Any, uow: UnitOfWork) -> None:
            with self._context.scope("uow", uow):
                await given(thing)

        return handle

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
        return await self._units.commit(
            work, correlation_id=correlation_id or new_id(), in_line=one_at_a_time
        )

    def add_collections(self, collections: Sequence[Collection]) -> None:
        """Have more collections created before anything runs; before `start`."""
        self._collections += tuple(collections)

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
        if self.settings.environment == "production" and not self.settings.proof_required:
            log.warning("events_need_not_prove_their_sender")  # for one deployment, not for good
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "database": self._keep_database,
            "publishing": self._bus.run,
            "consuming": self._consume,
            "relay": self._relay.loop.run,
            "timers": self._timers.loop.run,
            "sealer": self.sealer.loop.run,
            **self._workers,
        }
        for name, work in loops.items():
            starts = None if name in ("database", "publishing") else self._migrated
            running = supervise(name, work, after=starts)
            self._tasks.append(asyncio.create_task(running, name=name))
        await self._until_ready()

    async def stop(self) -> None:
        """Stop: no new messages, then what is in hand, then relay and timers, then connections."""
        loops = (self._timers.loop, self.sealer.loop, self._relay.loop)
        for step in (self._finish_messages, *(loop.stop for loop in loops)):
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

    @property
    def collections(self) -> list[Collection]:
        """All that the service creates in its database."""
        return [*self._collections]

    @asynccontextmanager
    async def opened(self, *, broker: bool = False, as_it_is: bool = False) -> AsyncIterator[None]:
        """For commands: the database, and the broker if asked, with nothing consumed or fired.

        `as_it_is`: nothing is created in the database, and it need not be whole.

        Raises:
            OSError: one of them cannot be reached.

        """
        await (self.db.ping() if as_it_is else self.open())
        publishing = asyncio.create_task(self._bus.run()) if broker else None
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
            RestoreUnderWayError: it is not whole.

        """
        await self.db.ping()
        if await under_way(self.db.read):
            raise RestoreUnderWayError(
                f"a restore of the database {self.db.name} was begun and not ended: what is there "
                "is not whole. Run the same restore again; it begins anew."
            )
        await self.db.migrate(self._collections)
        self._migrated.set()

    async def readiness(self) -> list[health.Check]:
        """What the service needs, and what of it is there; for `/readyz`."""
        return await health.checks(
            self.db,
            migrated=self._migrated.is_set(),
            broker=self._bus.problem,
            consumers=self._consumers.states,
        )

    async def measure(self, names: Container[str] = ()) -> None:
        """Bring the gauges up to date before a scrape; only those named, if any are."""
        await gauges.measure(self.db, self.clock, self._pending, names)

    def pending(self, kind: str, count: gauges.Count) -> None:
        """Count work of the service as pending in the metrics, for example unmapped receipts."""
        self._pending[kind] = count

    def asyncapi(self) -> dict[str, Any]:
        """The AsyncAPI 3.0 document of what the service hears and publishes."""
        return asyncapi.document(self.router)

    @property
    def may_try(self) -> bool:
        """Whether samples of events may be sent: in the local stack only."""
        return self.settings.environment == "local"

    async def try_event(self, event: str, body: str) -> None:
        """Send the service a sample of an event that it hears, to its own queue.

        Raises:
            Refused: this is no local stack, it hears no such event, or the data does not fit it.
            BusUnavailableError: the broker did not confirm it.

        """
        if not self.may_try:
            raise Refused("Events can be tried in the local stack only.")
        await tried.send(self._bus, self.router, event, body, self.clock.now())

    def _committed(self, unit: UnitOfWork) -> None:
        if unit.published:
            self._relay.loop.wake()
        if unit.scheduled:
            self._timers.loop.wake()
        if unit.audited:
            self.sealer.loop.wake()
        for tell in dict.fromkeys(unit.afterwards):
            tell()

    def _new_broker(self, lose: Lose) -> RabbitBroker:
        """A broker for one connection, with everything that the service consumes."""
        router = self.router.copy(
            context=self._context,
            prefetch=self.settings.prefetch,
            middlewares=[partial(OneTransaction, handling=self._handling)],
        )
        url = self.settings.amqp_url.get_secret_value()
        broker = new_broker(url, self.service, router=router, context=self._context, lose=lose)
        self.dead_letters.subscribe(broker)
        return broker

    async def _keep_database(self) -> None:
        await self.open()
        await asyncio.Event().wait()  # the driver reconnects by itself

    async def _consume(self) -> None:
        await self._bus.ready.wait()  # and with it the topology
        try:
            await self._consumers.run()
        except NoQueueError:
            await self._bus.mend()
            raise

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
