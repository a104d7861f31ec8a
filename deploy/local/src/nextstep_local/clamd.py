"""A private clamd, ClamAV's daemon: a folder and a socket of its own, and one signature."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from nextstep_local import machine, processes

READY_SECONDS = (
    60  # a tenth of a second on a free machine: nearly all of a real one's is signatures
)
SIGNATURE = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test"
"""MD5, length and name: the harmless file that every scanner must find (eicar.org). Nothing is
downloaded, and this line is not the file, which a scanner on the machine might remove."""


@dataclass
class Clamd:
    """One scanner. It knows `SIGNATURE` alone, in a file by itself or packed in another."""

    folder: Path
    programs: list[processes.Program] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Its socket, as the applications service's setting takes it."""
        return f"unix://{self.folder / 'socket'}"

    def start(self) -> Self:
        """Start it and wait until it answers.

        Raises:
            MissingError: clamd is not installed and cannot be.
            ProgramFailedError: it did not come up; its log is quoted.

        """
        machine.have("clamd")
        signatures = self.folder / "signatures"
        signatures.mkdir(parents=True, exist_ok=True)
        (signatures / "test.hdb").write_text(f"{SIGNATURE}\n")
        settings = self.folder / "clamd.conf"
        settings.write_text(
            f"DatabaseDirectory {signatures}\n"
            f"TemporaryDirectory {self.folder}\n"
            f"LocalSocket {self.folder / 'socket'}\n"
            "Foreground yes\n"
            "User root\n"  # else, started by root, it wants a user that may not read the folder
        )
        program = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "clamd"
        words = [program, f"--config-file={settings}"]
        self.programs.append(processes.start("clamd", words, self.folder, os.environ))
        self.programs[0].wait_until((self.folder / "socket").exists, READY_SECONDS)
        return self

    def stop(self) -> None:
        """End it: it keeps nothing."""
        for program in self.programs:
            program.stop(0)
        self.programs.clear()
        (self.folder / "socket").unlink(missing_ok=True)  # whoever starts it again waits for it
