"""The office decides on a version: put it in force, or set it aside. Every version stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from applications.admissions import kept_versions, store
from applications.admissions.act import Act
from applications.admissions.application import Application, Document
from applications.admissions.assessing import reassessed
from applications.admissions.deciding import needs
from applications.admissions.eligibility import is_late
from applications.admissions.held_back import has_ended, says_nothing_new
from applications.admissions.identity import address_key
from applications.admissions.outcome import Outcome
from applications.admissions.settling import settled, told_amended
from applications.admissions.states import By
from applications.admissions.submissions import (
    OUTCOMES,
    UNCHANGED,
    acknowledged,
    differences,
    taken_up_again,
)
from applications.admissions.versions import HeldBack, Version, put_in_force
from applications.admissions.waiting import Reasons, once_decided
from nextstep_contracts import AlreadySo, FormSetAside, Person, Refused, SubmissionSetAside
from nextstep_messaging import Database, DuplicateKey, StaleDocument
from nextstep_programme.writing import day


def version_taken_up(
    so_far: Outcome,
    version: Application,
    submitted_at: datetime,
    by: By,
    reason: str,
    *,
    sent: Mapping[str, Document] | None = None,
) -> Outcome:
    """An application that had ended is taken up again with what a later submission says.

    It is judged by when that was submitted, as it is a new wish.

    Raises:
        Refused: it has not ended, or there is no reason.

    """
    now = {
        "first_submitted_at": submitted_at,
        "submitted_at": submitted_at,
        "late": is_late(submitted_at, so_far.cohort),
        "accepted_late": None,
    }
    outcome = so_far.becoming(version.model_copy(update=now))
    return taken_up_again(outcome, by, "Taken up again", reason, sent)


def version_applied(
    so_far: Outcome,
    version: Application,
    by: By,
    what: str,
    reason: str,
    *,
    sent: Mapping[str, Document] | None = None,
) -> Outcome:
    """The answers of a version are in force, and the documents `sent` where they are better.

    An application that was decided keeps its state.
    """
    changed = differences(so_far.application, version)
    late = is_late(version.first_submitted_at, so_far.cohort)
    outcome = so_far.becoming(version.model_copy(update={"late": late}))
    what = f"{what} put in force: {', '.join(changed)}"
    outcome = outcome.done("apply-version", "version_applied", what, by.name, reason)
    outcome = told_amended(outcome, changed, sent or {})
    if outcome.application.decided:
        return outcome.becoming(reassessed(outcome.application, outcome.cohort))
    return settled(outcome)


def outcome_of(application: Application, version: Version) -> str | None:
    """What the applicant is told of a version that is set aside; None: they hear nothing.

    `UNCHANGED` of one that says what is in force by now, as a form that was sent twice does: its
    answers are used. Else why it had waited. Nothing is said of another wish to be taken up once
    the application was: it is not closed. Nor of one that may be a stranger's.
    """
    if says_nothing_new(application, version.answers, version.documents):
        return UNCHANGED
    outcome = OUTCOMES.get(version.held.kind) if version.held and version.held.kind else None
    return None if outcome == "applied_again" and not has_ended(application) else outcome


def told_set_aside(so_far: Outcome, version: Version) -> Outcome:
    """The applicant is told that a submission changes nothing; see `outcome_of`."""
    outcome = outcome_of(so_far.application, version)
    if outcome is None:
        return so_far
    if outcome == UNCHANGED:
        return acknowledged(so_far, None, version.received_at)
    return so_far.told(
        SubmissionSetAside,
        reference=so_far.application.reference,
        received_at=version.received_at,
        outcome=outcome,
    )


async def apply_version(act: Act, submission_id: str, reason: str) -> None:
    """Put a version in force; see `version_applied`.

    The office vouches for the address: it is confirmed from now on.

    Raises:
        Refused: it is in force already, the number or address belongs to somebody else,
            the person was erased, or there is no reason.

    """
    version, before = await _version(act, submission_id, reason)
    after = put_in_force(before, version.answers, version.documents, version.submitted_at)
    if (after.answers, after.documents) == (before.answers, before.documents):
        raise AlreadySo("This is in force already.")
    await _vouch(act, after)
    left = await still_waiting(act, before, version)
    await _decided(act, version, "applied", reason)
    after = after.model_copy(update={"awaits_office": left})
    so_far = await act.about(before)
    sent = version.documents
    await act.keep(version_applied(so_far, after, act.by, _named(version), reason, sent=sent))


async def take_up_again(act: Act, submission_id: str, reason: str) -> None:
    """Take up an application that had ended, by what was submitted since; see `version_taken_up`.

    The office vouches for the address, as by `apply_version`.

    Raises:
        Refused: the version does not wait or the application has not ended, the number or address
            belongs to somebody else, the person was erased, or there is no reason.

    """
    version, before = await _version(act, submission_id, reason)
    if version.held and version.held.status == "applied" and not has_ended(before):
        raise AlreadySo("This version is in force already.")
    if not version.waits or not has_ended(before):
        raise Refused("Only an application that has ended is taken up, by a version that waits.")
    after = put_in_force(before, version.answers, version.documents, version.submitted_at)
    await _vouch(act, after)
    left = await still_waiting(act, before, version)
    await _decided(act, version, "applied", reason)
    after = after.model_copy(update={"awaits_office": left})
    so_far = await act.about(before)
    at, sent = version.submitted_at, version.documents
    await act.keep(version_taken_up(so_far, after, at, act.by, reason, sent=sent))


async def set_aside(act: Act, submission_id: str, reason: str) -> None:
    """Leave a version that waits out of the application. It can still be put in force.

    Whoever sent it is told; see `told_set_aside`.

    Raises:
        Refused: it does not wait, or there is no reason.

    """
    version, application = await _version(act, submission_id, reason)
    if version.held and version.held.status == "set_aside":
        raise AlreadySo("This version is set aside already.")
    if not version.waits:
        raise Refused("This version does not wait for a decision.")
    left = await still_waiting(act, application, version)
    await _decided(act, version, "set_aside", reason)
    what = f"{_named(version)} set aside"
    so_far = (await act.about(application)).changed(awaits_office=left)
    outcome = so_far.done("set-aside-version", "version_set_aside", what, act.by.name, reason)
    await act.keep(told_set_aside(outcome, version))
    if version.acknowledged_to and outcome_of(application, version) != UNCHANGED:
        act.uow.publish(
            FormSetAside(
                cohort=act.cohort.id,
                submission_id=version.id,
                person=Person(
                    person_id=version.acknowledged_to,
                    name=version.answers.name,
                    email=version.answers.email,
                ),
                received_at=version.received_at,
            )
        )


async def confirm_address(db: Database, application: Application, now: datetime) -> None:
    """The person came through an emailed link: the address in force is theirs.

    One write, and only the first time. An address that another person only claimed and never
    confirmed goes to whoever confirms it.
    """
    if application.duplicate_of:
        return  # its addresses are those of the application that counts
    key = address_key(application.answers.email)
    unconfirmed = {"_id": key, "confirmed_at": None}
    if await db.read(store.IDENTITIES).find_one(unconfirmed) is None:
        return
    theirs = {"person_id": application.person_id, "confirmed_at": now}
    await db.write(store.IDENTITIES).update(unconfirmed, {"$set": theirs})


async def _version(act: Act, submission_id: str, reason: str) -> tuple[Version, Application]:
    version = await kept_versions.find(act.read, submission_id)
    if version is None:
        raise Refused("There is no such version.")
    needs(reason)
    application = await act.application(version.application_id)
    if application.erased:
        raise Refused("This person was erased.")
    return version, application


async def still_waiting(act: Act, application: Application, decided: Version) -> Reasons:
    """Why the office is still wanted once one version is decided on."""
    versions = await kept_versions.of_application(act.read, application.id)
    others = [
        (one.id, one.held.why)
        for one in versions
        if one.held and one.waits and one.id != decided.id
    ]
    return once_decided(application.awaits_office, decided.id, others)


def _named(version: Version) -> str:
    """A version, as the history calls it."""
    return f"Version of {day(version.submitted_at)}"


async def _decided(
    act: Act, version: Version, status: Literal["applied", "set_aside"], reason: str
) -> None:
    before = version.held
    held = HeldBack(
        kind=before.kind if before else None,
        earlier_text=before.earlier_text if before else None,
        status=status,
        by=act.actor.name,
        reason=reason.strip(),
        at=act.now,
    )
    await kept_versions.decided(act.uow, version, held)


async def _vouch(act: Act, application: Application) -> None:
    """The numbers and the address are this person's now, on the office's word."""
    identities = act.read(store.IDENTITIES)
    keys = list(application.answers.identities())
    owned = {row["_id"]: row for row in await identities.find({"_id": {"$in": keys}})}
    if any(row["person_id"] != application.person_id for row in owned.values()):
        raise Refused(
            "The number or address belongs to another application. "
            "If it is the same person, say so there first."
        )
    address = address_key(application.answers.email)
    vouched = {"confirmed_at": act.now, "vouched_by": act.actor.name}
    rows = [
        {"_id": key, "person_id": application.person_id} | (vouched if key == address else {})
        for key in keys
        if key not in owned
    ]
    try:
        await identities.insert_many(rows)
    except DuplicateKey as rival:
        raise StaleDocument("somebody else claimed the same number or address") from rival
    unconfirmed = {"_id": address, "person_id": application.person_id, "confirmed_at": None}
    await identities.update(unconfirmed, {"$set": vouched})
    # Whoever confirmed another address may be somebody else: it proves nothing from now on.
    others = {"person_id": application.person_id, "_id": {"$regex": "^email:", "$ne": address}}
    await identities.update(others, {"$set": {"confirmed_at": None}})
