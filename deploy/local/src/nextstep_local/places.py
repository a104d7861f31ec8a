"""Where the local stack keeps things, and which settings move its ports."""

import os
from pathlib import Path

ROOT = next(
    (parent for parent in Path(__file__).parents if (parent / "uv.lock").exists()), Path.cwd()
)
"""The checkout. The local stack only ever runs from one."""


def var() -> Path:
    """The folder for everything that running leaves behind; `NEXTSTEP_VAR` moves it."""
    return Path(os.environ.get("NEXTSTEP_VAR", ROOT / "var")).resolve()


def port_setting(what: str) -> str:
    """The name of the environment variable that moves the port of `what`."""
    return f"NEXTSTEP_{what.upper().replace('-', '_')}_PORT"


def chosen_port(what: str, default: int = 0) -> int:
    """The port set for `what`, else `default`; 0 means any free port.

    Raises:
        ValueError: the setting is not a port number.

    """
    name = port_setting(what)
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or int(value) > 65535:  # noqa: PLR2004 - the highest TCP port
        raise ValueError(f"{name} is {value!r}; it must be a port number from 0 to 65535")
    return int(value)
