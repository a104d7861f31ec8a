"""The review of a cohort, read from the database: inside a transaction or for a page."""

import re
from collections.abc import Sequence
from typing import Any

from applications.admissions import store
from applications.admissions.application import Application
from applications.admissions.identity import address_key
from applications.admissions.store import Read
from applications.admissions.traits import BY_THIS_RULE
from applications.employers.store import load_employers
from applications.review.case import COMPARED, Case, Review, Selection, case_of
from applications.review.conflicts import Reviewer, same_person
from applications.review.method import method_of
from applications.review.rounds import Round
from nextstep_messaging import Collection, Index, UnitOfWork
from nextstep_programme import Cohort
from nextstep_programme.employers import NONE_KNOWN
from nextstep_programme.resemblance import address_trace

REVIEWERS = "reviewers"
REVIEWS = "reviews"
"""The review of each application that anybody was asked to review: sheets, conflicts, draft."""
ROUNDS = "selection_rounds"
"""What was applied together, line by line; never changed."""
COLLECTIONS = (
    Collection(REVIEWERS, (Index([("cohort", 1)]),)),
    Collection(
        REVIEWS,
        (Index([("cohort", 1)]), Index([("person_id", 1)]), Index([("sheets.reviewer", 1)])),
    ),
    Collection(ROUNDS, (Index([("cohort", 1), ("at", 1)]), Index([("lines.application_id", 1)]))),
)


def review_to_document(review: Review) -> dict[str, Any]:
    """The stored form; moments are text, nothing is looked up by them."""
    return review.model_dump(mode="json", exclude={"application_id"}) | {
        "_id": review.application_id
    }


def review_from_document(document: dict[str, Any]) -> Review:
    """The review of a stored document."""
    return Review.model_validate(document | {"application_id": document["_id"]})


def reviewer_id(cohort: str, email: str) -> str:
    """The id of a reviewer's document."""
    return f"{cohort}:{email}"


def reviewer_to_document(cohort: str, reviewer: Reviewer) -> dict[str, Any]:
    """The stored form."""
    about = {"_id": reviewer_id(cohort, reviewer.email), "cohort": cohort}
    return about | reviewer.model_dump(mode="json")


async def load_reviewer(read: Read, cohort: Cohort, email: str) -> Reviewer | None:
    """A reviewer by address, whether still asked or not."""
    row = await read(REVIEWERS).get(reviewer_id(cohort.id, email))
    return None if row is None else (await reviewers_of(read, [row]))[0]


async def keep_reviewer(uow: UnitOfWork, cohort: Cohort, reviewer: Reviewer) -> None:
    """Store a reviewer, if nobody changed it meanwhile."""
    await uow.collection(REVIEWERS).save(reviewer_to_document(cohort.id, reviewer))


async def keep_reviews(uow: UnitOfWork, reviews: Sequence[Review]) -> None:
    """Store reviews, if nobody changed one of them meanwhile."""
    documents = [review_to_document(review) for review in reviews]
    collection = uow.collection(REVIEWS)
    await collection.save_many([one for one in documents if one["version"]])
    for new in (one for one in documents if not one["version"]):
        await collection.save(new)


async def keep_round(uow: UnitOfWork, done: Round) -> None:
    """Add what was applied together."""
    await uow.collection(ROUNDS).insert(done.model_dump(exclude={"id"}) | {"_id": done.id})


async def load_round(read: Read, round_id: str) -> Round | None:
    """What was applied together once."""
    row = await read(ROUNDS).get(round_id)
    return None if row is None else Round.model_validate(row | {"id": row["_id"]})


async def load_rounds(read: Read, cohort: Cohort) -> list[Round]:
    """All that was applied, the last first."""
    rows = await read(ROUNDS).find({"cohort": cohort.id}, sort=[("at", -1)])
    return [Round.model_validate(row | {"id": row["_id"]}) for row in rows]


async def load_reviewers(read: Read, cohort: Cohort) -> dict[str, Reviewer]:
    """Everybody who was ever asked to review, by address."""
    rows = await read(REVIEWERS).find({"cohort": cohort.id}, sort=[("_id", 1)])
    return {one.email: one for one in await reviewers_of(read, rows)}


async def reviewers_of(read: Read, rows: Sequence[dict[str, Any]]) -> list[Reviewer]:
    """The reviewers of stored rows, with all that their employers are called."""
    told = any(row["trust"] for row in rows)
    known = (await load_employers(read)).employers if told else NONE_KNOWN
    named = [row | {"also_called": known.names(row["trust"])} for row in rows]
    return [Reviewer.model_validate(row) for row in named]


async def load_selection(
    read: Read,
    cohort: Cohort,
    *,
    ids: Sequence[str] | None = None,
    reviewer: str | None = None,
) -> Selection:
    """The selection of all that is compared or staged; or only of these ids, or of one reviewer."""
    reviewers = await load_reviewers(read, cohort)
    wanted: dict[str, Any] = {"cohort": cohort.id}
    if ids is not None:
        wanted["_id"] = {"$in": list(ids)}
    if reviewer is not None:
        wanted["sheets.reviewer"] = reviewer
    reviews = {row["_id"]: row for row in await read(REVIEWS).find(wanted)}
    matching: dict[str, Any] = {"cohort": cohort.id}
    if ids is not None or reviewer is not None:
        matching["_id"] = {"$in": list(reviews) if ids is None else list(ids)}
    else:
        # a draft stays with an application that was withdrawn since, and is shown as stale
        drafted = [key for key, row in reviews.items() if row["draft"]]
        matching["$or"] = [{"state": {"$in": sorted(COMPARED)}}, {"_id": {"$in": drafted}}]
    rows = await read(store.APPLICATIONS).find(matching, sort=[("reference", 1)])
    owners = await _owners(read, reviewers)
    cases = [
        _case(store.application_from_document(row), reviews.get(row["_id"]), reviewers, owners)
        for row in rows
    ]
    return Selection(method_of(cohort), tuple(cases), reviewers)


