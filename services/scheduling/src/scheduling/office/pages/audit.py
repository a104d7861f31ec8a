"""What the entries of the audit trail are about, by the names that people know."""

from collections.abc import Mapping

from fastapi import Request

from nextstep_web import About, AuditTrail, Principal, Telling, here_of
from nextstep_web.audit_page import Entry
from nextstep_web.conflicts import closed_people, nothing_closed
from scheduling.calendar.pages.cells import session_path
from scheduling.calendar.session import Session
from scheduling.calendar.store import sessions_of
from scheduling.fellows.act import Scheduling
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.store import fellows_of
from scheduling.office.pages.cells import fellow_path


async def telling(request: Request, reader: Principal) -> Telling:
    """Sessions by their titles, Fellows by their names, for whoever may read the trail.

    The trail is one chain, numbered through, about everybody.

    Raises:
        NotServed: the reader must learn nothing of somebody.

    """
    del reader
    await nothing_closed(await closed_people(request))
    here: Scheduling = here_of(request)
    cohort = here.cohort.id
    sessions = {one.session_id: one for one in await sessions_of(here.read, cohort)}
    fellows = {one.person_id: one for one in await fellows_of(here.read, cohort)}
    return Telling(lambda entry: _about(entry, sessions, fellows))


AUDIT = AuditTrail(telling)


def _about(entry: Entry, sessions: Mapping[str, Session], fellows: Mapping[str, Fellow]) -> About:
    """A session; or a Fellow and, where the entry names one, the session it was about."""
    about = entry["about"]
    if about in sessions:
        return About(f"“{sessions[about].title}”", session_path(about))
    if about not in fellows:
        return About(href="/scheduling/sets")  # the allocation, which is the cohort's
    of = sessions.get((entry["details"] or {}).get("session", ""))
    return About(fellows[about].name + (f", “{of.title}”" if of else ""), fellow_path(about))
