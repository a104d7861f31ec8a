"""What the command line needs to know of a service."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nextstep_messaging.clock import Clock
from nextstep_messaging.messaging import Messaging
from nextstep_messaging.settings import MessagingSettings
from nextstep_messaging.work import UnitOfWork


@dataclass(frozen=True)
class Service:
    """A service, described to `run`."""

    name: str
    settings: type[MessagingSettings]
    build: Callable[[Any, Clock], tuple[Any, Messaging]]
    """From settings and clock to the ASGI application and its messaging, nothing started yet."""
    export_person: Callable[[Messaging, str], Awaitable[dict[str, Any]]]
    """Everything the service holds about a person, fit for JSON."""
    erase_person: Callable[[UnitOfWork, str], Awaitable[None]]
    """Erases a person from the service; doing it again changes nothing."""
    port: int = 8000
    """Where `serve` listens unless told otherwise."""
