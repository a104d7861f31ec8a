"""Graduation: who completes, with the reasons for who does not, and what comes with it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Literal

from awards.fellows import Fellow, Progress
from awards.method import fingerprint
from awards.records import Record
from nextstep_programme import Cohort

Outcome = Literal["graduate", "update", "graduated", "not_yet", "discrepancy"]

OUTCOME_NAMES: dict[Outcome, str] = {
    "graduate": "Will graduate",
    "update": "Graduated; the bursary is corrected",
    "graduated": "Graduated",
    "not_yet": "Does not graduate",
    "discrepancy": "Graduated, but no longer meets the requirements",
}
REMINDER_AT = time(9)
"""Reminders go out at nine in the morning, local time."""


class Graduation(Record):
    """What was announced of one Fellow; the id is the person's."""

    collection: ClassVar[str] = "graduations"
    cohort: str
    revision: int
    graduated_on: date
    bursary: bool
    discount_until: date


@dataclass(frozen=True)
class Line:
    """One Fellow in the dry run."""

    person_id: str
    outcome: Outcome
    bursary: bool
    reasons: tuple[str, ...] = ()

    @property
    def acts(self) -> bool:
        """Whether applying publishes anything for this Fellow."""
        return self.outcome in ("graduate", "update")


def plan(
    fellows: Iterable[Fellow],
    progress: Mapping[str, Progress],
    graduations: Mapping[str, Graduation],
    bursaries: Collection[str],
    unsubmitted: Collection[str],
) -> tuple[Line, ...]:
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
        lines.append(Line(person, outcome, bursary, why_not))
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


def plan_fingerprint(lines: Iterable[Line]) -> str:
    """Tells whether the plan that was looked at is the plan that would be applied."""
    return fingerprint([[line.person_id, line.outcome, line.bursary] for line in lines])


def after_years(start: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th where there is none."""
    return after_months(start, 12 * years)


def after_months(start: date, months: int) -> date:
    """The same day some months later, or the month's last day where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def discount_until(cohort: Cohort, graduated_on: date) -> date:
    """The last day of the reduced fee: counted from completion, or from a later graduation."""
    start = max(cohort.completes_on, graduated_on)
    return after_years(start, cohort.benefits.discount_years)


def membership_ends(cohort: Cohort) -> date:
    """The day on which the Fellows' FMLM membership ends."""
    return after_months(cohort.benefits.membership_from, cohort.benefits.membership_months)


def membership_reminder(cohort: Cohort) -> datetime:
    """The moment (UTC) at which Fellows are told that their membership is about to end."""
    days = timedelta(days=cohort.benefits.membership_reminder_days)
    return cohort.moment(membership_ends(cohort) - days, REMINDER_AT)
