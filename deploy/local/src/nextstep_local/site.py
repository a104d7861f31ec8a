"""The whole site on this machine: the embedded stack and the four services as processes."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from nextstep_local import processes
from nextstep_local.database import Database
from nextstep_local.ports import LOOPBACK, PortHold
from nextstep_local.secrets_file import SiteSecrets, kept_secrets
from nextstep_local.service_settings import SERVICES, as_environment, service_settings
from nextstep_local.signals import undisturbed
from nextstep_local.site_forms import write_forms
from nextstep_local.stack import Stack

READY_SECONDS = 120
STOP_SECONDS = 20  # a little more than a service gives its work in hand
FORM_SOURCE = "native"
"""The webhook source of our own application form."""


@dataclass
class Site:
    """A running site. With a `clock_start` its time is simulated, and moved by `clock_file`.

    `extra` adds settings for one service, by service and setting.
    """

    name: str
    fresh: bool = False
    discard: bool = False
    clock_start: datetime | None = None
    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _programs: list[processes.Program] = field(default_factory=list)
    _holds: dict[str, PortHold] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stack = Stack(
            self.name,
            fresh=self.fresh,
            discard=self.discard,
            owners=tuple(f"database-{service}" for service in SERVICES),
        )
        self.folder = self.stack.folder

    @property
    def clock_file(self) -> Path | None:
        """Holds the simulated moment; whoever moves it moves the time of all services."""
        return self.folder / "clock" if self.clock_start else None

    @property
    def secrets(self) -> SiteSecrets:
        """The keys of this site."""
        return kept_secrets(self.folder)

    def url(self, service: str) -> str:
        """Where a service answers."""
        return f"http://{LOOPBACK}:{self._holds[service].port}"

    @property
    def form_url(self) -> str:
        """Where the application form posts."""
        return self.webhook(FORM_SOURCE)

    def webhook(self, source: str) -> str:
        """Where a form posts."""
        return f"{self.url('applications')}/webhooks/{source}"

    def start(self) -> Self:
        """Start the stack and the services side by side; wait until every service is ready.

        Raises:
            ProgramFailedError: a part did not come up; its log, or what is not ready, is quoted.
            PortTakenError: the port of a service or of the mail sink is taken.

        """
        try:
            self._holds = {name: PortHold(name, port) for name, port in SERVICES.items()}
            self.stack.begin()
            if self.clock_file is not None and self.clock_start is not None:
                self.clock_file.write_text(self.clock_start.isoformat())
            for name in SERVICES:
                self._programs.append(self._run(name))
            self.stack.wait()
            self._wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def _run(self, service: str) -> processes.Program:
        words = [sys.executable, "-m", service, "serve", "--host", LOOPBACK]
        words += ["--port", str(self._holds[service].port)]
        folder = self.folder / "services"
        return processes.start(service, words, folder, self.environment(service))

    def kill(self, service: str) -> None:
        """Kill a service as a crash would; `resume` starts it again."""
        program = next(one for one in self._programs if one.name == service)
        self._programs.remove(program)
        program.stop(0)

    def resume(self, service: str) -> None:
        """Start a service again that was killed, and wait until it is ready."""
        self._programs.append(self._run(service))
        self._wait_ready()

    def database(self, service: str) -> Database:
        """The database server of a service."""
        return self.stack.databases[f"database-{service}"]

    def environment(self, service: str) -> dict[str, str]:
        """The environment a service of this site runs in."""
        prefix = f"{service.upper()}_"
        # What is set for a service elsewhere must not reach into a site with its own database.
        outside = {k: v for k, v in os.environ.items() if not k.startswith(prefix)}
        ports = {name: hold.port for name, hold in self._holds.items()}
        url = self.database(service).url
        values = service_settings(service, self.stack, url, self.secrets, ports) | {
            "clock": f"file:{self.clock_file}" if self.clock_file else "system",
            "log_level": "WARNING",
        }
        if service == "applications":
            values |= write_forms(self.folder, self.secrets)
        return outside | as_environment(service, values | dict(self.extra.get(service, {})))

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        for program in self._programs:
            left = deadline - time.monotonic()
            program.wait_until(lambda name=program.name: self.ready(name), left)  # type: ignore[misc]
            self._holds[program.name].release()

    def ready(self, service: str) -> bool:
        """Whether the service says that it is ready."""
        try:
            return httpx.get(f"{self.url(service)}/readyz", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def cpu_seconds(self) -> dict[str, float]:
        """Processor time used so far, by program."""
        running = [*self._programs, *self.stack.programs]
        return {program.name: round(program.cpu_seconds, 1) for program in running}

    def stop(self) -> None:
        """Stop the services, side by side, then the stack."""
        with undisturbed():
            for program in self._programs:
                program.child.terminate()
            for program in self._programs:
                program.stop(STOP_SECONDS)
            self._programs.clear()
            self.stack.stop()
            for hold in self._holds.values():
                hold.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
