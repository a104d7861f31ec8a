"""A receipt becomes an application, or another version of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from applications.admissions import kept_versions
from applications.admissions.act import Act
from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document
from applications.admissions.by_hand import CAME_BY, ByHand
from applications.admissions.eligibility import is_late
from applications.admissions.held_back import held_because, says_nothing_new
from applications.admissions.identity import Recognition, recognise
from applications.admissions.owners import claim, owners_of
from applications.admissions.references import next_reference
from applications.admissions.submissions import (
    FORM,
    acknowledged,
    amended_by,
    begun,
    held,
    time_doubted,
)
from applications.admissions.versions import Correction, HeldBack, Version, without_late_version
from applications.admissions.waiting import (
    HELD,
    Doubt,
    DoubtedTime,
    HeldKind,
    HeldSubmission,
    with_reason,
)
from applications.documents.fetched import expect_files
from applications.intake.quarantine.erasing import erase_receipt, sent_before_erasure
from applications.intake.store import find_receipt, forget_reason, give_owner, take_up
from nextstep_contracts import FormReceived, Person
from nextstep_programme.writing import moment

SENDERS = UUID("0c5b8f0e-6d0b-4a43-9f0c-6a1a7f0f2b11")
"""Namespace: the id of whoever sent one submission, while it is not certain who that is."""


@dataclass(frozen=True)
class Submission:
    """A receipt's content in the programme's terms."""

    receipt_id: str
    source: str
    received_at: datetime
    submitted_at: datetime
    arrived: int
    answers: Answers
    documents: dict[str, Document]
    links: Mapping[str, str] = field(default_factory=dict)
    """From where the bytes of those documents are fetched that came as links."""
    corrections: tuple[Correction, ...] = ()
    """What the office typed while the receipt was in quarantine."""
    beside: tuple[str, ...] = ()
    """What is noted for the office: further files in one answer."""
    time_doubt: DoubtedTime | None = None
    """Why the form's own time of submission is not believed."""
    said_before: bool = False
    """Whether it is word for word what came before other answers of the same form."""
    by_hand: ByHand | None = None
    """Who entered it, where it did not come through a form."""


async def receive(act: Act, submission: Submission) -> None:
    """Take in a submission; one that was taken in already changes nothing."""
    if not await take_up(act.uow, submission.receipt_id):
        return
    known = await owners_of(act.read, submission.answers)
    owners = {one.identity: one.person_id for one in known}
    candidates = await act.applications_of(set(owners.values()))
    confirmed = {one.identity: one.person_id for one in known if one.confirmed}
    found = recognise(submission.answers, candidates, confirmed)
    application = await act.application_of(found.known.person_id) if found.known else None
    if application is None and await _is_of_an_erased(act, submission):
        return
    if application is not None and not found.doubt and _says_again(submission, application):
        found = replace(found, doubt="said_before")
    if found.doubt and application is None:
        # of another year: a likeness must not give anybody that person's page
        found = Recognition(concern=HELD[found.doubt])
    waits, in_force = None, True
    if not found.doubt:
        person_id = found.known.person_id if found.known else uuid4().hex
        unclaimed = [one for one in submission.answers.identities() if one not in owners]
        await claim(act.uow, unclaimed, person_id)
    if application is None:
        application = await _begin(act, submission, person_id, found.concern)
    else:
        waits, in_force = await _amend(act, submission, application, found.doubt)
    told = _tell_sender(act, submission) if found.doubt and waits else None
    await _keep(act, submission, application, waits, told, in_force=in_force)
    if submission.time_doubt:
        application = await act.application(application.id)
        await act.keep(time_doubted(await act.about(application), submission.time_doubt))
    _note_for_the_office(act, submission, application.id)
    if submission.by_hand:
        await _mark_by_hand(act, submission, submission.by_hand, application.id, in_force=in_force)


def _says_again(submission: Submission, application: Application) -> bool:
    """Whether it goes back to what was said before other answers, which count now or may yet."""
    others_wait = any(one.about == "submission" for one in application.awaits_office)
    given = submission.answers, submission.documents
    counts = says_nothing_new(application, *given) and not others_wait
    return submission.said_before and not counts


def _note_for_the_office(act: Act, submission: Submission, application_id: str) -> None:
    for what in submission.beside:
        act.note(application_id, "other", what, FORM)
    for one in submission.corrections:
        typed = ", ".join(sorted(one.answers)) or "nothing"
        act.note(application_id, "typed", f"Typed by the office: {typed}", one.by, one.why)


async def _is_of_an_erased(act: Act, submission: Submission) -> bool:
    """Whether it waited here when who sent it was erased; then it goes as well."""
    came = submission.received_at
    if not await sent_before_erasure(act.read, submission.answers.email, came):
        return False
    receipt = await find_receipt(act.read, submission.receipt_id)
    if receipt is not None:
        files = [one.file_id for one in submission.documents.values() if one.file_id]
        await erase_receipt(act.uow, receipt, files)
    return True


