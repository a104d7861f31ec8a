"""What must be on the machine before the local stack or a test can use it."""

import subprocess

from nextstep_local.places import ROOT

INSTALL = ROOT / "deploy/local/install"


class MissingError(RuntimeError):
    """Something is not there and cannot be installed; the message names the choices."""


def have(*parts: str) -> None:
    """Have these on the machine, installed now if they are not: `rabbitmq`, `chromium`, `clamd`.

    The same script as the Makefile's: who comes by another way finds the same.

    Raises:
        MissingError: something is missing and may not, or could not, be installed.

    """
    done = subprocess.run(
        ["bash", str(INSTALL), *parts],
        check=False,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise MissingError(done.stderr.strip())
