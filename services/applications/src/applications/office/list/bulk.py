"""Changes to many applications at once: what there is, and what may be expected of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from applications.admissions.place_ledger import Ledger

Bulk = Literal["eligible", "reject", "documents", "seen"]
ACTIONS: dict[str, str] = {
    "eligible": "Settle referrals: eligible",
    "documents": "Ask again for documents",
    "seen": "Looked at: take off the list of things to do",
    "reject": "Reject, with one reason for all",
    "export": "Download as CSV",
}
"""What the office can do with many applications."""
MOST = 300
"""Applications at a time: each is changed in a transaction of its own, some seconds in all."""


@dataclass(frozen=True)
class Item:
    """One application as it was when somebody looked at it."""

    application_id: str
    version: int

    def __str__(self) -> str:
        return f"{self.application_id}:{self.version}"


@dataclass(frozen=True)
class Outcome:
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


def items_of(texts: Sequence[str]) -> tuple[Item, ...]:
    """The applications that a form names, each once; what names none is left out."""
    items: dict[str, Item] = {}
    for text in texts:
        application_id, _, version = text.partition(":")
        if application_id and version.isascii() and version.isdigit() and len(version) < 10:  # noqa: PLR2004 -- digits of any version there is
            items[application_id] = Item(application_id, int(version))
    return tuple(items.values())


def tally(outcomes: Sequence[Outcome], all_of: int) -> Mapping[str, int]:
    """How many were done, refused, and not reached."""
    done = sum(outcome.done for outcome in outcomes)
    return {"done": done, "refused": len(outcomes) - done, "open": all_of - len(outcomes)}
