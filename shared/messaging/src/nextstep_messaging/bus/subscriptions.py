"""What a service hears and which function handles it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nextstep_contracts import Event
from nextstep_messaging.database.unit_of_work import UnitOfWork

# Any, because a handler names the one event class it takes and a subscription holds them all
Handler = Callable[[Any, UnitOfWork], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    """One event heard by the service, through the queue `<service>.<EventName>`."""

    event: type[Event]
    handler: Handler
    wants: Callable[[Any], bool] | None = None
    """False means that the event is of no interest: acknowledged with no transaction at all.
    Pure, because its answer is not recorded."""
    prefetch: int | None = None
    """Messages in hand at once; None takes the service's setting."""
    one_at_a_time: str | Callable[[Any], str] | None = None
    """Work under the same name runs one after another within the process. For handlers that all
    change one document, or one for each name that a function finds in the event: rivals cost more
    than the wait."""

    def line(self, event: Event) -> str | None:
        """The name under which `event` is handled one at a time, if any."""
        named = self.one_at_a_time
        return named(event) if callable(named) else named
