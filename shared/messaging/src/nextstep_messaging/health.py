"""What a service needs before it is ready, each with what is the matter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that readiness depends on."""

    name: str
    ok: bool
    detail: str = ""
    """What is wrong, in words for the person on call; may add to what is right."""
