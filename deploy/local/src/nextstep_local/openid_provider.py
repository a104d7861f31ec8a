"""A provider of accounts on this machine, for tests: `oidc-provider-mock` in its own process.

It asks nobody for a password, believes every site, and keeps nobody signed in.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from nextstep_local import processes
from nextstep_local.ports import PortHold, listening

READY_SECONDS = 30
STOP_SECONDS = 5


@dataclass
class OpenIdProvider:
    """Runs as long as its `with`. `people` are claims, of which `sub` is the account's name."""

    folder: Path
    people: Sequence[Mapping[str, Any]] = ()

    @property
    def issuer(self) -> str:
        """Its address, and its name in tokens."""
        return f"http://127.0.0.1:{self._port.port}"

    def __enter__(self) -> Self:
        self._port = PortHold("openid")
        words = [sys.executable, "-m", "oidc_provider_mock", "--port", str(self._port.port)]
        for person in self.people:
            words += ["--user-claims", json.dumps(person)]
        self._program = processes.start("openid", words, self.folder, os.environ)
        try:
            self._program.wait_until(lambda: listening(self._port.port), READY_SECONDS)
        except BaseException:
            self._program.stop(0)
            raise
        finally:
            self._port.release()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._program.stop(STOP_SECONDS)
