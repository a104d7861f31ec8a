"""Who would graduate now, with the reasons for who does not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from awards.fellows.fellow import Fellow
from awards.fellows.progress import Progress
from awards.graduation.graduation import Graduation
from awards.judging.method import fingerprint

Outcome = Literal["graduate", "update", "graduated", "not_yet", "discrepancy"]

OUTCOME_NAMES: dict[Outcome, str] = {
    "graduate": "Will graduate",
    "update": "Graduated; the bursary is corrected",
    "graduated": "Graduated",
    "not_yet": "Does not graduate",
    "discrepancy": "Graduated, but no longer meets the requirements",
}


@dataclass(frozen=True)
class PlanLine:
    """One Fellow in the dry run."""

    person_id: str
    outcome: Outcome
    bursary: bool
    reasons: tuple[str, ...] = ()

    @property
    def acts(self) -> bool:
        """Whether applying publishes anything for this Fellow."""
        return self.outcome in ("graduate", "update")


@dataclass(frozen=True)
class DryRun:
    """What applying graduation would do now."""

    lines: tuple[PlanLine, ...]
    graduations: Mapping[str, Graduation]
    """What was announced so far, by person id."""
    fellows: Mapping[str, Fellow]

    @property
    def fingerprint(self) -> str:
        """Tells this plan from another."""
        return plan_fingerprint(self.lines)


def plan(
    fellows: Iterable[Fellow],
    progress: Mapping[str, Progress],
    graduations: Mapping[str, Graduation],
    bursaries: Collection[str],
    unsubmitted: Collection[str],
) -> tuple[PlanLine, ...]:
    """What applying would do now, by person id.

    `bursaries` are the people of the latest applied decision. `unsubmitted` are the Fellows held
    back because the cohort requires a project and they have not submitted one (else empty).
    """
    lines = []
    for fellow in sorted(fellows, key=lambda one: one.id):
        person = fellow.id
        why_not = _why_not(fellow, progress.get(person), held_back=person in unsubmitted)
        bursary = person in bursaries
        known = graduations.get(person)
        outcome = _outcome(known, meets=not why_not, bursary=bursary)
        lines.append(PlanLine(person, outcome, bursary, why_not))
    return tuple(lines)


def _why_not(fellow: Fellow, progress: Progress | None, *, held_back: bool) -> tuple[str, ...]:
    if not fellow.active:
        return ("Withdrew from the programme.",)
    reasons: list[str] = []
    if progress is None or progress.requirements is None:
        reasons.append("Scheduling has not confirmed the attendance requirements.")
    elif not progress.met:
        reasons.append("The attendance requirements are not met.")
    if reasons and progress:
        reasons += progress.reasons
    if held_back:
        reasons.append("The project has not been submitted.")
    return tuple(reasons)


def _outcome(known: Graduation | None, *, meets: bool, bursary: bool) -> Outcome:
    if known is None:
        return "graduate" if meets else "not_yet"
    if not meets:
        return "discrepancy"
    return "graduated" if known.bursary == bursary else "update"


def plan_fingerprint(lines: Iterable[PlanLine]) -> str:
    """Tells whether the plan that was looked at is the plan that would be applied."""
    return fingerprint([[line.person_id, line.outcome, line.bursary] for line in lines])
