"""What would other rules change? The rules run over applications twice; nothing is kept.

Pure: from applications and two cohorts to who would be judged otherwise, with the sentences.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from applications.admissions.application import Application
from applications.admissions.assessing import judged
from applications.admissions.eligibility import DOCUMENTS, Assessment, RuleResult
from nextstep_programme import Cohort

Standing = Literal["pass", "documents", "refer", "fail"]
STANDINGS: dict[Standing, str] = {
    "pass": "Passes",
    "documents": "Passes, waits for documents",
    "refer": "To a person: borderline",
    "fail": "To a person: outside the rules",
}
"""How the rules judge, in the order of a table."""


@dataclass(frozen=True)
class Changed:
    """One application that would be judged otherwise."""

    application: Application
    now: Standing
    then: Standing
    findings: tuple[RuleResult, ...]
    """What the other rules find where they find something else."""


@dataclass(frozen=True)
class Changes:
    """How applications are judged by the rules in force and by the others."""

    now: Counter[Standing]
    then: Counter[Standing]
    changed: tuple[Changed, ...]
    """In the order of the applications."""


def what_changes(
    applications: Iterable[Application], cohort_now: Cohort, cohort_then: Cohort
) -> Changes:
    """Judge each application by both cohorts' rules, whatever was decided about it."""
    now, then = Counter[Standing](), Counter[Standing]()
    changed = []
    for application in applications:
        before = _judged(application, cohort_now, cohort_now)
        after = _judged(application, cohort_then, cohort_now)
        is_now, is_then = standing(before), standing(after)
        now[is_now] += 1
        then[is_then] += 1
        if is_now != is_then:
            findings = tuple(r for r in after.results if r.outcome != _outcome(before, r.rule))
            changed.append(Changed(application, is_now, is_then, findings))
    return Changes(now, then, tuple(changed))


def standing(assessment: Assessment) -> Standing:
    """An assessment in one word; documents count only where nothing else is in the way."""
    if assessment.verdict != "pass":
        return assessment.verdict
    return "pass" if _outcome(assessment, DOCUMENTS) == "pass" else "documents"


def _judged(application: Application, cohort: Cohort, asked_by: Cohort) -> Assessment:
    """Run a cohort's rules over what applicants answered to another one's form.

    The form asks about one day of training; nobody answered about any other.
    """
    answers = application.answers
    if cohort.eligibility.training_on != asked_by.eligibility.training_on:
        answers = answers.model_copy(update={"in_training_on": None})
    return judged(application.model_copy(update={"answers": answers}), cohort)


def _outcome(assessment: Assessment, rule: str) -> str:
    return next((r.outcome for r in assessment.results if r.rule == rule), "pass")
