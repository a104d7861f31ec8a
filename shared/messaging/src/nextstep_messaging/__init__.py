"""Events between services and everything under them: bus, database, timers, health, telemetry."""

from nextstep_messaging.bus.dead_letters import (
    DeadLetter,
    DeadLetters,
    NoSuchDeadLetterError,
    forget_letters,
)
from nextstep_messaging.bus.router import EventRouter, Unit
from nextstep_messaging.bus.sender import NotEntitledError
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
from nextstep_messaging.operating.archive import gathered
from nextstep_messaging.operating.audit import Actor, AuditEntry
from nextstep_messaging.operating.backup.rows import destroy_key
from nextstep_messaging.operating.carrying import HeldFile, asked_of, listed, pieces_of
from nextstep_messaging.operating.command import run
from nextstep_messaging.operating.erased_words import ERASED
from nextstep_messaging.operating.erasing_again import ERASE_AGAIN, look_again, whom
from nextstep_messaging.operating.health import Check
from nextstep_messaging.operating.holdings import (
    GONE,
    Holding,
    Holdings,
    Inferred,
    Whose,
    erase_as_declared,
    goes,
    stays_all,
    stays_without,
)
from nextstep_messaging.operating.logs import configure_logging
from nextstep_messaging.operating.mentions import (
    Mentions,
    forget_mentions,
    forget_mentions_again,
)
from nextstep_messaging.operating.service import STAFF_STAYS, Command, CommandError, Service
from nextstep_messaging.operating.settings import MessagingSettings, clock_from
from nextstep_messaging.operating.system_holdings import system_holdings
from nextstep_messaging.timers.clock import Clock, FileClock, FixedClock, SystemClock
from nextstep_messaging.timers.work_loop import Pace, WorkLoop

__all__ = [
    "ERASED",
    "ERASE_AGAIN",
    "GONE",
    "STAFF_STAYS",
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
    "HeldFile",
    "Holding",
    "Holdings",
    "Index",
    "Inferred",
    "Lease",
    "Mentions",
    "Messaging",
    "MessagingSettings",
    "NoSuchDeadLetterError",
    "NotEntitledError",
    "Pace",
    "ReadCollection",
    "Service",
    "SessionCollection",
    "StaleDocument",
    "SystemClock",
    "Timer",
    "Unit",
    "UnitOfWork",
    "Whose",
    "WorkLoop",
    "WriteCollection",
    "asked_of",
    "clock_from",
    "configure_logging",
    "destroy_key",
    "erase_as_declared",
    "forget_letters",
    "forget_mentions",
    "forget_mentions_again",
    "gathered",
    "goes",
    "listed",
    "look_again",
    "pieces_of",
    "run",
    "stays_all",
    "stays_without",
    "system_holdings",
    "whom",
]
