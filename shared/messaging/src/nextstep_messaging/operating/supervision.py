"""Long-running work that must not end: started again after an error, with a growing pause."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import structlog

log = structlog.get_logger()

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 1.0
"""Seconds. Long enough not to hammer what is down, short enough to recover promptly."""
STEADY = 30.0
"""Seconds of running after which the next failure starts again from the first pause."""


async def supervise(
    name: str, work: Callable[[], Awaitable[None]], *, after: asyncio.Event | None = None
) -> None:
    """Run `work` for ever, once `after` is set; only a cancellation ends it."""
    if after is not None:
        await after.wait()
    pause = FIRST_PAUSE
    while True:
        started = monotonic()
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the service goes on
            _report(name, error)
        if monotonic() - started > STEADY:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE, pause * 2)


def _report(name: str, error: Exception) -> None:
    if isinstance(error, OSError):  # somebody else is down: no news in the traceback
        log.warning("unavailable", task=name, error=str(error))
    else:
        log.error("task_failed", task=name, exc_info=error)


async def end(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
