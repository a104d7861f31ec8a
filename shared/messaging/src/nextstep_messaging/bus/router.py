"""What a service hears and when it wakes: flat functions, declared on a router of FastStream."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self, TypeVar, get_args, get_origin

from faststream import AckPolicy, Context, ContextRepo
from faststream.rabbit import (
    Channel,
    ExchangeType,
    RabbitExchange,
    RabbitMessage,
    RabbitQueue,
    RabbitRouter,
)
from faststream.rabbit.schemas.queue import QueueType

from nextstep_contracts import Event
from nextstep_messaging.bus.envelope import read
from nextstep_messaging.bus.topology import EXCHANGE, binding, consumer_queue
from nextstep_messaging.database.unit_of_work import UnitOfWork

Unit = Annotated[UnitOfWork, Context("uow")]
"""The unit of work of the message or timer in hand, as a handler's parameter."""

Handler = Callable[..., Awaitable[None]]
T = TypeVar("T")
H = TypeVar("H", bound=Handler)
DEFAULT_PREFETCH = 8
_CONTEXT = type(Context())
EVENTS = RabbitExchange(EXCHANGE, type=ExchangeType.TOPIC)


@dataclass(frozen=True)
class Hearing:
    """One event heard by the service, through the queue `<service>.<EventName>`."""

    event: type[Event]
    handler: Handler
    wants: Callable[..., bool] | None
    prefetch: int | None
    in_line: str | Callable[..., str] | None

    def line(self, event: Event) -> str | None:
        """The name under which `event` is handled one at a time, if any."""
        return self.in_line(event) if callable(self.in_line) else self.in_line

    def given(self, context: ContextRepo) -> "Hearing":
        """The same, its functions called with the event alone and given the rest from there."""
        return replace(
            self,
            handler=injected(self.handler, context),
            wants=self.wants and injected(self.wants, context),
            in_line=injected(self.in_line, context) if callable(self.in_line) else self.in_line,
        )


class EventRouter(RabbitRouter):
    """A `RabbitRouter` whose subscribers are quorum queues of events, each in a transaction.

    What FastStream keeps in a subscriber (consumer tag, channel) belongs to one connection. So
    `Messaging` includes a copy in the broker of each connection, and services of one process may
    share a router that was made when their module was imported.
    """

    def __init__(
        self,
        service: str,
        *,
        context: ContextRepo | None = None,
        prefetch: int = DEFAULT_PREFETCH,
        middlewares: Sequence[Any] = (),
    ) -> None:
        super().__init__(middlewares=middlewares)
        self.service = service
        self.heard: list[Hearing] = []
        self.timers: dict[str, Handler] = {}
        self._context = context or ContextRepo()
        self._prefetch = prefetch

    def hears(
        self,
        event: type[Event],
        *,
        in_line: str | Callable[..., str] | None = None,
        wants: Callable[..., bool] | None = None,
        prefetch: int | None = None,
    ) -> Callable[[H], H]:
        """Handle an event by the function below; one function may hear several.

        The function takes the event, then whatever it names by `Context`: `uow: Unit`, and
        `here: Annotated[Scheduling, Context()]` for what was given to `Messaging.provide`. The
        functions given for `wants` and `in_line` do likewise, but for the unit.

        Args:
            event: the newest version of what is heard.
            in_line: work under the same name runs one after another within the process. For
                handlers that all change one document, or one for each name that a function finds
                in the event: rivals cost more than the wait.
            wants: False means that an event is of no interest: acknowledged with no transaction
                at all. Pure, because its answer is not recorded.
            prefetch: messages in hand at once, if not as many as the service's setting says.

        """

        def declare(handler: H) -> H:
            hearing = Hearing(event, handler, wants, prefetch, in_line)
            self.heard.append(hearing)
            self._subscribe(hearing)
            return handler

        return declare

    def due(self, kind: str) -> Callable[[H], H]:
        """Fire the timers of a kind by the function below: it takes the `Timer`, then as above."""

        def declare(handler: H) -> H:
            self.timers[kind] = handler
            return handler

        return declare

    def copy(self, **given: Any) -> Self:
        """The same for the broker of one connection; `given` as to the constructor."""
        copied = type(self)(self.service, **given)
        for one in self.heard:
            heard = copied.hears(
                one.event, in_line=one.in_line, wants=one.wants, prefetch=one.prefetch
            )
            heard(one.handler)
        copied.timers.update(self.timers)
        return copied

    def _subscribe(self, hearing: Hearing) -> None:
        queue = RabbitQueue(
            consumer_queue(self.service, hearing.event),
            QueueType.QUORUM,
            declare=False,  # see declaring.py: a service need not be allowed to
            routing_key=binding(hearing.event, self.service),
        )
        subscriber = self.subscriber(
            queue,
            EVENTS,
            channel=Channel(prefetch_count=hearing.prefetch or self._prefetch),
            # whatever goes wrong before a message is in a transaction's hand is a dead letter
            ack_policy=AckPolicy.REJECT_ON_ERROR,
            decoder=_newest,
            no_reply=True,
            title=hearing.event.event_name,
        )
        subscriber(_of_one_event(hearing, self._context))


async def _newest(message: RabbitMessage) -> Event:
    return read(message.headers, message.body)


def _of_one_event(hearing: Hearing, context: ContextRepo) -> Callable[[Any], Awaitable[None]]:
    """The handler as FastStream sees it: it takes exactly the event of its queue."""
    given = hearing.given(context)

    async def handle(event: Any) -> None:
        await given.handler(event)

    handle.__name__ = getattr(hearing.handler, "__name__", hearing.event.event_name)
    handle.__doc__ = hearing.event.__doc__
    handle.__annotations__ = {"event": hearing.event, "return": None}
    return handle


def injected(function: Callable[..., T], context: ContextRepo) -> Callable[[Any], T]:
    """`function` with all that it names by `Context` taken from there at each call.

    FastStream would do so itself, but its FastDepends resolves each such parameter in a worker
    thread: 0.09 ms each, where this takes less than 0.001.

    Raises:
        TypeError: a parameter after the first does not say where its value comes from.

    """
    _, *others = inspect.signature(function, eval_str=True).parameters.values()
    names = {parameter.name: _name_in_context(parameter, function) for parameter in others}

    def call(thing: Any) -> T:
        return function(thing, **{name: context.resolve(held) for name, held in names.items()})

    return call


def _name_in_context(parameter: inspect.Parameter, function: Callable[..., Any]) -> str:
    annotation = parameter.annotation
    if get_origin(annotation) is Annotated:
        for field in get_args(annotation)[1:]:
            if isinstance(field, _CONTEXT):
                return field.name or parameter.name
    raise TypeError(
        f"{function}: say where {parameter.name!r} comes from, by Unit or Annotated[..., Context()]"
    )
