"""How a Fellow stands towards completion, by scheduling's latest word.

Each fact keeps its highest revision on its own, so any order of the events ends in the same record.
"""

from typing import ClassVar

from awards.fellows.records import Part, Record
from nextstep_contracts import RequirementsMet, StandingChanged


class StandingFact(Part):
    """The latest standing towards completion."""

    revision: int
    standing: str
    reasons: tuple[str, ...] = ()


class MetFact(Part):
    """Whether the attendance rules are met, by the latest word on it."""

    revision: int
    met: bool


class Progress(Record):
    """How one person stands, by scheduling. Kept whether or not the Fellow is known yet."""

    collection: ClassVar[str] = "progress"
    cohort: str
    standing: StandingFact | None = None
    requirements: MetFact | None = None

    @property
    def met(self) -> bool:
        """Whether scheduling's latest word is that the requirements are met."""
        return self.requirements is not None and self.requirements.met

    @property
    def reasons(self) -> tuple[str, ...]:
        """Scheduling's sentences on what is met and missing."""
        return self.standing.reasons if self.standing else ()


def hear_standing(known: Progress | None, event: StandingChanged) -> Progress:
    """Progress after a change of standing; an older revision changes nothing."""
    progress = known or Progress(id=event.person_id, cohort=event.cohort)
    if progress.standing and progress.standing.revision >= event.revision:
        return progress
    fact = StandingFact(
        revision=event.revision, standing=event.standing, reasons=tuple(event.reasons)
    )
    return progress.but(standing=fact)


def hear_requirements(known: Progress | None, event: RequirementsMet) -> Progress:
    """Progress after the requirements were met, or after a correction said they are not."""
    progress = known or Progress(id=event.person_id, cohort=event.cohort)
    if progress.requirements and progress.requirements.revision >= event.revision:
        return progress
    return progress.but(requirements=MetFact(revision=event.revision, met=event.met))
