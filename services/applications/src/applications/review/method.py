"""The method by which applications are compared, as the cohort file registers it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from nextstep_programme import Cohort, Criterion

LOWEST = 1
"""Points start at 1; the cohort file gives the highest."""


@dataclass(frozen=True)
class Method:
    """What a sheet holds and how sheets are compared."""

    criteria: tuple[Criterion, ...]
    scale: int
    required: int
    """Locked sheets that an application needs."""
    tie_breaks: tuple[str, ...]
    spread_flag: Fraction

    @property
    def keys(self) -> tuple[str, ...]:
        """The criterion keys in the order of the sheet."""
        return tuple(criterion.key for criterion in self.criteria)

    @property
    def fingerprint(self) -> str:
        """Names the sheet: a change of criteria, weights, anchors or scale makes another one.

        Scores given on another sheet cannot be compared with these, so they do not count.
        """
        sheet = {
            "scale": self.scale,
            "criteria": [c.model_dump(mode="json") for c in self.criteria],
        }
        return hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()[:16]

    def average(self, scores: Mapping[str, int]) -> Fraction:
        """The weighted average of one complete sheet, in points of the scale."""
        weights = sum(criterion.weight for criterion in self.criteria)
        return Fraction(sum(c.weight * scores[c.key] for c in self.criteria), weights)

    def problems(self, scores: Mapping[str, int]) -> dict[str, str]:
        """What keeps these points from being a complete sheet, by criterion key."""
        found: dict[str, str] = {}
        for criterion in self.criteria:
            points = scores.get(criterion.key)
            if points is None:
                found[criterion.key] = f"Choose the points for {criterion.title}"
            elif not LOWEST <= points <= self.scale:
                found[criterion.key] = (
                    f"The points for {criterion.title} must be from {LOWEST} to {self.scale}"
                )
        for key in sorted(scores.keys() - set(self.keys)):
            found[key] = f"{key} is not a criterion of this selection"
        return found


def method_of(cohort: Cohort) -> Method:
    """The method that a cohort file registers."""
    rules = cohort.selection
    return Method(
        criteria=rules.criteria,
        scale=rules.scale,
        required=rules.reviewers_required,
        tie_breaks=rules.tie_breaks,
        spread_flag=Fraction(str(rules.spread_flag)),
    )
