"""What one cohort's file asks of this service."""

from dataclasses import dataclass

from nextstep_programme import Cohort, LoadedCohort
from scheduling.ledger import LateJoiners, Policy


@dataclass(frozen=True)
class Programme:
    """The cohort, the completion policy read from it, and what its file leaves open."""

    cohort: Cohort
    policy: Policy
    open_points: tuple[str, ...] = ()

    @classmethod
    def of(cls, loaded: LoadedCohort, late_joiners: LateJoiners) -> "Programme":
        """The programme of a cohort file."""
        points = tuple(point.message for point in loaded.warnings)
        return cls(loaded.cohort, Policy.of(loaded.cohort.completion, late_joiners), points)
