"""A receipt becomes an application, or another version of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from applications.admissions import store
from applications.admissions.act import Act
from applications.admissions.answers import Answers
from applications.admissions.application import Application, Document
from applications.admissions.eligibility import is_late
from applications.admissions.identity import Recognition, recognise
from applications.admissions.submissions import FORM, amended_by, begun, held
from applications.admissions.versions import (
    AFTER_DEADLINE,
    held_because,
    says_nothing_new,
    without_late_version,
)
from applications.documents.fetched import expect_files
from nextstep_messaging import DuplicateKey, StaleDocument


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
    corrections: tuple[Mapping[str, Any], ...] = ()
    """What the office typed while the receipt was in quarantine: answers, by whom and why."""


async def receive(act: Act, submission: Submission) -> None:
    """Take in a submission; one that was taken in already changes nothing."""
    # First of all, and without reading it: the receipt holds the whole body.
    mine = {"_id": submission.receipt_id, "status": "new"}
    taken = {"$set": {"status": "applied"}, "$inc": {"version": 1}}
    if await act.uow.collection(store.RECEIPTS).update(mine, taken) == 0:
        return
    known = await _identities(act, submission.answers)
    owners = {row["_id"]: row["person_id"] for row in known}
    candidates = await _applications_of(act, set(owners.values()))
    confirmed = {row["_id"]: row["person_id"] for row in known if row.get("confirmed_at")}
    found = recognise(submission.answers, candidates, confirmed)
    application = await act.application_of(found.known.person_id) if found.known else None
    if found.doubt and application is None:
        # of another year: a likeness must not give anybody that person's page
        found = Recognition(concern=found.doubt)
    waits, in_force = None, True
    if not found.doubt:
        person_id = found.known.person_id if found.known else uuid4().hex
        await _claim(act, submission.answers, person_id, owners)
    if application is None:
        application = await _begin(act, submission, person_id, found.concern)
    else:
        waits, in_force = await _amend(act, submission, application, found.doubt)
    await _keep(act, submission, application, waits, in_force=in_force)
    for line in submission.corrections:
        typed = ", ".join(sorted(line["answers"])) or "nothing"
        what = f"Typed by the office: {typed}"
        act.note(application.id, "typed", what, line["by"], line["why"])


async def _identities(act: Act, answers: Answers) -> list[dict[str, Any]]:
    """Which people own the numbers and addresses that these answers give."""
    keys = list(answers.identities())
    return await act.uow.collection(store.IDENTITIES).find({"_id": {"$in": keys}})


async def _applications_of(act: Act, people: set[str]) -> list[Application]:
    if not people:
        return []
    matching = {"person_id": {"$in": sorted(people)}}
    rows = await act.uow.collection(store.APPLICATIONS).find(matching, sort=[("_id", 1)])
    return [store.application_from_document(row) for row in rows]


async def _claim(act: Act, answers: Answers, person_id: str, owners: Mapping[str, str]) -> None:
    """Remember the numbers and addresses that nobody else has.

    Of two rivals one fails on the key and looks again.
    """
    unclaimed = [key for key in answers.identities() if key not in owners]
    rows = [{"_id": key, "person_id": person_id} for key in unclaimed]
    try:
        await act.uow.collection(store.IDENTITIES).insert_many(rows)
    except DuplicateKey as rival:
        raise StaleDocument("somebody else claimed the same number or address") from rival


async def _begin(
    act: Act, submission: Submission, person_id: str, concern: str | None
) -> Application:
    late = is_late(submission.submitted_at, act.cohort)
    application = act.put(
        Application(
            id=uuid4().hex,
            cohort=act.cohort.id,
            person_id=person_id,
            reference=await _next_reference(act),
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
    act: Act, submission: Submission, before: Application, doubt: str | None
) -> tuple[str | None, bool]:
    """Amend, or leave it to the office.

    Returns:
        why it waits for the office, None if there is nothing to decide; and whether what it says
        is in the application, as what only repeats that is not.

    """
    why = held_because(before, submission.submitted_at, doubt, act.cohort)
    if why is not None:
        if says_nothing_new(before, submission.answers, submission.documents):
            return None, False
        await act.keep(held(await act.about(before), why, doubted=doubt is not None))
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


async def _hold_late(act: Act, before: Application) -> Application:
    """A submission in time arrives after a late one: the late one waits, as if it had come last."""
    submissions = act.uow.collection(store.SUBMISSIONS)
    rows = await submissions.find({"application_id": before.id})
    if any(row.get("held") for row in rows):
        return before  # the office has decided on versions already
    held = {"why": AFTER_DEADLINE, "status": "pending"}
    await submissions.update(
        {"application_id": before.id}, {"$set": {"held": held, "in_force": False}}
    )
    act.note(before.id, "held", AFTER_DEADLINE, FORM)
    early = without_late_version(before, act.cohort)
    return act.put(early.model_copy(update={"awaits_office": AFTER_DEADLINE}))


async def _keep(
    act: Act,
    submission: Submission,
    application: Application,
    waits: str | None,
    *,
    in_force: bool,
) -> None:
    """Keep the submission as it came. Versions are never overwritten."""
    record: dict[str, Any] = {
        "_id": submission.receipt_id,
        "application_id": application.id,
        "person_id": application.person_id,
        "source": submission.source,
        "submitted_at": submission.submitted_at,
        "received_at": submission.received_at,
        "answers": submission.answers.model_dump(mode="json"),
        "documents": {k: d.model_dump(mode="json") for k, d in submission.documents.items()},
        "after_decision": application.decided,
        "held": {"why": waits, "status": "pending"} if waits else None,
        # Files that are still fetched go into the application only then.
        "in_force": in_force,
        "corrections": [dict(line) for line in submission.corrections],
    }
    await act.uow.collection(store.SUBMISSIONS).insert(record)
    await expect_files(act, record, submission.links)
    ours = {"application_id": application.id, "person_id": application.person_id}
    receipt = {"_id": submission.receipt_id}
    await act.uow.collection(store.RECEIPTS).update(receipt, {"$set": ours})


async def _next_reference(act: Act) -> str:
    references = act.uow.collection(store.REFERENCES)
    counter = await references.get(act.cohort.id) or {"_id": act.cohort.id, "last": 0}
    counter["last"] += 1
    await references.save(counter)
    return f"{act.cohort.reference_prefix}-{counter['last']:04d}"
