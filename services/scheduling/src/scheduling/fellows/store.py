"""The records of Fellows, one document for a person and cohort."""

from collections.abc import Collection as Some
from collections.abc import Iterable

from nextstep_contracts import NoSuch
from nextstep_messaging import Collection, Index, UnitOfWork
from nextstep_web.conflicts import viewer_of, written_for
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.records import Read, from_document, save, to_document

FELLOWS = "fellows"
COLLECTIONS = (Collection(FELLOWS, (Index([("cohort", 1)]), Index([("person_id", 1)]))),)


async def fellows_of(read: Read, cohort: str) -> list[Fellow]:
    """Everybody heard of: Fellows, those who left, and those known only from an early event."""
    found = await read(FELLOWS).find({"cohort": cohort}, sort=[("_id", 1)])
    return [from_document(Fellow, document) for document in found]


async def fellows_known_to(read: Read, cohort: str, closed: Some[str]) -> list[Fellow]:
    """Everybody heard of, but people of whom whoever looks must learn nothing."""
    return [one for one in await fellows_of(read, cohort) if one.person_id not in closed]


async def people_at(read: Read, mailboxes: frozenset[str]) -> frozenset[str]:
    """Ids of Fellows, also of earlier cohorts, whose email goes or went to one of these mailboxes.

    Whoever proves to have an address that was a Fellow's is that Fellow, whatever is in force now.
    """
    if not mailboxes:
        return frozenset()
    written = written_for(mailboxes)
    like = {"$or": [{f"applications.{one}.email": written} for one in ("contact", "earlier")]}
    known = (from_document(Fellow, one) for one in await read(FELLOWS).find(like))
    return frozenset(
        one.person_id for one in known if not mailboxes.isdisjoint(map(viewer_of, one.addresses))
    )


async def find_fellow(read: Read, cohort: str, person_id: str) -> Fellow | None:
    """One person of a cohort, or None if nothing was heard of them."""
    document = await read(FELLOWS).get(_key(cohort, person_id))
    return from_document(Fellow, document) if document else None


async def the_fellow(read: Read, cohort: str, person_id: str) -> Fellow:
    """Somebody who is or was a Fellow of a cohort.

    Raises:
        NoSuch: nobody with this id ever was, or they are erased.

    """
    known = await find_fellow(read, cohort, person_id)
    if known is None or not known.on_record:
        raise NoSuch("There is no such Fellow.")
    return known


async def in_every_cohort(read: Read, person_id: str) -> list[Fellow]:
    """A person in every cohort that has heard of them."""
    found = await read(FELLOWS).find({"person_id": person_id})
    return [from_document(Fellow, document) for document in found]


async def save_fellow(uow: UnitOfWork, fellow: Fellow) -> Fellow:
    """Store a person."""
    return await save(uow, FELLOWS, _key(fellow.cohort, fellow.person_id), fellow)


async def save_fellows(uow: UnitOfWork, fellows: Iterable[Fellow]) -> None:
    """Store people who were all loaded before, in one round trip."""
    documents = [to_document(_key(one.cohort, one.person_id), one) for one in fellows]
    await uow.collection(FELLOWS).save_many(documents)


def _key(cohort: str, person_id: str) -> str:
    return f"{cohort}:{person_id}"
