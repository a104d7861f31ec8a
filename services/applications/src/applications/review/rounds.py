"""What was applied together, line by line. Never changed."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from applications.review.case import Case, Choice


class RoundLine(BaseModel):
    """What became of one draft. No reasons of rejections: these are with each application."""

    model_config = ConfigDict(frozen=True)

    application_id: str
    reference: str
    choice: Choice
    position: int | None
    """On the waiting list, as it was staged."""
    outcome: Literal["applied", "refused"]
    why: str = ""
    """It was refused."""
    rank: int | None = None
    """When it was applied; None without a locked sheet, and in rounds of earlier releases."""


class Round(BaseModel):
    """One time that somebody applied drafts."""

    model_config = ConfigDict(frozen=True)

    id: str
    cohort: str
    at: datetime
    by: str
    """A name."""
    who: str
    """An address."""
    lines: tuple[RoundLine, ...]
    promoted: tuple[str, ...]
    """Who was offered a place from the waiting list by it."""

    def count(self, outcome: str) -> int:
        """How many drafts this became of."""
        return sum(line.outcome == outcome for line in self.lines)


def line_of(
    case: Case,
    outcome: Literal["applied", "refused"],
    why: str = "",
    *,
    rank: int | None = None,
) -> RoundLine:
    """What became of a case's draft.

    Raises:
        ValueError: it has none.

    """
    draft = case.review.draft
    if draft is None:
        raise ValueError("only what was staged is applied or refused")
    return RoundLine(
        application_id=case.id,
        reference=case.application.reference,
        choice=draft.choice,
        position=draft.position,
        outcome=outcome,
        why=why,
        rank=rank,
    )
