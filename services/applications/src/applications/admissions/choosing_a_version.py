"""The office decides on a version: put it in force, or set it aside. Every version stays."""

from datetime import datetime
from typing import Literal

from applications.admissions import kept_versions, store
from applications.admissions.act import Act
from applications.admissions.application import Application
from applications.admissions.assessing import reassessed
from applications.admissions.deciding import needs
from applications.admissions.eligibility import is_late
from applications.admissions.identity import address_key
from applications.admissions.outcome import Outcome
from applications.admissions.settling import settled, told_amended
from applications.admissions.states import By
from applications.admissions.submissions import differences
from applications.admissions.versions import Held, Version, put_in_force
from nextstep_contracts import Refused
from nextstep_messaging import Database, DuplicateKey, StaleDocument
from nextstep_programme.writing import day


def version_applied(
    so_far: Outcome, version: Application, by: By, what: str, reason: str
) -> Outcome:
    """The answers of a version are in force, and its documents where they are better.

    An application that was decided keeps its state.
    """
    changed = differences(so_far.application, version)
    late = is_late(version.first_submitted_at, so_far.cohort)
    outcome = so_far.becoming(version.model_copy(update={"late": late}))
    what = f"{what} put in force: {', '.join(changed)}"
    outcome = outcome.done("apply-version", "version_applied", what, by.name, reason)
    outcome = told_amended(outcome, changed)
    if outcome.application.decided:
        return outcome.becoming(reassessed(outcome.application, outcome.cohort))
    return settled(outcome)


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
        raise Refused("This is in force already.")
    await _vouch(act, after)
    left = await _still_waiting(act, before, submission_id)
    await _decided(act, version, "applied", reason)
    after = after.model_copy(update={"awaits_office": left})
    so_far = await act.about(before)
    await act.keep(version_applied(so_far, after, act.by, _named(version), reason))


async def set_aside(act: Act, submission_id: str, reason: str) -> None:
    """Leave a version that waits out of the application. It can still be put in force.

    Raises:
        Refused: it does not wait, or there is no reason.

    """
    version, application = await _version(act, submission_id, reason)
    if not version.waits:
        raise Refused("This version does not wait for a decision.")
    left = await _still_waiting(act, application, submission_id)
    act.put(application.model_copy(update={"awaits_office": left}))
    await _decided(act, version, "set_aside", reason)
    what = f"{_named(version)} set aside"
    act.done(application.id, "set-aside-version", "version_set_aside", what, reason)


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


async def _still_waiting(act: Act, application: Application, but: str) -> str | None:
    """Why the office is still wanted once one version is decided on."""
    versions = await kept_versions.of_application(act.read, application.id)
    left = [one.held.why for one in versions if one.held and one.waits and one.id != but]
    return left[-1] if left else None


def _named(version: Version) -> str:
    """A version, as the history calls it."""
    return f"Version of {day(version.submitted_at)}"


async def _decided(
    act: Act, version: Version, status: Literal["applied", "set_aside"], reason: str
) -> None:
    why = version.held.why if version.held else "Put in force again."
    held = Held(why=why, status=status, by=act.actor.name, reason=reason.strip(), at=act.now)
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