def _case(
    application: Application,
    review: dict[str, Any] | None,
    reviewers: dict[str, Reviewer],
    owners: dict[str, str],
) -> Case:
    held = review_from_document(review) if review else None
    return case_of(application, held, reviewers.values(), owners)


async def _owners(read: Read, reviewers: dict[str, Reviewer]) -> dict[str, str]:
    """Which applicants have the address of a reviewer, if any."""
    if not reviewers:
        return {}
    keys = [f"email:{email}" for email in reviewers]
    rows = await read(store.IDENTITIES).find({"_id": {"$in": keys}})
    return {row["_id"].removeprefix("email:"): row["person_id"] for row in rows}


async def hidden_from(read: Read, cohort: Cohort, person: str) -> frozenset[str]:
    """Ids of the applications that a conflict hides from this person, whatever state they are in.

    Their own among them, in any cohort: nobody sees or decides their own case as staff.
    """
    conflicts = await hidden_cases(read, cohort, person)
    return await _own(read, cohort, person) | {case.id for case in conflicts}


async def _own(read: Read, cohort: Cohort, person: str) -> frozenset[str]:
    """Ids of the applications of whoever signs in with this address, and of their duplicates."""
    mailbox = address_trace(person)
    if not mailbox:
        return frozenset()
    theirs = await _have_or_had(read, frozenset({mailbox}))
    rows = await read(store.APPLICATIONS).find({"cohort": cohort.id} | theirs)
    own = [row["_id"] for row in rows]
    return frozenset(await linked(read, own)) if own else frozenset()


async def _have_or_had(read: Read, mailboxes: frozenset[str]) -> dict[str, Any]:
    """What matches the applications of whose email goes, or went, to one of these mailboxes.

    Whoever proves to have an address that was an applicant's is that applicant, in any spelling.
    """
    local = "|".join(sorted(re.escape(one.rpartition("@")[0]) for one in mailboxes))
    claimed = {"_id": {"$regex": rf"^{address_key('')}({local})(\+[^@]*)?@"}}
    people = {
        row["person_id"]
        for row in await read(store.IDENTITIES).find(claimed)
        if address_trace(row["_id"].removeprefix(address_key(""))) in mailboxes
    }
    now = {"in_common": {"$in": [f"email:{one}" for one in sorted(mailboxes)]}}
    return {"$or": [now, {"person_id": {"$in": sorted(people)}}]}


async def people_at(read: Read, mailboxes: frozenset[str]) -> frozenset[str]:
    """Ids of those who applied, in any cohort, and whose email goes or went to these mailboxes.

    Pages are about one cohort. The register of requests about data is about all of them.
    """
    if not mailboxes:
        return frozenset()
    rows = await read(store.APPLICATIONS).find(await _have_or_had(read, mailboxes))
    return frozenset(row["person_id"] for row in rows)


async def hidden_cases(read: Read, cohort: Cohort, person: str) -> list[Case]:
    """What a conflict hides from a reviewer; with an application its duplicates.

    Each is hidden by itself or by the one that counts in its place, which is among them. Nothing
    for everybody who is not a reviewer, and in a cohort that is not reviewed. Whose address is
    spelled otherwise, but leads to a reviewer's mailbox, is the reviewer, as in other services.
    """
    if cohort.selection.mode != "reviewed":
        return []
    everybody = await load_reviewers(read, cohort)
    me = {email: everybody[email] for email in same_person(everybody, person)}
    if not me:
        return []
    owners = await _owners(read, me)
    reviews = await read(REVIEWS).find(
        {"cohort": cohort.id, "conflicts.reviewer": {"$in": sorted(me)}}
    )
    decided = {row["_id"]: review_from_document(row) for row in reviews}
    perhaps = [each for one in me.values() for each in _perhaps(one, owners, sorted(decided))]
    matching = {"cohort": cohort.id, "$or": perhaps}

    async def cases(matching: dict[str, Any]) -> list[Case]:
        found = await read(store.APPLICATIONS).find(matching)
        return [
            case_of(application, decided.get(application.id), me.values(), owners)
            for application in map(store.application_from_document, found)
        ]

    hidden = {case.id: case for case in await cases(matching) if case.hidden_from}
    newest = list(hidden)
    while newest:
        duplicates = await cases({"duplicate_of": {"$in": newest}})
        newest = [case.id for case in duplicates if case.id not in hidden]
        hidden |= {case.id: case for case in duplicates if case.id not in hidden}
    return list(hidden.values())


async def linked(read: Read, ids: Sequence[str]) -> list[str]:
    """Ids of these applications, of their duplicates, and of those that count in their place."""
    known: set[str] = set()
    newest = set(ids)
    while newest:
        known |= newest
        either = {
            "$or": [{"_id": {"$in": sorted(newest)}}, {"duplicate_of": {"$in": sorted(newest)}}]
        }
        rows = await read(store.APPLICATIONS).find(either)
        newest = {row["_id"] for row in rows} | {
            row["duplicate_of"] for row in rows if row.get("duplicate_of")
        }
        newest -= known
    return sorted(known)


def _perhaps(me: Reviewer, owners: dict[str, str], decided: list[str]) -> list[dict[str, Any]]:
    """Conditions that every hidden application meets, and some others too."""
    return [
        {"_id": {"$in": decided}},
        {"person_id": {"$in": sorted(owners.values())}},
        {"in_common": {"$in": me.traits.in_common}},
        # stored by an earlier release, whose rule found less alike
        {"in_common": {"$ne": BY_THIS_RULE}},
    ]
