"""A reviewer's own data: everything that is held about one, and its erasure.

Reviewers are staff and known by the address they sign in with. What they gave stays, under a name
that leads nowhere, because other people's result rests on it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from applications.admissions.store import (
    APPLICATIONS,
    HISTORY,
    IDENTITIES,
    Read,
    application_from_document,
)
from applications.admissions.traits import Traits
from applications.review.case import Review
from applications.review.conflicts import Conflict, ConflictKind, Reviewer, hides, likely, told_as
from applications.review.sheets import Sheet
from applications.review.store import (
    REVIEWERS,
    REVIEWS,
    review_from_document,
    review_to_document,
    reviewer_to_document,
    reviewers_of,
)
from nextstep_messaging import ERASED, Mentions, UnitOfWork, destroy_key, forget_mentions

BY_ERASURE = "Erasure"
"""Who recorded a conflict that nobody had answered when its reviewer was erased."""
TELLING = 12
"""Characters of a reason for a conflict that is looked for where it stands again, in histories and
on the audit log: a shorter one tells nothing, and others use the same words."""
By = TypeVar("By", Sheet, Conflict)
WORDS_OF_REVIEWS = (
    REVIEWS,
    (
        "sheets.comment",
        "sheets.unlocks.comment",
        "sheets.unlocks.reason",
        "conflicts.reason",
        "draft.reason",
        "draft.exception",
    ),
)
"""What reviewers and the office say in reviews."""
WRITTEN = (
    (HISTORY, ("what", "why", "who")),
    WORDS_OF_REVIEWS,
)
"""Where reviewers are named."""


async def is_reviewer(read: Read, address: str) -> bool:
    """Whether somebody with this address was ever asked to review."""
    return await read(REVIEWERS).count({"email": address.casefold()}) > 0


async def held_of_reviewer(read: Read, address: str) -> dict[str, Any]:
    """Everything that is held about a reviewer, whose applications they were not shown left out."""
    email = address.casefold()
    rows = await read(REVIEWERS).find({"email": email}, sort=[("_id", 1)])
    theirs = {"$or": [{"sheets.reviewer": email}, {"conflicts.reviewer": email}]}
    found = [review_from_document(row) for row in await read(REVIEWS).find(theirs)]
    return {
        "reviewer": rows,
        "scores_given": [
            {"application": one.application_id} | sheet.model_dump(mode="json")
            for one in found
            for sheet in one.sheets
            if sheet.reviewer == email
        ],
        "conflicts_of_interest": [
            {"application": one.application_id} | conflict.model_dump(mode="json")
            for one in found
            for conflict in one.conflicts
            if conflict.reviewer == email
        ],
    }


async def erase_reviewer(uow: UnitOfWork, address: str) -> list[str]:
    """Erase a reviewer, in every cohort; their scores and comments stay, as a nobody's.

    What closed applications to the reviewer closes them to nobody then: erase who does not sign in
    any more.

    Returns:
        the ids under which other services were told of them.

    """
    email, nobody = address.casefold(), f"erased-{uuid4().hex[:12]}"
    rows = await uow.collection(REVIEWERS).find({"email": email})
    reviewers = await reviewers_of(uow.collection, rows)
    as_known = {row["cohort"]: one for row, one in zip(rows, reviewers, strict=True)}
    for row in rows:
        blank = {"email": nobody, "name": ERASED, "trust": None, "registration": None}
        stub = Reviewer.model_validate({**row, **blank, "left": True, "version": 0})
        await uow.collection(REVIEWERS).delete({"_id": row["_id"]})
        await uow.collection(REVIEWERS).save(reviewer_to_document(row["cohort"], stub))
    theirs = {"$or": [{"sheets.reviewer": email}, {"conflicts.reviewer": email}]}
    said = set()
    for row in await uow.collection(REVIEWS).find(theirs):
        review = review_from_document(row)
        review = await _with_what_was_likely(uow, review, as_known.get(review.cohort))
        said |= {one.reason for one in review.conflicts if one.reviewer == email}
        sheets = [_renamed(one, email, nobody) for one in review.sheets]
        conflicts = [_renamed(one, email, nobody) for one in review.conflicts]
        changed = review.model_copy(update={"sheets": (*sheets,), "conflicts": (*conflicts,)})
        await uow.collection(REVIEWS).save(review_to_document(changed))
    called = {email, *(row["name"] for row in rows)} - {ERASED}  # as a restore leaves it
    called -= await _called_alike(uow, called)
    called |= {one for one in said if len(one) >= TELLING}
    await forget_mentions(uow, Mentions.of(called), WRITTEN)
    told = sorted(told_as(row["cohort"], email) for row in rows)
    for one in told:
        await destroy_key(uow, one)
    return told


async def is_told_of(read: Read, person_id: str) -> bool:
    """Whether the other services were told of a reviewer by this id."""
    return bool(await _told_by(read, person_id))


async def erase_restored_reviewer(uow: UnitOfWork, person_id: str) -> None:
    """Erase the reviewer again of whom the other services were told by this id, if there is one."""
    for email in await _told_by(uow.collection, person_id):
        await erase_reviewer(uow, email)


async def _told_by(read: Read, person_id: str) -> list[str]:
    rows = await read(REVIEWERS).find({})
    return [row["email"] for row in rows if told_as(row["cohort"], row["email"]) == person_id]


async def _with_what_was_likely(
    uow: UnitOfWork, review: Review, reviewer: Reviewer | None
) -> Review:
    """Record the conflict that likeness alone suggests, before what is alike is gone.

    Otherwise a sheet that did not count, because of it, would count from then on.
    """
    kind = reviewer and await _likely(uow.collection, review, reviewer)
    return _with(review, reviewer.email, kind, uow.now) if reviewer and kind else review


async def _likely(read: Read, review: Review, reviewer: Reviewer) -> ConflictKind | None:
    """The kind of conflict that likeness suggests and nobody has answered."""
    row = await read(APPLICATIONS).get(review.application_id)
    if row is None:
        return None
    email, application = reviewer.email, application_from_document(row)
    claimed = await read(IDENTITIES).get(f"email:{email}")
    owners = {email: claimed["person_id"]} if claimed else {}
    applicant = Traits.of_applicant(application.answers)
    found = likely(reviewer, applicant, application.person_id, owners)
    holds = any(one.effective for one in review.conflicts if one.reviewer == email)
    if found is None or holds or not hides(found, review.conflicts, email):
        return None
    return found.kind


def _with(review: Review, email: str, kind: ConflictKind, at: datetime) -> Review:
    kept = Conflict(reviewer=email, kind=kind, reason=ERASED, effective=True, by=BY_ERASURE, at=at)
    others = tuple(one for one in review.conflicts if one.reviewer != email)
    return review.model_copy(update={"conflicts": (*others, kept)})


async def likely_conflicts(read: Read) -> list[dict[str, Any]]:
    """Every conflict that the erasure of a reviewer would record, for backups."""
    rows = await read(REVIEWERS).find({})
    reviewers = await reviewers_of(read, rows)
    asked = {(row["cohort"], one.email): one for row, one in zip(rows, reviewers, strict=True)}
    found = []
    for row in await read(REVIEWS).find({"sheets": {"$ne": []}}):
        review = review_from_document(row)
        for email in sorted({sheet.reviewer for sheet in review.sheets}):
            reviewer = asked.get((review.cohort, email))
            kind = reviewer and await _likely(read, review, reviewer)
            if kind:
                people = [told_as(review.cohort, email)]
                found.append(
                    {"people": people, "review": row["_id"], "reviewer": email, "kind": kind}
                )
    return found


async def keep_likely_conflicts(uow: UnitOfWork, found: Sequence[Mapping[str, Any]]) -> None:
    """Record the conflicts of reviewers whose names and employers a restore could not give back."""
    for one in found:
        row = await uow.collection(REVIEWS).get(one["review"])
        review = review_from_document(row) if row else None
        if review and all(c.reviewer != one["reviewer"] for c in review.conflicts):
            changed = _with(review, one["reviewer"], one["kind"], uow.now)
            await uow.collection(REVIEWS).save(review_to_document(changed))


def _renamed(one: By, email: str, nobody: str) -> By:
    """Under the new name, if it is the reviewer's; why there is a conflict goes with the name."""
    if one.reviewer != email:
        return one
    blank = {"reviewer": nobody} | ({"reason": ERASED} if isinstance(one, Conflict) else {})
    return one.model_copy(update=blank)


async def _called_alike(uow: UnitOfWork, called: set[str]) -> set[str]:
    """Names that an applicant has, too."""
    named = {"answers.name": {"$in": sorted(called)}}
    return {row["answers"]["name"] for row in await uow.collection(APPLICATIONS).find(named)}
