"""When an email, or a mail server that cannot be reached, is tried again.

All of it is wall-clock time: a mail server lives in real time, and a simulated programme year must
neither hold a retry back nor spend all of them in a second.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

UNREACHABLE_PAUSES = (0.5, 1, 2, 5, 10, 30)
"""Seconds between tries to reach a mail server that is down; the last repeats."""


def next_try(attempts: int, delays: Sequence[float], now: datetime) -> datetime | None:
    """When to try again after `attempts` tries that were put off; None when enough is enough."""
    if attempts > len(delays):
        return None
    return now + timedelta(seconds=delays[attempts - 1])


def pause_after(failures: int) -> float:
    """Seconds to leave a mail server alone that could not be reached `failures` times in a row."""
    return UNREACHABLE_PAUSES[min(failures, len(UNREACHABLE_PAUSES)) - 1]
