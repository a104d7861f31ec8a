"""Changes to many applications at once: what there is, and what may be expected of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from applications.admissions.place_ledger import Ledger

ACTIONS: dict[str, str] = {
    "eligible": "Settle referrals: eligible",
    "documents": "Ask again for documents",
    "seen": "Looked at: settle what waits beside the decision; submissions are set aside",
    "reject": "Reject, with one reason for all",
    "export": "Download as CSV",
}
"""What the office can do with many applications."""
MOST = 300
"""Applications at a time: each is changed in a transaction of its own, some seconds in all."""


class BulkChange(BaseModel):
    """What somebody confirmed for many applications; the reason is kept with each of them alone."""

    model_config = ConfigDict(frozen=True)

    key: str
    """Made with the dry run: what is confirmed twice is done once."""
    cohort: str
    action: str
    items: tuple[str, ...]
    """Ids of the applications, in the order of their turn."""
    who: str
    by: str
    """The address of whoever confirmed it."""
    at: datetime

    def confirms(self, other: "BulkChange") -> bool:
        """Whether the same person confirms the same thing again."""
        return (self.by, self.action, self.items) == (other.by, other.action, other.items)


@dataclass(frozen=True)
class BulkItem:
    """One application as it was when somebody looked at it."""

    application_id: str
    version: int

    def __str__(self) -> str:
        return f"{self.application_id}:{self.version}"


@dataclass(frozen=True)
class BulkOutcome:
    """What became, or would become, of one application."""

    application_id: str
    done: bool
    text: str
    """What happened to it, or why it was refused, in a sentence for the office."""


@dataclass(frozen=True)
class Effect:
    """The places before and after."""

    before: Ledger
    after: Ledger

    def rows(self) -> list[dict[str, Any]]:
        """The figures of the ledger that matter, side by side."""
        figures = {
            "Accepted": (len(self.before.accepted), len(self.after.accepted)),
            "On offer": (len(self.before.offers), len(self.after.offers)),
            "Free": (self.before.free, self.after.free),
            "Waiting list": (len(self.before.waiting), len(self.after.waiting)),
        }
        return [
            {"what": what, "now": now, "then": {"text": str(then)}}
            for what, (now, then) in figures.items()
        ]


def items_of(texts: Sequence[str]) -> tuple[BulkItem, ...]:
    """The applications that a form names, each once; what names none is left out."""
    items: dict[str, BulkItem] = {}
    for text in texts:
        application_id, _, version = text.partition(":")
        if application_id and version.isascii() and version.isdigit() and len(version) < 10:  # noqa: PLR2004 -- digits of any version there is
            items[application_id] = BulkItem(application_id, int(version))
    return tuple(items.values())


def tally(outcomes: Sequence[BulkOutcome], all_of: int) -> Mapping[str, int]:
    """How many were done, refused, and not reached."""
    done = sum(outcome.done for outcome in outcomes)
    return {"done": done, "refused": len(outcomes) - done, "open": all_of - len(outcomes)}
