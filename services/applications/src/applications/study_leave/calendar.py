"""The programme dates as the calendar has them: the cohort's file, and what changed since. Pure.

The scheduling service keeps the calendar and tells of each session; what it says last counts.
Leave is asked for sessions of the whole cohort: small groups find their own times.
"""

from collections.abc import Iterable
from datetime import date, time

from pydantic import BaseModel, ConfigDict

from nextstep_contracts import SessionCancelled, SessionChanged, SessionScheduled
from nextstep_programme import Cohort, Session, SessionKind

SessionEvent = SessionScheduled | SessionChanged | SessionCancelled


class ScheduledSession(BaseModel):
    """What was last heard of a session."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    """`<cohort>:<key>`; the key is that of the cohort's file, for a session that stands there."""
    cohort: str
    revision: int
    title: str
    kind: SessionKind | None = None
    """None once it is cancelled, as the rest of what is said about a session that takes place."""
    on: date | None = None
    starts: time | None = None
    ends: time | None = None
    venue: str = ""
    for_everybody: bool = True
    """Whether it invites every Fellow of the cohort."""
    version: int = 0
    """The stored version this was loaded as."""

    @property
    def key(self) -> str:
        """What study leave knows it by."""
        return self.session_id.removeprefix(f"{self.cohort}:")


def as_told(event: SessionEvent) -> ScheduledSession:
    """What an event says of its session: all there is to know, whatever came before."""
    known = {"session_id", "cohort", "revision", "title"}
    if isinstance(event, SessionCancelled):
        return ScheduledSession(**event.model_dump(include=known))
    more = {"kind", "on", "starts", "ends", "venue"}
    return ScheduledSession(
        **event.model_dump(include=known | more), for_everybody=event.audience is None
    )


def newest(known: ScheduledSession | None, told: ScheduledSession) -> ScheduledSession | None:
    """What to keep when something is told: what it says, or (None) what is known already."""
    if known is None:
        return told
    if told.revision <= known.revision:
        return None
    return told.model_copy(update={"version": known.version})


def followed(cohort: Cohort, heard: Iterable[ScheduledSession]) -> Cohort:
    """The cohort with its sessions as the calendar has them; one that is cancelled has no date."""
    told = {one.key: one for one in heard if one.cohort == cohort.id}
    planned = [_planned(session, told.pop(session.key, None)) for session in cohort.sessions]
    added = [
        Session(
            key=key,
            kind=one.kind,
            title=one.title,
            on=one.on,
            starts=one.starts,
            ends=one.ends,
            venue=one.venue,
        )
        for key, one in sorted(told.items())
        if one.kind is not None and one.for_everybody
    ]
    return cohort.model_copy(update={"sessions": (*planned, *added)})


def _planned(session: Session, told: ScheduledSession | None) -> Session:
    if told is None:
        return session
    facts = {"title": told.title, "on": told.on, "starts": told.starts, "ends": told.ends}
    return session.model_copy(update=facts | ({"venue": told.venue} if told.venue else {}))


def day_of(cohort: Cohort, key: str) -> date | None:
    """The day of a session, if it has one."""
    return next((session.on for session in cohort.sessions if session.key == key), None)
