"""What is asked of the database about study leave."""

from applications.admissions.application import Application
from applications.admissions.store import APPLICATIONS, Document, Read, application_from_document
from applications.study_leave.calendar import ScheduledSession, followed
from nextstep_messaging import Collection, Index, UnitOfWork
from nextstep_programme import Cohort

SESSIONS = "sessions"
"""What was last heard of each session of the calendar."""
COLLECTIONS = (Collection(SESSIONS, (Index([("cohort", 1)]),)),)


async def calendar_of(read: Read, cohort: Cohort) -> Cohort:
    """The cohort with its sessions as the calendar now has them."""
    rows = await read(SESSIONS).find({"cohort": cohort.id})
    return followed(cohort, map(_session, rows))


async def session_heard(read: Read, session_id: str) -> ScheduledSession | None:
    """What was last heard of a session."""
    found = await read(SESSIONS).get(session_id)
    return _session(found) if found else None


async def keep_session(uow: UnitOfWork, session: ScheduledSession) -> None:
    """Keep what was heard.

    Raises:
        StaleDocument: something else was heard of it meanwhile.

    """
    document = session.model_dump(mode="json", exclude={"session_id"})
    await uow.collection(SESSIONS).save({"_id": session.session_id, **document})


def _session(document: Document) -> ScheduledSession:
    return ScheduledSession.model_validate({**document, "session_id": document["_id"]})


async def fellows(
    read: Read, cohort: Cohort, application_id: str | None = None
) -> list[Application]:
    """Everybody who accepted a place, by reference; or the one with this application, if so."""
    wanted = {"cohort": cohort.id, "state": "accepted", "erased": False}
    if application_id:
        wanted["_id"] = application_id
    rows = await read(APPLICATIONS).find(wanted, sort=[("reference", 1)])
    return [application_from_document(row) for row in rows]
