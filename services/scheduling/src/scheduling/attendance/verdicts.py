"""The verdict on one Fellow and session, derived from the evidence, and the event that tells it."""

from collections.abc import Iterable
from datetime import date

from nextstep_contracts import SessionAttended, SessionMissed
from scheduling.attendance.evidence import Evidence, latest
from scheduling.calendar.session import Session
from scheduling.fellows.fellow import Verdict


def new_verdict(
    session: Session, person_id: str, known: Verdict | None, evidence: Iterable[Evidence]
) -> tuple[Verdict, SessionAttended | SessionMissed] | None:
    """The new verdict and its event, or None if the evidence changes nothing."""
    holds = latest(evidence)
    if holds is None or session.on is None or (known and known.status == holds.status):
        return None
    verdict = Verdict(status=holds.status, revision=known.revision + 1 if known else 1)
    return verdict, _told(session, session.on, person_id, verdict)


def _told(
    session: Session, on: date, person_id: str, verdict: Verdict
) -> SessionAttended | SessionMissed:
    about = {
        "cohort": session.cohort,
        "revision": verdict.revision,
        "session_id": session.session_id,
        "session_kind": session.kind,
        "session_title": session.title,
        "on": on,
        "person_id": person_id,
    }
    if verdict.status == "attended":
        return SessionAttended.model_validate(about)
    return SessionMissed.model_validate(about | {"apologies": verdict.status == "apologies"})
