"""The office decides on a version: put it in force, or set it aside. Every version stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.admissions import store
from applications.admissions.act import Desk, Doer
from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document, reassessed
from applications.admissions.eligibility import is_late
from applications.admissions.identity import address_key
from applications.admissions.settling import settle
from applications.admissions.states import NotAllowedError
from applications.admissions.versions import put_in_force
from applications.intake.submitting import tell_amended
from nextstep_messaging import Conflict, Database, DuplicateKey


async def apply_version(desk: Desk, submission_id: str, who: Doer, reason: str) -> None:
    """Put the answers of a version in force, and its documents where they are better.

    An application that was decided keeps its state. The office vouches for the address: it is
    confirmed from now on.

    Raises:
        NotAllowedError: it is in force already, the number or address belongs to somebody else,
            the person was erased, or there is no reason.

    """
    row, before = await _version(desk, submission_id, reason)
    answers = Answers.model_validate(row["answers"])
    documents = {k: Document.model_validate(d) for k, d in row["documents"].items()}
    after = put_in_force(before, answers, documents, row["submitted_at"])
    if (after.answers, after.documents) == (before.answers, before.documents):
        raise NotAllowedError("This is in force already.")
    await _vouch(desk, after, who)
    changed = after.answers.changed_from(before.answers)
    if after.documents != before.documents:
        changed = (*changed, "documents")
    after = after.model_copy(
        update={
            "late": is_late(after.first_submitted_at, desk.cohort),
            "awaits_office": await _still_waiting(desk, before, submission_id),
        }
    )
    desk.put(after)
    await _decided(desk, row, "applied", who, reason)
    what = f"Version of {row['submitted_at']:%-d %B %Y} put in force: {', '.join(changed)}"
    await desk.done_by(who, before.id, "apply-version", what, reason)
    await tell_amended(desk, after, changed)
    if after.decided:
        desk.put(reassessed(await desk.application(before.id), desk.cohort))
    else:
        await settle(desk, before.id)


async def set_aside(desk: Desk, submission_id: str, who: Doer, reason: str) -> None:
    """Leave a version that waits out of the application. It can still be put in force.

    Raises:
        NotAllowedError: it does not wait, or there is no reason.

    """
    row, application = await _version(desk, submission_id, reason)
    if not waits(row):
        raise NotAllowedError("This version does not wait for a decision.")
    left = await _still_waiting(desk, application, submission_id)
    desk.put(application.model_copy(update={"awaits_office": left}))
    await _decided(desk, row, "set_aside", who, reason)
    what = f"Version of {row['submitted_at']:%-d %B %Y} set aside"
    await desk.done_by(who, application.id, "set-aside-version", what, reason)


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


async def _version(
    desk: Desk, submission_id: str, reason: str
) -> tuple[dict[str, Any], Application]:
    row = await desk.uow.collection(store.SUBMISSIONS).get(submission_id)
    if row is None:
        raise NotAllowedError("There is no such version.")
    if not reason.strip():
        raise NotAllowedError("Give a reason.")
    application = await desk.application(row["application_id"])
    if application.erased:
        raise NotAllowedError("This person was erased.")
    return row, application


async def _still_waiting(desk: Desk, application: Application, but: str) -> str | None:
    """Why the office is still wanted once one version is decided on."""
    rows = await desk.uow.collection(store.SUBMISSIONS).find({"application_id": application.id})
    left = [row["held"]["why"] for row in rows if row["_id"] != but and waits(row)]
    return left[-1] if left else None


async def _decided(desk: Desk, row: Mapping[str, Any], status: str, who: Doer, reason: str) -> None:
    before = row.get("held") or {"why": "Put in force again."}
    held = before | {"status": status, "by": who.name, "reason": reason.strip(), "at": desk.now}
    await desk.uow.collection(store.SUBMISSIONS).update(
        {"_id": row["_id"]}, {"$set": {"held": held, "in_force": status == "applied"}}
    )


async def _vouch(desk: Desk, application: Application, who: Doer) -> None:
    """The numbers and the address are this person's now, on the office's word."""
    identities = desk.uow.collection(store.IDENTITIES)
    keys = list(application.answers.identities())
    owned = {row["_id"]: row for row in await identities.find({"_id": {"$in": keys}})}
    if any(row["person_id"] != application.person_id for row in owned.values()):
        raise NotAllowedError(
            "The number or address belongs to another application. "
            "If it is the same person, say so there first."
        )
    address = address_key(application.answers.email)
    vouched = {"confirmed_at": desk.now, "vouched_by": who.name}
    rows = [
        {"_id": key, "person_id": application.person_id} | (vouched if key == address else {})
        for key in keys
        if key not in owned
    ]
    try:
        await identities.insert_many(rows)
    except DuplicateKey as rival:
        raise Conflict("somebody else claimed the same number or address") from rival
    unconfirmed = {"_id": address, "person_id": application.person_id, "confirmed_at": None}
    await identities.update(unconfirmed, {"$set": vouched})
    # Whoever confirmed another address may be somebody else: it proves nothing from now on.
    others = {"person_id": application.person_id, "_id": {"$regex": "^email:", "$ne": address}}
    await identities.update(others, {"$set": {"confirmed_at": None}})
