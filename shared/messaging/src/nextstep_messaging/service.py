"""What the command line needs to know of a service."""

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nextstep_messaging.clock import Clock
from nextstep_messaging.messaging import Messaging
from nextstep_messaging.settings import MessagingSettings
from nextstep_messaging.work import UnitOfWork


class CommandError(Exception):
    """What a person at the command line is told instead of a traceback; exits with 2."""


@dataclass(frozen=True)
class Command:
    """A command of the service's own: `python -m <service> <name>`."""

    name: str
    help: str
    run: Callable[[Any, Messaging, argparse.Namespace], Awaitable[str]]
    """From the ASGI application that `build` made, its messaging with the database open, and what
    was asked, to the text to print."""
    arguments: Callable[[argparse.ArgumentParser], object] = lambda _: None
    """Adds the command's arguments to its parser."""


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
    commands: tuple[Command, ...] = ()
    """What can be asked of this service at the command line beside what all have."""
