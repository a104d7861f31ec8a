"""Events between services and everything under them: bus, database, timers, health, telemetry."""

from nextstep_messaging.bus.dead_letters import DeadLetter, DeadLetters, NoSuchDeadLetterError
from nextstep_messaging.bus.router import EventRouter, Unit
from nextstep_messaging.database.database import Database
from nextstep_messaging.database.documents import (
    ReadCollection,
    SessionCollection,
    WriteCollection,
)
from nextstep_messaging.database.errors import DatabaseUnavailableError, DuplicateKey, StaleDocument
from nextstep_messaging.database.files import Files
from nextstep_messaging.database.leases import Lease
from nextstep_messaging.database.schema import Collection, Index
from nextstep_messaging.database.timer import Timer
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.messaging import Messaging
from nextstep_messaging.operating.act import Act
from nextstep_messaging.operating.audit import Actor, AuditEntry
from nextstep_messaging.operating.command import run
from nextstep_messaging.operating.health import Check
from nextstep_messaging.operating.logs import configure_logging
from nextstep_messaging.operating.service import Command, CommandError, Service
from nextstep_messaging.operating.settings import MessagingSettings, clock_from
from nextstep_messaging.timers.clock import Clock, FileClock, FixedClock, SystemClock
from nextstep_messaging.timers.work_loop import Pace, WorkLoop

__all__ = [
    "Act",
    "Actor",
    "AuditEntry",
    "Check",
    "Clock",
    "Collection",
    "Command",
    "CommandError",
    "Database",
    "DatabaseUnavailableError",
    "DeadLetter",
    "DeadLetters",
    "DuplicateKey",
    "EventRouter",
    "FileClock",
    "Files",
    "FixedClock",
    "Index",
    "Lease",
    "Messaging",
    "MessagingSettings",
    "NoSuchDeadLetterError",
    "Pace",
    "ReadCollection",
    "Service",
    "SessionCollection",
    "StaleDocument",
    "SystemClock",
    "Timer",
    "Unit",
    "UnitOfWork",
    "WorkLoop",
    "WriteCollection",
    "clock_from",
    "configure_logging",
    "run",
]
