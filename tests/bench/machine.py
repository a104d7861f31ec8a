"""The machine and the versions that the numbers belong to."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from nextstep_local.places import var


def described() -> list[tuple[str, str]]:
    """What somebody needs to know before comparing these numbers with others."""
    load = os.getloadavg()[0]
    return [
        ("processor", f"{_processor()}, {len(os.sched_getaffinity(0))} cores"),
        ("memory", f"{_memory_gib():.0f} GiB"),
        ("data on", _file_system(var())),
        ("system", f"{_system()}, Linux {platform.release()}"),
        ("Python", platform.python_version()),
        ("RabbitMQ", _debian("rabbitmq-server")),
        ("database", f"SecantusDB {version('secantusdb')}"),
        (
            "libraries",
            ", ".join(
                f"{name} {version(name)}"
                for name in ("fastapi", "uvicorn", "motor", "pymongo", "aio-pika")
            ),
        ),
        ("load before", f"{load:.1f} (1 minute average; well below 1 for numbers worth keeping)"),
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _file_system(path: Path) -> str:
    path.mkdir(parents=True, exist_ok=True)
    return _said("findmnt", "-no", "FSTYPE", "-T", str(path)) or "unknown file system"


def _system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())


def _debian(package: str) -> str:
    return _said("dpkg-query", "-W", "-f", "${Version}", package) or "not from Debian"


def _said(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
