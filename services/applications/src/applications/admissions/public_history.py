"""What happened to an application so far, in words for the applicant.

Made from the kind of each step alone: what the office wrote, and who did it, is never shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

PUBLIC = {
    "Submitted": "We received your application",
    "Amended": "We received changes to your application",
    "A submission came": "We received another submission from you",
    "Documents sent": "You sent us documents",
    "Waiting for documents": "Your application began to wait for documents",
    "Documents asked for again": "We asked you again for documents",
    "Referred": "The programme office began to look at your application",
    "Late application accepted": "We accepted your application although it came late",
    "Eligible": "We found that you are eligible",
    "Waiting list": "You joined the waiting list",
    "Place offered": "We offered you a place",
    "Place accepted": "You accepted the place",
    "Place declined": "You declined the place",
    "Offer lapsed": "The offer ended without an answer",
    "Rejected": "We wrote to you that we cannot offer you a place",
    "Study leave declared": "You told us about your study leave",
    "Withdrawn": "Your application was withdrawn",
    "Duplicate of": "We found that you had applied twice",
}
"""By how a line of the history begins; other lines are the office's own."""


@dataclass(frozen=True)
class Step:
    """One thing that happened."""

    at: datetime
    text: str


def public_steps(history: Iterable[Mapping[str, Any]], zone: str) -> list[Step]:
    """The steps in their order; the same again on the same day is said once."""
    steps: list[Step] = []
    for line in history:
        text = next((t for start, t in PUBLIC.items() if line["what"].startswith(start)), None)
        if text is not None and (text, _day(line["at"], zone)) not in (
            (step.text, _day(step.at, zone)) for step in steps
        ):
            steps.append(Step(line["at"], text))
    return steps


def _day(at: datetime, zone: str) -> object:
    return at.astimezone(ZoneInfo(zone)).date()
