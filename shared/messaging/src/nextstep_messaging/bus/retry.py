"""What happens to a message whose handling failed: a pure decision."""

from collections.abc import Sequence
from dataclasses import dataclass

QUICK_PAUSES = (0.05, 0.25)
"""Seconds between the quick tries; a passing fault is over by then, a lasting one goes to wait."""


@dataclass(frozen=True)
class Wait:
    """Put it into the retry queue of `delay` seconds, as pass number `attempt`."""

    delay: float
    attempt: int


@dataclass(frozen=True)
class Die:
    """No delay is left: a person has to look."""


def after_failure(attempt: int, delays: Sequence[float]) -> Wait | Die:
    """Decide after the quick tries failed on a message that waited `attempt` times already."""
    if attempt < len(delays):
        return Wait(delays[attempt], attempt + 1)
    return Die()
