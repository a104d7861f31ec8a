"""The sessions, one document each."""

from nextstep_contracts import NoSuch
from nextstep_messaging import Collection, Index, UnitOfWork
from scheduling.calendar.session import Session
from scheduling.fellows.records import Read, from_document, save

SESSIONS = "sessions"
COLLECTIONS = (Collection(SESSIONS, (Index([("cohort", 1), ("on", 1)]),)),)


async def sessions_of(read: Read, cohort: str) -> list[Session]:
    """All sessions of a cohort, in calendar order."""
    found = await read(SESSIONS).find({"cohort": cohort})
    sessions = (from_document(Session, document) for document in found)
    return sorted(sessions, key=lambda session: session.order)


async def find_session(read: Read, cohort: str, session_id: str) -> Session | None:
    """One session of a cohort, or None."""
    document = await read(SESSIONS).get(session_id)
    found = from_document(Session, document) if document else None
    return found if found and found.cohort == cohort else None


async def the_session(read: Read, cohort: str, session_id: str) -> Session:
    """One session of a cohort.

    Raises:
        NoSuch: the cohort has none with this id.

    """
    found = await find_session(read, cohort, session_id)
    if found is None:
        raise NoSuch("There is no such session.")
    return found


async def save_session(uow: UnitOfWork, session: Session) -> Session:
    """Store a session."""
    return await save(uow, SESSIONS, session.session_id, session)
