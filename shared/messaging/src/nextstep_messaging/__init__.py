"""Events between services and everything under them: bus, database, timers, health, telemetry."""

from nextstep_messaging.clock import Clock, FileClock, FixedClock, SystemClock, clock_from
from nextstep_messaging.command import run
from nextstep_messaging.database import Database
from nextstep_messaging.dead_letters import DeadLetter, DeadLetters, NoSuchDeadLetterError
from nextstep_messaging.documents import ReadCollection, SessionCollection, WriteCollection
from nextstep_messaging.errors import Conflict, DatabaseUnavailableError, DuplicateKey
from nextstep_messaging.files import Files
from nextstep_messaging.health import Check
from nextstep_messaging.logs import configure_logging
from nextstep_messaging.messaging import Messaging
from nextstep_messaging.schema import Collection, Index
from nextstep_messaging.service import Command, CommandError, Service
from nextstep_messaging.settings import MessagingSettings
from nextstep_messaging.subscriptions import Subscription
from nextstep_messaging.timers import Timer, TimerHandler
from nextstep_messaging.work import UnitOfWork

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
