"""When a submission by somebody known is held back for the office, instead of amending. Pure."""

from collections.abc import Mapping
from datetime import datetime

from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document
from applications.admissions.eligibility import is_late
from nextstep_programme import Cohort

AFTER_DECISION = "A submission came after the decision."


AFTER_DEADLINE = "A submission came after the deadline."


def held_because(
    application: Application, submitted_at: datetime, doubt: str | None, cohort: Cohort
) -> str | None:
    """Why a submission by somebody known waits for the office; None: it amends."""
    if doubt:
        return doubt
    if application.decided:
        return AFTER_DECISION
    return AFTER_DEADLINE if is_late(submitted_at, cohort) else None


def says_nothing_new(
    application: Application, answers: Answers, documents: Mapping[str, Document]
) -> bool:
    """Whether a submission repeats what is in force, so that there is nothing to decide."""
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
