"""Documents to domain and back. Dates and moments are stored as ISO 8601 text."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from nextstep_messaging import Collection, Index, ReadCollection, UnitOfWork
from scheduling.attendance import Entry, Register
from scheduling.fellows import Fellow
from scheduling.membership import Allocation
from scheduling.records import Aggregate, Record
from scheduling.sessions import Session

Read = Callable[[str], ReadCollection]
"""`uow.collection` inside a transaction, `messaging.db.read` outside one."""
Kept = TypeVar("Kept", bound=Record)
Saved = TypeVar("Saved", bound=Aggregate)

SESSIONS = "sessions"
FELLOWS = "fellows"
REGISTERS = "registers"
EVIDENCE = "evidence"
ALLOCATIONS = "allocations"
MESSAGES = "messages"

COLLECTIONS = (
    Collection(SESSIONS, (Index([("cohort", 1), ("on", 1)]),)),
    Collection(FELLOWS, (Index([("cohort", 1)]), Index([("person_id", 1)]))),
    Collection(REGISTERS),
    Collection(EVIDENCE, (Index([("session_id", 1)]), Index([("person_id", 1)]))),
    Collection(ALLOCATIONS),
    Collection(MESSAGES, (Index([("cause_subject", 1)]), Index([("person_id", 1)]))),
)


def _read(kind: type[Kept], doc: dict[str, Any]) -> Kept:
    return kind.model_validate({name: value for name, value in doc.items() if name != "_id"})


async def _save(uow: UnitOfWork, collection: str, key: str, record: Saved) -> Saved:
    doc = {"_id": key, **record.model_dump(mode="json")}
    await uow.collection(collection).save(doc)
    return record.model_copy(update={"version": doc["version"]})


async def sessions(read: Read, cohort: str) -> list[Session]:
    """All sessions of a cohort, in calendar order."""
    found = await read(SESSIONS).find({"cohort": cohort})
    return sorted((_read(Session, doc) for doc in found), key=lambda session: session.order)


async def session(read: Read, session_id: str) -> Session | None:
    """One session, or None."""
    doc = await read(SESSIONS).get(session_id)
    return _read(Session, doc) if doc else None


async def save_session(uow: UnitOfWork, record: Session) -> Session:
    """Store a session."""
    return await _save(uow, SESSIONS, record.session_id, record)


async def fellows(read: Read, cohort: str) -> list[Fellow]:
    """Everybody heard of: Fellows, those who left, and those known only from an early event."""
    found = await read(FELLOWS).find({"cohort": cohort}, sort=[("_id", 1)])
    return [_read(Fellow, doc) for doc in found]


async def fellow(read: Read, cohort: str, person_id: str) -> Fellow | None:
    """One person of a cohort, or None."""
    doc = await read(FELLOWS).get(f"{cohort}:{person_id}")
    return _read(Fellow, doc) if doc else None


async def everywhere(read: Read, person_id: str) -> list[Fellow]:
    """A person in every cohort that has heard of them."""
    return [_read(Fellow, doc) for doc in await read(FELLOWS).find({"person_id": person_id})]


async def save_fellow(uow: UnitOfWork, record: Fellow) -> Fellow:
    """Store a person."""
    return await _save(uow, FELLOWS, f"{record.cohort}:{record.person_id}", record)


async def save_fellows(uow: UnitOfWork, records: Iterable[Fellow]) -> None:
    """Store people who were all loaded before, in one round trip."""
    docs = [
        {"_id": f"{record.cohort}:{record.person_id}", **record.model_dump(mode="json")}
        for record in records
    ]
    await uow.collection(FELLOWS).save_many(docs)


async def register(read: Read, session_id: str) -> Register:
    """A session's register; a new one if it was never saved."""
    doc = await read(REGISTERS).get(session_id)
    return _read(Register, doc) if doc else Register(session_id=session_id)


async def registers(read: Read) -> dict[str, Register]:
    """All registers that were saved, by session id."""
    found = await read(REGISTERS).find({})
    return {doc["_id"]: _read(Register, doc) for doc in found}


async def save_register(uow: UnitOfWork, record: Register) -> Register:
    """Store a register."""
    return await _save(uow, REGISTERS, record.session_id, record)


async def evidence(read: Read, **of: str) -> list[Entry]:
    """The evidence on a session (`session_id=`) or a person (`person_id=`), oldest first."""
    found = [_read(Entry, doc) for doc in await read(EVIDENCE).find(of)]
    return sorted(found, key=lambda entry: (entry.at, entry.session_id, entry.saving))


def by_person(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    """The entries of each person."""
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        found[entry.person_id] = (*found.get(entry.person_id, ()), entry)
    return found


async def add_evidence(uow: UnitOfWork, entries: Iterable[Entry]) -> None:
    """Append entries, in one round trip."""
    docs = [{"_id": entry.entry_id, **entry.model_dump(mode="json")} for entry in entries]
    await uow.collection(EVIDENCE).insert_many(docs)


async def forget_evidence(uow: UnitOfWork, person_id: str) -> None:
    """Remove an erased person's evidence."""
    await uow.collection(EVIDENCE).delete({"person_id": person_id})


async def allocation(read: Read, cohort: str) -> Allocation | None:
    """The allocation to learning sets, once made."""
    doc = await read(ALLOCATIONS).get(cohort)
    return _read(Allocation, doc) if doc else None


async def save_allocation(uow: UnitOfWork, record: Allocation) -> Allocation:
    """Store the allocation."""
    return await _save(uow, ALLOCATIONS, record.cohort, record)
