"""What follows from a change: the rules run, and the application goes where they send it. Pure."""

from collections.abc import Mapping
from datetime import datetime

from applications.admissions import place_ledger
from applications.admissions.application import Application, Document
from applications.admissions.assessing import course, reassessed
from applications.admissions.eligibility import Assessment, RuleResult
from applications.admissions.needed_documents import (
    about_files,
    documents_coming,
    documents_needed,
)
from applications.admissions.once_eligible import qualified
from applications.admissions.outcome import Outcome
from applications.admissions.place_ledger import Ledger
from applications.admissions.states import RULES, By
from nextstep_contracts import (
    ApplicationAmended,
    ApplicationReferred,
    DocumentsNeeded,
)
from nextstep_programme import Cohort


def settle(application: Application, ledger: Ledger, cohort: Cohort, now: datetime) -> Outcome:
    """What the rules make of an undecided application, and what is to be said about it."""
    return settled(Outcome(application, ledger, cohort, now))


def settled(so_far: Outcome) -> Outcome:
    """Run the rules over an undecided application and send it where they say."""
    before, cohort = so_far.application, so_far.cohort
    outcome = so_far.becoming(reassessed(before, cohort))
    match course(outcome.application, cohort):
        case "referred":
            outcome = _referred(_without_turn(outcome), before.assessment)
        case "documents_needed":
            outcome = awaiting_documents(_without_turn(outcome), RULES)
        case "eligible":
            outcome = qualified(outcome, RULES)
    return asked_for_documents(outcome)


def awaiting_documents(so_far: Outcome, by: By) -> Outcome:
    """Wait for the applicant to send what is missing."""
    if so_far.application.state != "documents_needed":
        so_far = so_far.stepped("await_documents", by)
        so_far = so_far.noted("awaits_documents", "Waiting for documents", by.name)
    return asked_for_documents(so_far)


def asked_for_documents(so_far: Outcome) -> Outcome:
    """Tell the applicant what is needed, unless that is what they were told last.

    While a file is being fetched or checked nobody is told anything: one message then names all.
    """
    application, cohort = so_far.application, so_far.cohort
    needed = documents_needed(application, cohort)
    if application.decided or documents_coming(application, cohort):
        return so_far
    if needed and needed != application.asked_for:
        so_far = so_far.told(
            DocumentsNeeded, reference=application.reference, documents_needed=needed
        )
    return told_of_documents(so_far)


def told_of_documents(so_far: Outcome) -> Outcome:
    """What an event that is sent now says is needed is remembered."""
    needed = documents_needed(so_far.application, so_far.cohort)
    return so_far if needed == so_far.application.asked_for else so_far.changed(asked_for=needed)


def told_amended(
    so_far: Outcome, changed: tuple[str, ...], sent: Mapping[str, Document]
) -> Outcome:
    """The others are told that an application has other answers or documents now.

    `sent` are the files that came with the change.
    """
    application = so_far.application
    return told_of_documents(
        so_far.told(
            ApplicationAmended,
            reference=application.reference,
            amended_at=so_far.now,
            changed=changed,
            documents_needed=documents_needed(application, so_far.cohort),
            of_a_fellow=application.state == "accepted",
            about_files=about_files(application, sent, so_far.cohort),
        )
    )


def _new(concern: RuleResult) -> tuple[str, ...]:
    """What makes a concern another one. How a moment is written differs between releases."""
    office = "" if concern.rule == "deadline" else concern.office
    return concern.rule, concern.outcome, concern.applicant, office


def _referred(so_far: Outcome, before: Assessment | None) -> Outcome:
    """Give the decision to a person; tell the applicant only what is new."""
    application = so_far.application
    concerns = application.assessment.concerns if application.assessment else ()
    known = before.concerns if before and application.state == "referred" else ()
    if application.state == "referred" and [*map(_new, known)] == [*map(_new, concerns)]:
        return so_far
    return (
        so_far.stepped("refer", RULES)
        .noted("referred", "Referred", RULES.name, " ".join(r.office for r in concerns))
        .told(
            ApplicationReferred,
            reference=application.reference,
            reasons=tuple(r.applicant for r in concerns),
        )
    )


def _without_turn(so_far: Outcome) -> Outcome:
    """New answers that no longer pass give up the turn they had."""
    if so_far.application.state != "waitlisted":
        return so_far
    return so_far.moved(place_ledger.withdraw, "New answers have to be looked at first.")
