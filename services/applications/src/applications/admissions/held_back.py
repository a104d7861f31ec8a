"""When a submission by somebody known is held back for the office, instead of amending. Pure."""

from collections.abc import Mapping
from datetime import datetime

from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document
from applications.admissions.eligibility import is_late
from applications.admissions.states import State
from applications.admissions.waiting import Doubt, HeldKind
from nextstep_programme import Cohort

APPLIED_AGAIN: Mapping[State, HeldKind] = {
    "withdrawn": "again_after_withdrawing",
    "declined": "again_after_declining",
    "lapsed": "again_after_lapsing",
    "rejected": "again_after_rejection",
}
"""By how the application had ended. Whoever sends the form then wants something new, even if it
says the same."""


def held_because(
    application: Application, submitted_at: datetime, doubt: Doubt | None, cohort: Cohort
) -> HeldKind | None:
    """Why a submission by somebody known waits for the office; None: it amends."""
    if doubt:
        return doubt
    if has_ended(application):
        return APPLIED_AGAIN[application.state]
    if application.decided:
        return "after_decision"
    return "after_deadline" if is_late(submitted_at, cohort) else None


def has_ended(application: Application) -> bool:
    """Whether nothing more becomes of the application, unless the office takes it up again."""
    return application.state in APPLIED_AGAIN and not application.duplicate_of


def says_nothing_new(
    application: Application, answers: Answers, documents: Mapping[str, Document]
) -> bool:
    """Whether a submission repeats what is in force, so that there is nothing to decide.

    Whoever sends the same again once the application has ended applies again.
    """
    if has_ended(application):
        return False
    return answers == application.answers and not any(
        _is_new(document, application.documents.get(key)) for key, document in documents.items()
    )


def _is_new(document: Document, held: Document | None) -> bool:
    """Whether a file may be another one than what is in force: one that is of no use is not."""
    if held is None or document.coming:
        return True
    if not document.usable:
        return False
    return not held.usable or (document.given_name, document.size) != (held.given_name, held.size)
