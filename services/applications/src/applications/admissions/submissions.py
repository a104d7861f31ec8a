"""What a submission makes of an application: it begins one, amends one, or waits. Pure."""

from collections.abc import Mapping
from datetime import datetime

from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document, amended, with_documents
from applications.admissions.eligibility import is_late
from applications.admissions.needed_documents import documents_needed
from applications.admissions.outcome import Outcome
from applications.admissions.settling import settled, told_amended, told_of_documents
from applications.admissions.states import By
from nextstep_contracts import ApplicationSubmitted, Refused

FORM = "Application form"
"""Who did it, in the history, when a submission did."""


def begun(so_far: Outcome) -> Outcome:
    """A submission became an application: everybody is told, and the rules run."""
    application, cohort = so_far.application, so_far.cohort
    what = "Submitted, late" if application.late else "Submitted"
    told = so_far.noted("submitted", what, FORM).told(
        ApplicationSubmitted,
        reference=application.reference,
        submitted_at=application.submitted_at,
        late=application.late,
        documents_needed=documents_needed(application, cohort),
    )
    return settled(told_of_documents(told))


def held(so_far: Outcome, why: str, *, doubted: bool) -> Outcome:
    """A submission waits for the office: it changes nothing else."""
    waiting = so_far.changed(awaits_office=why)
    return waiting.noted("doubted" if doubted else "held", why, FORM)


def amended_by(
    so_far: Outcome,
    answers: Answers,
    documents: Mapping[str, Document],
    submitted_at: datetime,
    arrived: int,
) -> Outcome:
    """Another submission by the same person is in the application, and the rules run."""
    before = so_far.application
    after = amended(before, answers, documents, submitted_at, arrived)
    late = is_late(after.first_submitted_at, so_far.cohort)
    outcome = so_far.becoming(after.model_copy(update={"late": late}))
    changed = differences(before, after)
    if changed:
        outcome = outcome.noted("amended", "Amended", FORM, ", ".join(changed))
        outcome = told_amended(outcome, changed)
    return settled(outcome)


def documents_sent(so_far: Outcome, by: By, documents: Mapping[str, Document]) -> Outcome:
    """The applicant sent files from their own page.

    Raises:
        Refused: the application was decided already.

    """
    application = so_far.application
    if application.decided or application.erased:
        raise Refused("Your application has been decided; no documents are needed.")
    what = f"Documents sent: {', '.join(sorted(documents))}"
    outcome = so_far.becoming(with_documents(application, documents))
    outcome = outcome.done("upload", "documents_sent", what, by.name)
    return settled(told_amended(outcome, ("documents",)))


def differences(before: Application, after: Application) -> tuple[str, ...]:
    """What the others are told has changed: names of answers, and `documents`."""
    changed = after.answers.changed_from(before.answers)
    return changed if after.documents == before.documents else (*changed, "documents")
