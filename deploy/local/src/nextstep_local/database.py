"""A private SecantusDB: a MongoDB-compatible server on WiredTiger, from PyPI."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from nextstep_local import processes
from nextstep_local.ports import LOOPBACK, PortHold, listening

READY_SECONDS = 60
STOP_SECONDS = 10


@dataclass
class Database:
    """One server. `start` returns at once; `wait` returns when it takes connections."""

    folder: Path
    programs: list[processes.Program] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address, journalled majority writes included: without them a kill loses data."""
        return (
            f"mongodb://{LOOPBACK}:{self.port.port}/?directConnection=true&w=majority&journal=true"
        )

    def start(self) -> Self:
        """Start the server. It announces itself as a replica set of one, as transactions need."""
        self.port = PortHold(self.folder.name)
        self._run()
        return self

    def _run(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        words = [
            *(sys.executable, "-m", "secantus", "--host", LOOPBACK, "--port", str(self.port.port)),
            *("--storage-path", str(self.folder / "data"), "--log-level", "WARNING"),
            # It obeys `journal=true` for single writes alone: without this, a kill loses
            # transactions whose commit was acknowledged.
            # A fifth of the cache is all that open transactions may write before the server stands
            # still for good: several submissions of forty megabytes need more than a fifth of 256M.
            *("--cache-size", "1G", "--sync-on-commit"),
        ]
        # A configuration file in the user's home must not change what the stack is.
        words += ["--config", str(self._settings())]
        self.programs.append(processes.start(self.folder.name, words, self.folder, os.environ))

    def _settings(self) -> Path:
        file = self.folder / "secantusd.toml"
        file.write_text("")
        return file

    def wait(self) -> None:
        """Wait until the server takes connections."""
        self.programs[0].wait_until(lambda: listening(self.port.port), READY_SECONDS)
        self.port.release()

    def stop(self, *, discard: bool = False) -> None:
        """Stop the server. `discard` kills it: for data that is thrown away."""
        for program in self.programs:
            program.stop(0 if discard else STOP_SECONDS)
        self.programs.clear()

    def kill(self) -> None:
        """Kill the server as a crash would, leaving its data; `resume` starts it again."""
        self.stop(discard=True)

    def resume(self) -> None:
        """Start the server again on the same port and data, and wait for it."""
        self._run()
        self.wait()
