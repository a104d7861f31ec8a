"""The office decides on a version: put it in force, or set it aside. Every version stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.admissions import store
from applications.admissions.act import Act
from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document, reassessed
from applications.admissions.deciding import needs
from applications.admissions.eligibility import is_late
from applications.admissions.identity import address_key
from applications.admissions.outcome import Outcome
from applications.admissions.settling import settled, told_amended
from applications.admissions.states import By
from applications.admissions.submissions import differences
from applications.admissions.versions import put_in_force
from nextstep_contracts import Refused
from nextstep_messaging import Database, DuplicateKey, StaleDocument


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
    row, before = await _version(act, submission_id, reason)
    answers = Answers.model_validate(row["answers"])
    documents = {k: Document.model_validate(d) for k, d in row["documents"].items()}
    after = put_in_force(before, answers, documents, row["submitted_at"])
    if (after.answers, after.documents) == (before.answers, before.documents):
        raise Refused("This is in force already.")
    await _vouch(act, after)
    left = await _still_waiting(act, before, submission_id)
    await _decided(act, row, "applied", reason)
    after = after.model_copy(update={"awaits_office": left})
    so_far = await act.about(before)
    await act.keep(version_applied(so_far, after, act.by, _named(row), reason))


async def set_aside(act: Act, submission_id: str, reason: str) -> None:
    """Leave a version that waits out of the application. It can still be put in force.

    Raises:
        Refused: it does not wait, or there is no reason.

    """
    row, application = await _version(act, submission_id, reason)
    if not waits(row):
        raise Refused("This version does not wait for a decision.")
    left = await _still_waiting(act, application, submission_id)
    act.put(application.model_copy(update={"awaits_office": left}))
    await _decided(act, row, "set_aside", reason)
    what = f"{_named(row)} set aside"
    act.done(application.id, "set-aside-version", "version_set_aside", what, reason)


def waits(row: Mapping[str, Any]) -> bool:
    """Whether a stored version waits for the office."""
    return (row.get("held") or {}).get("status") == "pending"


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


async def _version(act: Act, submission_id: str, reason: str) -> tuple[dict[str, Any], Application]:
    row = await act.read(store.SUBMISSIONS).get(submission_id)
    if row is None:
        raise Refused("There is no such version.")
    needs(reason)
    application = await act.application(row["application_id"])
    if application.erased:
        raise Refused("This person was erased.")
    return row, application


async def _still_waiting(act: Act, application: Application, but: str) -> str | None:
    """Why the office is still wanted once one version is decided on."""
    rows = await act.read(store.SUBMISSIONS).find({"application_id": application.id})
    left = [row["held"]["why"] for row in rows if row["_id"] != but and waits(row)]
    return left[-1] if left else None


def _named(row: Mapping[str, Any]) -> str:
    """A version, as the history calls it."""
    return f"Version of {row['submitted_at']:%-d %B %Y}"


async def _decided(act: Act, row: Mapping[str, Any], status: str, reason: str) -> None:
    before = row.get("held") or {"why": "Put in force again."}
    said = {"status": status, "by": act.actor.name, "reason": reason.strip(), "at": act.now}
    held = before | said
    await act.read(store.SUBMISSIONS).update(
        {"_id": row["_id"]}, {"$set": {"held": held, "in_force": status == "applied"}}
    )


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
