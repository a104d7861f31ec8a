"""What a submission makes of an application: it begins one, amends one, or waits. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document, amended, with_documents
from applications.admissions.eligibility import is_late
from applications.admissions.held_back import APPLIED_AGAIN
from applications.admissions.needed_documents import about_files, documents_needed
from applications.admissions.open_to_apply import left_for_newcomers
from applications.admissions.outcome import Outcome
from applications.admissions.settling import settled, told_amended, told_of_documents
from applications.admissions.states import By
from applications.admissions.waiting import (
    HELD,
    Doubt,
    DoubtedTime,
    HeldKind,
    HeldSubmission,
    Reason,
    with_reason,
)
from nextstep_contracts import ApplicationSubmitted, Refused, SubmissionAcknowledged

FORM = "Application form"
"""Who did it, in the history, when a submission did."""
OVERTAKEN = "An older form arrived, with other answers: those that were submitted later count"
UNCHANGED = "unchanged"
"""What the applicant is told of a submission that says what is in force."""
OUTCOMES: Mapping[HeldKind, str] = {
    "after_decision": "after_decision",
    "after_deadline": "after_deadline",
    **dict.fromkeys(APPLIED_AGAIN.values(), "applied_again"),
}
"""What the applicant is told, by why a submission that is certainly theirs waits for the office."""


def begun(so_far: Outcome) -> Outcome:
    """A submission became an application: everybody is told, and the rules run."""
    application = so_far.application
    what = "Submitted, late" if application.late else "Submitted"
    return _told_and_settled(so_far.noted("submitted", what, FORM), again=False)


def taken_up_again(
    so_far: Outcome,
    by: By,
    what: str,
    reason: str,
    sent: Mapping[str, Document] | None = None,
) -> Outcome:
    """The office takes up an application that had ended, as it now stands: the rules run anew.

    `sent` are the files of the submission by which it does.

    Raises:
        Refused: it has not ended, or there is no reason.

    """
    outcome = so_far.stepped("reopen", by, reason).changed(cleared=False)
    outcome = outcome.done("reopen", "submitted", what, by.name, reason)
    return _told_and_settled(outcome, again=True, sent=sent)


def _told_and_settled(
    so_far: Outcome, *, again: bool, sent: Mapping[str, Document] | None = None
) -> Outcome:
    application, cohort = so_far.application, so_far.cohort
    files = {**application.documents, **(sent or {})}
    told = so_far.told(
        ApplicationSubmitted,
        reference=application.reference,
        submitted_at=application.submitted_at,
        late=application.late,
        documents_needed=documents_needed(application, cohort),
        about_files=about_files(application, files, cohort),
        again=again,
        places=left_for_newcomers(so_far.ledger, cohort, so_far.now),
    )
    return settled(told_of_documents(told))


def awaiting_office(so_far: Outcome, reason: Reason) -> Outcome:
    """The office has a further thing to settle; what waits already stays."""
    return so_far.changed(awaits_office=with_reason(so_far.application.awaits_office, reason))


def held(so_far: Outcome, why: HeldKind, submission_id: str, received_at: datetime) -> Outcome:
    """A submission waits for the office: it changes nothing else.

    The applicant is told, unless it is not certain that they are who sent it.
    """
    waiting = awaiting_office(so_far, HeldSubmission(kind=why, submission_id=submission_id))
    if why in get_args(Doubt):
        return waiting.noted("doubted", HELD[why], FORM)
    return acknowledged(waiting.noted("held", HELD[why], FORM), why, received_at)


def acknowledged(
    so_far: Outcome,
    why: HeldKind | None,
    received_at: datetime,
    *,
    older: bool = False,
    sent: Mapping[str, Document] | None = None,
) -> Outcome:
    """The applicant is told that another submission came, and why it changes nothing by itself.

    Args:
        so_far: the application.
        why: it waits for the office; None: it says what was there already.
        received_at: when it came.
        older: it says something else, but one that was submitted later counts.
        sent: the files that it brought and that are not used.

    """
    return so_far.told(
        SubmissionAcknowledged,
        reference=so_far.application.reference,
        received_at=received_at,
        outcome=UNCHANGED if why is None else OUTCOMES[why],
        older=older,
        about_files=about_files(so_far.application, sent or {}, so_far.cohort),
    )


def time_doubted(so_far: Outcome, doubt: DoubtedTime) -> Outcome:
    """The form's own time of a submission is not believed: the office is told, beside the rest."""
    said = doubt.sentence(so_far.cohort.zone)
    return awaiting_office(so_far, doubt).noted("doubted", said, FORM)


def amended_by(
    so_far: Outcome,
    answers: Answers,
    documents: Mapping[str, Document],
    submitted_at: datetime,
    arrived: int,
) -> Outcome:
    """Another submission by the same person is in the application, and the rules run.

    One that changes nothing is acknowledged all the same; of one with older answers than those in
    force it is said that they are not used.
    """
    before = so_far.application
    after = amended(before, answers, documents, submitted_at, arrived)
    late = is_late(after.first_submitted_at, so_far.cohort)
    outcome = so_far.becoming(after.model_copy(update={"late": late}))
    changed = differences(before, after)
    if changed:
        outcome = outcome.noted("amended", "Amended", FORM, ", ".join(changed))
        outcome = told_amended(outcome, changed, documents)
    else:
        older = answers != after.answers
        if older:
            outcome = outcome.noted("other", OVERTAKEN, FORM)
        outcome = acknowledged(outcome, None, so_far.now, older=older, sent=documents)
    return settled(outcome)


def documents_sent(so_far: Outcome, by: By, documents: Mapping[str, Document]) -> Outcome:
    """The applicant sent files from their own page.

    Raises:
        Refused: the application was decided already.

    """
    application = so_far.application
    refuse_if_decided(application)
    what = f"Documents sent: {', '.join(sorted(documents))}"
    outcome = so_far.becoming(with_documents(application, documents))
    outcome = outcome.done("upload", "documents_sent", what, by.name)
    return settled(told_amended(outcome, ("documents",), {}))


def refuse_if_decided(application: Application) -> None:
    """Look whether documents are of any use yet, before files are kept that nobody would need.

    Raises:
        Refused: the application was decided already.

    """
    if application.decided or application.erased:
        raise Refused("Your application has been decided; no documents are needed.")


def differences(before: Application, after: Application) -> tuple[str, ...]:
    """What the others are told has changed: names of answers, and `documents`."""
    changed = after.answers.changed_from(before.answers)
    return changed if after.documents == before.documents else (*changed, "documents")
