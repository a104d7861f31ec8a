"""Registers, one document for a session; and the evidence, one document for each piece."""

from collections.abc import Collection as Some
from collections.abc import Iterable

from nextstep_messaging import Collection, Index, UnitOfWork
from scheduling.attendance.evidence import Evidence
from scheduling.attendance.register import Register
from scheduling.fellows.records import Read, from_document, save, to_document

REGISTERS = "registers"
EVIDENCE = "evidence"
COLLECTIONS = (
    Collection(REGISTERS),
    Collection(EVIDENCE, (Index([("session_id", 1)]), Index([("person_id", 1)]))),
)


async def register_of(read: Read, session_id: str) -> Register:
    """A session's register; a new one if it was never saved."""
    document = await read(REGISTERS).get(session_id)
    return from_document(Register, document) if document else Register(session_id=session_id)


async def register_known_to(read: Read, session_id: str, closed: Some[str]) -> Register:
    """A session's register, but for people of whom whoever looks must learn nothing."""
    register = await register_of(read, session_id)
    if not closed:
        return register
    evidence = await evidence_on_session(read, session_id)
    return register.known([one for one in evidence if one.person_id not in closed])


async def save_register(uow: UnitOfWork, register: Register) -> Register:
    """Store a register."""
    return await save(uow, REGISTERS, register.session_id, register)


async def evidence_on_session(read: Read, session_id: str) -> list[Evidence]:
    """The evidence on everybody at one session, oldest first."""
    return await _evidence(read, {"session_id": session_id})


async def evidence_on_person(read: Read, person_id: str) -> list[Evidence]:
    """The evidence on one person at every session, oldest first."""
    return await _evidence(read, {"person_id": person_id})


async def add_evidence(uow: UnitOfWork, evidence: Iterable[Evidence]) -> None:
    """Append evidence, in one round trip."""
    documents = [to_document(one.evidence_id, one) for one in evidence]
    await uow.collection(EVIDENCE).insert_many(documents)


async def forget_evidence(uow: UnitOfWork, person_id: str) -> None:
    """Remove an erased person's evidence."""
    await uow.collection(EVIDENCE).delete({"person_id": person_id})


async def _evidence(read: Read, matching: dict[str, str]) -> list[Evidence]:
    found = [from_document(Evidence, document) for document in await read(EVIDENCE).find(matching)]
    return sorted(found, key=lambda one: (one.at, one.session_id, one.saving))