async def _begin(
    act: Act, submission: Submission, person_id: str, concern: str | None
) -> Application:
    late = is_late(submission.submitted_at, act.cohort)
    application = act.put(
        Application(
            id=uuid4().hex,
            cohort=act.cohort.id,
            person_id=person_id,
            reference=await next_reference(act.uow, act.cohort),
            answers=submission.answers,
            documents=submission.documents,
            first_submitted_at=submission.submitted_at,
            submitted_at=submission.submitted_at,
            arrived=submission.arrived,
            source=submission.source,
            late=late,
            identity_concern=concern,
            updated_at=act.now,
        )
    )
    await act.keep(begun(await act.about(application)))
    return application


async def _amend(
    act: Act, submission: Submission, before: Application, doubt: Doubt | None
) -> tuple[HeldKind | None, bool]:
    """Amend, or leave it to the office.

    Returns:
        why it waits for the office, None if there is nothing to decide; and whether what it says
        is in the application, as what only repeats that is not.

    """
    why = held_because(before, submission.submitted_at, doubt, act.cohort)
    if why is not None:
        if says_nothing_new(before, submission.answers, submission.documents):
            # also where it is doubted: it is told to the address that both of them give
            so_far, sent = await act.about(before), submission.documents
            await act.keep(acknowledged(so_far, None, submission.received_at, sent=sent))
            return None, False
        so_far = await act.about(before)
        await act.keep(held(so_far, why, submission.receipt_id, submission.received_at))
        return why, False
    if is_late(before.submitted_at, act.cohort):
        before = await _hold_late(act, before)
    outcome = amended_by(
        await act.about(before),
        submission.answers,
        submission.documents,
        submission.submitted_at,
        submission.arrived,
    )
    await act.keep(outcome)
    return None, True


async def _mark_by_hand(
    act: Act, submission: Submission, entered: ByHand, application_id: str, *, in_force: bool
) -> None:
    """Say of a submission that somebody of the office entered it."""
    came = moment(submission.submitted_at, act.cohort.zone)
    what = f"Entered by hand: it came {CAME_BY[entered.came_by]} on {came}"
    act.note(application_id, "entered_by_hand", what, entered.by, entered.why)
    await forget_reason(act.uow, submission.receipt_id)
    if in_force:
        application = await act.application(application_id)
        act.put(application.model_copy(update={"by_hand": entered.without_reason}))


def _tell_sender(act: Act, submission: Submission) -> str:
    """Acknowledge a submission of which it is not certain whose it is, to the address it gives.

    Returns:
        the person id that it is told under: the address must not become that of somebody known.

    """
    stranger = uuid5(SENDERS, submission.receipt_id).hex
    answers = submission.answers
    act.uow.publish(
        FormReceived(
            cohort=act.cohort.id,
            submission_id=submission.receipt_id,
            person=Person(person_id=stranger, name=answers.name, email=answers.email),
            received_at=submission.received_at,
        )
    )
    return stranger


async def _hold_late(act: Act, before: Application) -> Application:
    """A submission in time arrives after a late one: the late one waits, as if it had come last."""
    versions = await kept_versions.of_application(act.read, before.id)
    if any(version.held for version in versions):
        return before  # the office has decided on versions already
    waiting = HeldBack(kind="after_deadline", status="pending")
    await kept_versions.hold_all(act.uow, before.id, waiting)
    act.note(before.id, "held", waiting.why, FORM)
    waits = before.awaits_office
    for version in versions:
        late = HeldSubmission(kind="after_deadline", submission_id=version.id)
        waits = with_reason(waits, late)
    early = without_late_version(before, act.cohort)
    return act.put(early.model_copy(update={"awaits_office": waits}))


async def _keep(
    act: Act,
    submission: Submission,
    application: Application,
    waits: HeldKind | None,
    told: str | None,
    *,
    in_force: bool,
) -> None:
    """Keep the submission as it came. Versions are never overwritten."""
    version = Version(
        id=submission.receipt_id,
        application_id=application.id,
        person_id=application.person_id,
        source=submission.source,
        submitted_at=submission.submitted_at,
        received_at=submission.received_at,
        answers=submission.answers,
        documents=submission.documents,
        after_decision=application.decided,
        held=HeldBack(kind=waits, status="pending") if waits else None,
        in_force=in_force,
        corrections=submission.corrections,
        by_hand=submission.by_hand and submission.by_hand.without_reason,
        acknowledged_to=told,
    )
    await kept_versions.keep(act.uow, version)
    await expect_files(act, version, submission.links)
    await give_owner(act.uow, version.id, application.id, application.person_id)
