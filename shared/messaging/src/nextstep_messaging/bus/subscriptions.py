"""Subscriptions as values, for services whose handlers are not yet declared on a router."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nextstep_contracts import Event
from nextstep_messaging.bus.router import EventRouter, Unit
from nextstep_messaging.database.timer import Timer
from nextstep_messaging.database.unit_of_work import UnitOfWork

PlainHandler = Callable[[Any, UnitOfWork], Awaitable[None]]
TimerHandler = Callable[[Timer, UnitOfWork], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    """One event heard by the service; see `EventRouter.hears`."""

    event: type[Event]
    handler: PlainHandler
    wants: Callable[[Any], bool] | None = None
    prefetch: int | None = None
    one_at_a_time: str | Callable[[Any], str] | None = None


def router_of(
    service: str, subscriptions: Sequence[Subscription], timers: Mapping[str, TimerHandler]
) -> EventRouter:
    """A router that declares them."""
    router = EventRouter(service)
    for one in subscriptions:
        heard = router.hears(
            one.event, in_line=one.one_at_a_time, wants=one.wants, prefetch=one.prefetch
        )
        heard(_flat(one.handler))
    for kind, handler in timers.items():
        router.due(kind)(_flat(handler))
    return router


def _flat(handler: PlainHandler) -> PlainHandler:
    async def handle(event: Any, uow: Unit) -> None:
        await handler(event, uow)

    return handle
