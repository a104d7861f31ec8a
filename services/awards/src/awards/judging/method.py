"""The method by which projects are judged, registered before scoring opens.

The definition is data: its canonical JSON has a SHA-256 fingerprint that is published with the
result, so that nobody can change the method after the scores are known without it showing.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from awards.fellows.records import Part
from nextstep_programme import Cohort

LOWEST = 1
"""Points start at 1; the cohort file gives the highest."""

AGGREGATION = "mean over judges of the sum over criteria of weight times points"
ROUNDING = "two decimals, half up, for display only; comparisons use exact fractions"


def canonical(data: Any) -> bytes:
    """One byte string for equal data: sorted keys, no blanks, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(data: Any) -> str:
    """The SHA-256 of the canonical JSON, hexadecimal."""
    return hashlib.sha256(canonical(data)).hexdigest()


class JudgedCriterion(Part):
    """One line of the score sheet."""

    key: str
    title: str
    weight: int
    anchors: dict[str, str] = Field(default_factory=dict)
    """What a number of points means, by the number as text (JSON has no other keys)."""


class Method(Part):
    """Everything that decides the ranking once the sheets are locked."""

    cohort: str
    version: str
    scale: int
    criteria: tuple[JudgedCriterion, ...]
    tie_breaks: tuple[str, ...]
    bursaries: int
    minimum_judges: int
    aggregation: str = AGGREGATION
    rounding: str = ROUNDING

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the definition's canonical JSON."""
        return fingerprint(self.model_dump(mode="json"))

    @property
    def keys(self) -> tuple[str, ...]:
        """The criterion keys in the order of the sheet."""
        return tuple(criterion.key for criterion in self.criteria)

    @property
    def highest_total(self) -> int:
        """The weighted total of a sheet with full points."""
        return sum(criterion.weight * self.scale for criterion in self.criteria)

    def total(self, scores: Mapping[str, int]) -> int:
        """The weighted total of one complete sheet."""
        return sum(criterion.weight * scores[criterion.key] for criterion in self.criteria)

    def problems(self, scores: Mapping[str, int]) -> dict[str, str]:
        """What keeps these points from being a complete sheet, by criterion key."""
        found = {}
        for criterion in self.criteria:
            points = scores.get(criterion.key)
            if points is None:
                found[criterion.key] = f"Choose the points for {criterion.title}"
            elif not LOWEST <= points <= self.scale:
                found[criterion.key] = (
                    f"The points for {criterion.title} must be from {LOWEST} to {self.scale}"
                )
        for key in scores.keys() - set(self.keys):
            found[key] = f"{key} is not a criterion of this method"
        return found


def method_of(cohort: Cohort, minimum_judges: int) -> Method:
    """The method that a cohort file defines."""
    awards = cohort.awards
    return Method(
        cohort=cohort.id,
        version=awards.method_version,
        scale=awards.scale,
        criteria=tuple(
            JudgedCriterion(
                key=one.key,
                title=one.title,
                weight=one.weight,
                anchors={str(points): text for points, text in one.anchors.items()},
            )
            for one in awards.criteria
        ),
        tie_breaks=awards.tie_breaks,
        bursaries=awards.bursaries,
        minimum_judges=minimum_judges,
    )
