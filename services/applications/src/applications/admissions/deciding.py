"""What the programme office decides. Every decision has a name and a reason to it.

Each deed has its rule beside it: the rule says what becomes of the application and of the ledger.
"""

from applications.admissions import offers, place_ledger
from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.admissions.needed_documents import (
    documents_awaited,
    documents_coming,
    documents_needed,
)
from applications.admissions.once_eligible import accepted_late, offered, qualified
from applications.admissions.outcome import Outcome
from applications.admissions.settling import awaiting_documents, settled
from applications.admissions.states import By
from nextstep_contracts import AlreadySo, ApplicationRejected, DocumentsRequested, Refused


def found_eligible(so_far: Outcome, by: By, reason: str) -> Outcome:
    """A referral is settled in the applicant's favour.

    For a late application this is the override by which it is accepted all the same: the history,
    the audit trail and the place ledger name it.

    Raises:
        Refused: there is no referral to decide, or no reason.

    """
    application = so_far.application
    if application.state != "referred":
        raise Refused("This application is not waiting for a decision.")
    needs(reason)
    late = f"{reason.strip()} ({by.name})" if application.late else None
    outcome = so_far.changed(cleared=True, accepted_late=late)
    if late:
        outcome = outcome.done(
            "accept-late", "accepted_late", "Late application accepted", by.name, reason
        )
    else:
        outcome = outcome.done(
            "decide-eligible", "found_eligible", "Decided: eligible", by.name, reason
        )
    if documents_awaited(application, so_far.cohort):
        return awaiting_documents(outcome, by)
    return qualified(outcome, by)


def rejected(so_far: Outcome, by: By, reason: str) -> Outcome:
    """The application is rejected, for a reason that the applicant is told.

    Raises:
        Refused: it was decided already, or there is no reason.

    """
    application = so_far.application
    outcome = so_far.stepped("reject", by, reason)
    if application.state == "waitlisted":
        outcome = outcome.moved(place_ledger.withdraw, "Rejected by the office.")
    return outcome.done("reject", "rejected", "Rejected", by.name, reason).told(
        ApplicationRejected, reference=application.reference, reasons=(reason.strip(),)
    )


def offered_out_of_order(so_far: Outcome, by: By, reason: str) -> Outcome:
    """The office offers a free place to this applicant.

    Raises:
        Refused: no place is free, the state does not allow it, the person was erased, or there
            is no reason.

    """
    needs(reason)
    if so_far.application.erased:
        raise Refused("This person was erased.")
    ends = offers.expiry(so_far.cohort, so_far.now)
    waited = so_far.ledger.position(so_far.application.id) is not None
    said = f"{reason.strip()} ({by.name})"
    late = accepted_late(so_far.application)
    outcome = so_far.moved(place_ledger.offer, ends, said, accepted_late=late)
    return offered(outcome, ends, by, reason, from_waiting_list=waited).audited("offer", reason)


def asked_again(so_far: Outcome, by: By, reason: str) -> Outcome:
    """The office writes to the applicant again; the reason stays in the history.

    Raises:
        Refused: the application does not wait for documents.

    """
    application, cohort = so_far.application, so_far.cohort
    needed = documents_needed(application, cohort)
    if application.state != "documents_needed" or not needed:
        raise Refused("This application does not wait for documents.")
    if documents_coming(application, cohort):
        raise Refused(
            "Files are still being fetched from the form, or checked. Wait for them first."
        )
    what = "Documents asked for again"
    return so_far.done("ask-for-documents", "documents_requested", what, by.name, reason).told(
        DocumentsRequested, reference=application.reference, documents_needed=needed
    )


def judged_anew(so_far: Outcome, by: By, reason: str) -> Outcome:
    """The current rules run over an application that older ones judged.

    What no longer passes goes to a person, as ever.

    Raises:
        Refused: it is decided, was judged by these rules already, or there is no reason.

    """
    needs(reason)
    application, version = so_far.application, so_far.cohort.eligibility.version
    if application.decided or application.erased:
        raise Refused("This application has been decided; the rules do not run again.")
    before = application.assessment.version if application.assessment else "none"
    if before == version:
        raise AlreadySo("The current rules were run over this application already.")
    what = f"Rules run again, version {version} instead of {before}"
    return settled(so_far.done("run-rules", "rules_run", what, by.name, reason))


CHANGED = "It was changed after you looked at it. Look again, then decide."


def refuse_if_changed(application: Application, version: int) -> None:
    """Let what was decided on a page happen once, and to nothing but what the page showed.

    Args:
        application: as it is now.
        version: the stored version that was shown.

    Raises:
        Refused: it was changed since, be it by the same press of a button.

    """
    if application.version != version:
        raise Refused(CHANGED)


async def decide_eligible(act: Act, application: Application, reason: str) -> None:
    """Settle a referral in the applicant's favour; see `found_eligible`."""
    await act.keep(found_eligible(await act.about(application), act.by, reason))


async def reject(act: Act, application: Application, reason: str) -> None:
    """Reject an application; see `rejected`."""
    await act.keep(rejected(await act.about(application), act.by, reason))


async def offer_place(act: Act, application: Application, reason: str) -> None:
    """Offer a free place out of order; see `offered_out_of_order`."""
    await act.keep(offered_out_of_order(await act.about(application), act.by, reason))


async def ask_for_documents(act: Act, application: Application, reason: str) -> None:
    """Ask an applicant again for what is missing; see `asked_again`."""
    await act.keep(asked_again(await act.about(application), act.by, reason))


async def run_current_rules(act: Act, application: Application, reason: str) -> None:
    """Judge an undecided application anew; see `judged_anew`."""
    await act.keep(judged_anew(await act.about(application), act.by, reason))


def needs(reason: str) -> None:
    """What the office does out of the ordinary has a reason.

    Raises:
        Refused: there is none.

    """
    if not reason.strip():
        raise Refused("Give a reason.")
