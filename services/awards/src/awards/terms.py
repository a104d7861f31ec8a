"""What a deployment is told: which cohort it serves, and the limits its settings give."""

from dataclasses import dataclass

from awards.method import Method, method_of
from nextstep_programme import Cohort


@dataclass(frozen=True)
class Terms:
    """The cohort file and the few limits that commands need beside it."""

    cohort: Cohort
    minimum_judges: int
    poster_limit: int
    """Bytes."""

    @property
    def method(self) -> Method:
        """The method that the cohort file defines now."""
        return method_of(self.cohort, self.minimum_judges)
