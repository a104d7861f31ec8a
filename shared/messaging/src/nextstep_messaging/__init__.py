"""Events between services and everything under them: bus, database, timers, health, telemetry."""

from nextstep_messaging.bus.dead_letters import DeadLetter, DeadLetters, NoSuchDeadLetterError
from nextstep_messaging.bus.subscriptions import Subscription
from nextstep_messaging.database.database import Database
from nextstep_messaging.database.documents import (
    ReadCollection,
    SessionCollection,
    WriteCollection,
)
from nextstep_messaging.database.errors import Conflict, DatabaseUnavailableError, DuplicateKey
from nextstep_messaging.database.files import Files
from nextstep_messaging.database.schema import Collection, Index
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.messaging import Messaging
from nextstep_messaging.operating.command import run
from nextstep_messaging.operating.health import Check
from nextstep_messaging.operating.logs import configure_logging
from nextstep_messaging.operating.service import Command, CommandError, Service
from nextstep_messaging.operating.settings import MessagingSettings
from nextstep_messaging.timers.clock import (
    Clock,
    FileClock,
    FixedClock,
    SystemClock,
    clock_from,
)
from nextstep_messaging.timers.timer import Timer, TimerHandler

__all__ = [
    "Check",
    "Clock",
    "Collection",
    "Command",
    "CommandError",
    "Conflict",
    "Database",
    "DatabaseUnavailableError",
    "DeadLetter",
    "DeadLetters",
    "DuplicateKey",
    "FileClock",
    "Files",
    "FixedClock",
    "Index",
    "Messaging",
    "MessagingSettings",
    "NoSuchDeadLetterError",
    "ReadCollection",
    "Service",
    "SessionCollection",
    "Subscription",
    "SystemClock",
    "Timer",
    "TimerHandler",
    "UnitOfWork",
    "WriteCollection",
    "clock_from",
    "configure_logging",
    "run",
]
