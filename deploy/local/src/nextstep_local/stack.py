"""The embedded stack: RabbitMQ, SecantusDB and a mail sink as private processes.

Everything lives in one folder under `var/`, listens on loopback only, and is stopped when the
stack is closed: at the end of a `with`, on Ctrl-C and on SIGTERM. What a killed run left behind
is stopped by the next run of the same name.
"""

import atexit
import fcntl
import os
import shutil
import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from nextstep_local import database, places, processes, rabbitmq
from nextstep_local.ports import LOOPBACK, PortHold, listening
from nextstep_local.signals import end_on_termination, undisturbed

SMTP_PORT = 8125
SMTP_READY_SECONDS = 30


class StackInUseError(RuntimeError):
    """Another run uses the folder of this stack."""


@dataclass
class Stack:
    """A named stack. Starting several under different names is fine."""

    name: str
    fresh: bool = False
    """Begin with an empty folder, instead of what the last run left. At the end the servers are
    killed instead of waited for: nobody reads their data again."""
    discard: bool = False
    """As `fresh`, and remove the folder at the end."""
    mail: bool = True
    management: bool = False
    """Whether RabbitMQ's management API is on."""
    owners: tuple[str, ...] = ("database",)
    """Whom it has a database server for: one each."""
    _lock: "IO[str] | None" = None
    _mail_program: processes.Program | None = None
    _stopping: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.folder: Path = places.var() / self.name
        self.node = rabbitmq.Node(self.folder / "rabbitmq", self.management)
        self.databases = {one: database.Database(self.folder / one) for one in self.owners}

    @property
    def amqp_url(self) -> str:
        """The broker."""
        return self.node.url

    @property
    def mongo_url(self) -> str:
        """The database server, where there is one for all."""
        (only,) = self.databases.values()
        return only.url

    @property
    def mail_folder(self) -> Path:
        """Where the mail sink stores mails and their index."""
        return self.folder / "mail"

    def start(self) -> Self:
        """Start everything side by side and wait until all of it takes connections.

        Raises:
            StackInUseError: another run of this name is alive.
            PortTakenError: a port set for a part is taken.
            MissingError: RabbitMQ is not installed and cannot be.
            ProgramFailedError: a part did not come up; its log is quoted.

        """
        self.begin()
        self.wait()
        return self

    def begin(self) -> None:
        """Start everything; on return all addresses are known but nothing may listen yet."""
        self._own_folder()
        end_on_termination()
        atexit.register(self.stop)
        try:
            self.node.start()
            for one in self.databases.values():
                one.start()
            if self.mail:
                self._start_mail()
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Wait until all of it takes connections."""
        try:
            for one in self.databases.values():
                one.wait()
            self.node.wait()
            if self._mail_program is not None:
                self._mail_program.wait_until(lambda: listening(self.smtp.port), SMTP_READY_SECONDS)
                self.smtp.release()
        except BaseException:
            self.stop()
            raise

    def _own_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.folder)
        _stop_leftovers(self.folder)
        if self.fresh or self.discard:
            _empty(self.folder)

    def _start_mail(self) -> None:
        self.smtp = PortHold("smtp", SMTP_PORT)
        words = [sys.executable, "-m", "nextstep_local.smtp_sink"]
        words += [str(self.mail_folder), str(self.smtp.port)]
        folder = self.folder / "mail-server"
        self._mail_program = processes.start("smtp", words, folder, os.environ)

    @property
    def smtp_url(self) -> str:
        """The mail sink."""
        return f"smtp://{LOOPBACK}:{self.smtp.port}"

    @property
    def programs(self) -> list[processes.Program]:
        """What it started and has not stopped."""
        mail = [self._mail_program] if self._mail_program else []
        databases = [program for one in self.databases.values() for program in one.programs]
        return [*self.node.programs, *databases, *mail]

    def stop(self) -> None:
        """Stop what this stack started. Calling it again does nothing."""
        with undisturbed(), self._stopping:
            atexit.unregister(self.stop)
            unread = self.fresh or self.discard
            self.node.stop(discard=unread)
            _stop_side_by_side(self.databases.values(), discard=unread)
            if self._mail_program is not None:
                self._mail_program.stop(5)
                self._mail_program = None
            if self._lock is not None:
                if self.discard:
                    shutil.rmtree(self.folder, ignore_errors=True)
                self._lock.close()
                self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _stop_side_by_side(databases: Collection[database.Database], *, discard: bool) -> None:
    for program in (program for one in databases for program in one.programs if not discard):
        program.child.terminate()
    for one in databases:
        one.stop(discard=discard)


def clear(folder: Path) -> None:
    """Stop what a killed run left running in a stack's folder, and remove the folder.

    Raises:
        StackInUseError: the run is alive.

    """
    with _lock(folder):
        _stop_leftovers(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _lock(folder: Path) -> IO[str]:
    # The system lets go of the lock when its holder ends, however it ends.
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StackInUseError(
            f"Another run uses {folder}. Stop it, or set NEXTSTEP_VAR to another folder."
        ) from None
    return lock


def _stop_leftovers(folder: Path) -> None:
    for record in sorted({record.parent for record in folder.glob("*/*.pid.json")}):
        for stopped in processes.stop_leftovers(record):
            print(f"Stopped {stopped}, left by an earlier run.", file=sys.stderr)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != "lock":
            path.unlink(missing_ok=True)
