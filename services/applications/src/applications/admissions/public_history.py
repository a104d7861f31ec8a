"""What happened to an application so far, in words for the applicant.

Made from the kind of each line alone: what the office wrote, and who did it, is never shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from applications.admissions.history import HistoryLine, Kind

PUBLIC: Mapping[Kind, str] = {
    "submitted": "We received your application",
    "amended": "We received changes to your application",
    "held": "We received another submission from you",
    "documents_sent": "You sent us documents",
    "awaits_documents": "Your application began to wait for documents",
    "documents_requested": "We asked you again for documents",
    "referred": "The programme office began to look at your application",
    "accepted_late": "We accepted your application although it came late",
    "eligible": "We found that you are eligible",
    "waitlisted": "You joined the waiting list",
    "offered": "We offered you a place",
    "accepted": "You accepted the place",
    "declined": "You declined the place",
    "lapsed": "The offer ended without an answer",
    "rejected": "We wrote to you that we cannot offer you a place",
    "study_leave": "You told us about your study leave",
    "withdrawn": "Your application was withdrawn",
    "duplicate": "We found that you had applied twice",
}
"""Lines of other kinds are the office's own."""


@dataclass(frozen=True)
class PublicStep:
    """One thing that happened."""

    at: datetime
    text: str


def public_steps(history: Iterable[HistoryLine], zone: str) -> list[PublicStep]:
    """The steps in their order; the same again on the same day is said once."""
    steps: dict[tuple[str, date], PublicStep] = {}
    for line in history:
        if line.kind in PUBLIC:
            text = PUBLIC[line.kind]
            day = line.at.astimezone(ZoneInfo(zone)).date()
            steps.setdefault((text, day), PublicStep(line.at, text))
    return list(steps.values())
