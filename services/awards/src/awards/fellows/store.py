"""What is kept of what was heard, and what pages and use cases ask of it."""

from collections.abc import Iterable

from awards.fellows.attendance import Presence, capstone
from awards.fellows.emails import Email, latest
from awards.fellows.fellow import Fellow
from awards.fellows.progress import Progress
from awards.fellows.records import Reader, find
from nextstep_messaging import Collection, Index
from nextstep_programme import Cohort
from nextstep_web.conflicts import viewer_of

COLLECTIONS = (
    Collection(Fellow.collection),
    Collection(Progress.collection),
    Collection(Presence.collection, (Index([("person_id", 1)]),)),
    Collection(Email.collection, (Index([("person_id", 1)]),)),
)


async def known_fellows(read: Reader) -> dict[str, Fellow]:
    """Everybody of whom more was heard than an erasure, by person id."""
    return {one.id: one for one in await find(read, Fellow) if one.known}


async def people_at(read: Reader, mailboxes: frozenset[str]) -> frozenset[str]:
    """Ids of Fellows whose email goes or went to one of these mailboxes.

    Whoever proves to have an address that was a Fellow's is that Fellow, whatever is in force now.
    """
    if not mailboxes:
        return frozenset()
    known = await known_fellows(read)
    return frozenset(
        key for key, one in known.items() if not mailboxes.isdisjoint(map(viewer_of, one.addresses))
    )


async def fellows_among(read: Reader, people: Iterable[str]) -> dict[str, Fellow]:
    """Those of these people that are on record, by person id."""
    return {one.id: one for one in await find(read, Fellow, {"_id": {"$in": list(people)}})}


async def progress_of(read: Reader, cohort: Cohort) -> dict[str, Progress]:
    """How everybody stands, by person id."""
    return {one.id: one for one in await find(read, Progress, {"cohort": cohort.id})}


async def at_the_capstone(read: Reader, cohort: Cohort, people: Iterable[str]) -> dict[str, bool]:
    """Who of these people was at the capstone, as far as the register is known."""
    last = capstone(cohort)
    if last is None:
        return {}
    matching = {"person_id": {"$in": list(people)}, "session_id": f"{cohort.id}:{last.key}"}
    return {one.person_id: one.attended for one in await find(read, Presence, matching)}


async def latest_emails(read: Reader, people: Iterable[str]) -> dict[str, Email]:
    """What became of the last email to each of these people."""
    return latest(await find(read, Email, {"person_id": {"$in": list(people)}}))


async def latest_of_template(read: Reader, template: str) -> dict[str, Email]:
    """What became of the last email of this kind to each person."""
    return latest(await find(read, Email, {"template": template}))
