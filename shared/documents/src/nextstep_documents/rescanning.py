"""Scanning files that came while the virus scanner was away, once it is back.

One way for every service: it says which files have no verdict, reads one, and records what was
found. What becomes of an infected file is the service's to decide.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

import structlog

from nextstep_documents.virus_scanner import Scanner, ScannerAwayError, Verdict

log = structlog.get_logger()

SWEEP: Final = 30.0
"""Seconds: how soon after the scanner is back the first file is looked at."""
LEASE: Final = 120.0
"""Seconds that one process may be at it: longer than the scan of one file."""
T = TypeVar("T")


async def scan_again(
    scanner: Scanner,
    unscanned: Iterable[T],
    bytes_of: Callable[[T], Awaitable[bytes | None]],
    record: Callable[[T, Verdict], Awaitable[object]],
    go_on: Callable[[], Awaitable[bool]],
) -> int:
    """Go through files without a verdict, until the scanner stops answering.

    Args:
        scanner: whom to ask.
        unscanned: the files.
        bytes_of: reads one; None if it is gone by now.
        record: keeps the verdict. A file that was replaced meanwhile is left alone by it.
        go_on: asked after each file.

    Returns:
        how many were looked at.

    """
    done = 0
    for file in unscanned:
        data = await bytes_of(file)
        if data is None:
            continue
        try:
            verdict = await scanner.ask(data)
        except ScannerAwayError as away:
            log.warning("scanner_away", error=str(away))
            return done
        await record(file, verdict)
        done += 1
        if not await go_on():
            return done
    return done
