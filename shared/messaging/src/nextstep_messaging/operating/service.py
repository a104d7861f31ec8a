"""What the command line needs to know of a service."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.messaging import Messaging
from nextstep_messaging.operating.archive import PersonFile
from nextstep_messaging.operating.holdings import NONE, Holdings, Inferred
from nextstep_messaging.operating.settings import MessagingSettings
from nextstep_messaging.timers.clock import Clock


class CommandError(Exception):
    """What a person at the command line is told instead of a traceback; exits with 2."""


STAFF_STAYS = (
    "What staff did stays on record under their address: others must be able to see who decided."
)
"""Why nobody is erased as a member of staff."""


@dataclass(frozen=True)
class Command:
    """A command of one service's own, beside those that every service has."""

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    """Adds what the command takes."""
    run: Callable[[Any, Messaging, Namespace], Awaitable[int]]
    """Given the ASGI application and its messaging, with the database open and no broker.

    Returns the exit status: 0 all is well, 1 something was found, 2 it could not be done. A
    `CommandError` is shown as its message.
    """


@dataclass(frozen=True)
class Service:
    """A service, described to `run`."""

    name: str
    settings: type[MessagingSettings]
    build: Callable[[Any, Clock], tuple[Any, Messaging]]
    """From settings and clock to the ASGI application and its messaging, nothing started yet."""
    export_person: Callable[[Messaging, str], Awaitable[dict[str, Any]]]
    """Everything the service holds about a person, fit for JSON."""
    erase_person: Callable[[UnitOfWork, str], Awaitable[Sequence[str]]]
    """Erases a person whom this service may erase everywhere; doing it again changes nothing.

    Returns the ids under which the others know them: of a reviewer, who is named by an address.
    `Refused` tells whoever asks it of the wrong service which to use.
    """
    person_files: Callable[[Messaging, str], AsyncIterator[PersonFile]] | None = None
    """The files that the service holds about a person, one after another, if it holds any."""
    holdings: Holdings = NONE
    """What it holds about people, for backups; its erasure goes by the same."""
    inferred: Inferred | None = None
    """What its erasure records of what people's records suggest, for backups."""
    erase_restored: Callable[[UnitOfWork, str], Awaitable[None]] | None = None
    """Erases somebody after a restore, as if their erasure was heard now."""
    port: int = 8000
    """Where `serve` listens unless told otherwise."""
    commands: Sequence[Command] = ()
    """Commands that only this service has."""
    unusable: tuple[type[Exception], ...] = ()
    """What `build` raises for a file that cannot be used: its words are for whoever wrote it."""
