"""Start, watch and stop programs, leaving a record from which a later run can clean up.

Each program has a record (`<name>.pid.json`) with its process id and start time. A process id
alone proves nothing, because the system reuses it: only a process with the recorded start time
and boot is ours, and only such a process is ever signalled.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_POLL = 0.02
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class ProgramFailedError(RuntimeError):
    """A program of the local stack ended, or did not become ready in time."""


@dataclass(frozen=True)
class Identity:
    """Which process, beyond doubt: its id, when it started (clock ticks) and since which boot."""

    pid: int
    started: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """The identity of a running process, or None when there is none (zombies are none)."""
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        # The command's name is in brackets and may hold spaces; fields are counted after it.
        fields = text.rpartition(")")[2].split()
        if fields[0] == "Z":
            return None
        return cls(pid, int(fields[19]), _BOOT.read_text().strip())

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return Identity.of(self.pid) == self

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if the process is still this one."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


@dataclass(frozen=True)
class Program:
    """A program that this run started."""

    name: str
    child: "subprocess.Popen[bytes]"
    identity: Identity
    record: Path
    log: Path

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self.child.poll() is None

    @property
    def cpu_seconds(self) -> float:
        """Processor time it has used, its system calls included."""
        try:
            fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Poll until `ready`.

        Raises:
            ProgramFailedError: it ended first, or `seconds` passed; the end of its log is quoted.

        """
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise ProgramFailedError(
                    f"{self.name} ended with code {self.child.returncode}.{self._said()}"
                )
            if time.monotonic() > deadline:
                raise ProgramFailedError(
                    f"{self.name} not ready after {seconds:g} s.{self._said()}"
                )
            time.sleep(_POLL)

    def _said(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return f" The end of {self.log}:\n" + "\n".join(f"  {line}" for line in lines)

    def stop(self, seconds: float) -> None:
        """Ask it to end; kill it when it has not after `seconds` (0 kills at once)."""
        if self.running and seconds:
            self.child.terminate()
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.record.unlink(missing_ok=True)


def start(name: str, words: Sequence[str], folder: Path, env: Mapping[str, str]) -> Program:
    """Start a program in its own session, its output appended to `<folder>/<name>.log`.

    Its own session keeps a terminal's Ctrl-C away from it: the stack stops its programs itself,
    in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    with log.open("ab") as output:
        child = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=folder,
            start_new_session=True,
        )
    identity = Identity.of(child.pid) or Identity(child.pid, 0, "")
    record = folder / f"{name}.pid.json"
    record.write_text(json.dumps(vars(identity) | {"words": list(words)}))
    return Program(name, child, identity, record, log)


def stop_leftovers(folder: Path, seconds: float = 5) -> list[str]:
    """Stop what a killed earlier run left running in `folder`; the names of what was stopped."""
    stopped = []
    for record in sorted(folder.glob("*.pid.json")):
        identity = _recorded(record)
        if identity is not None and identity.alive:
            _end(identity, seconds)
            stopped.append(record.name.removesuffix(".pid.json"))
        record.unlink(missing_ok=True)
    return stopped


def _recorded(record: Path) -> Identity | None:
    try:
        fields = json.loads(record.read_text())
        return Identity(fields["pid"], fields["started"], fields["boot"])
    except (OSError, ValueError, KeyError):  # cut off while being written: it names no process
        return None


def _end(identity: Identity, seconds: float) -> None:
    identity.signal(signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while identity.alive and time.monotonic() < deadline:
        time.sleep(_POLL)
    identity.signal(signal.SIGKILL)
    while identity.alive:
        time.sleep(_POLL)
