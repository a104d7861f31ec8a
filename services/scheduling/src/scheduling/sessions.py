"""The rules of a session: from the cohort file to a dated, timed, changed or cancelled session.

Times are local times in the session's zone, so that a clock change never shifts a session; a
moment is derived where one is needed. `revision` counts what was published about a session.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from nextstep_contracts import Refused, SessionCancelled, SessionChanged, SessionScheduled
from nextstep_programme import Cohort, SessionKind
from scheduling.records import Aggregate

TOLD = ("title", "on", "starts", "ends", "zone", "venue", "joining", "audience")
"""The fields people are told of; a change to one of them is published."""


class Session(Aggregate):
    """One session of a cohort."""

    session_id: str
    """`<cohort>:<key>`, for example `2024-25:module-1`."""
    cohort: str
    kind: SessionKind
    title: str
    on: date | None = None
    starts: time | None = None
    ends: time | None = None
    zone: str
    venue: str
    joining: str | None = None
    number: int | None = None
    mandatory: bool = False
    audience: tuple[str, ...] | None = None
    """Person ids; None invites every Fellow."""
    set_id: str | None = None
    topic: str | None = None
    """For a learning set's session: the set and the topic's key."""
    cancelled: str | None = None
    """The reason, once cancelled."""
    revision: int = 0
    """0 while nothing was published about it."""

    @property
    def live(self) -> bool:
        """Not cancelled."""
        return self.cancelled is None

    def invites(self, person_id: str) -> bool:
        """Whether it takes place and concerns the person, provided they are a Fellow then."""
        return self.live and (self.audience is None or person_id in self.audience)

    @property
    def order(self) -> tuple[date, time, str]:
        """Calendar order: by day and start; undated sessions last."""
        return (self.on or date.max, self.starts or time.min, self.session_id)

    @property
    def begins_at(self) -> datetime | None:
        """The moment it begins, UTC; the start of the day while the time is open."""
        return self._moment(self.starts or time.min)

    @property
    def over_at(self) -> datetime | None:
        """The moment it is over, UTC; the end of the day while the time is open."""
        return self._moment(self.ends or time(23, 59, 59))

    def _moment(self, at: time) -> datetime | None:
        if self.on is None:
            return None
        return datetime.combine(self.on, at, ZoneInfo(self.zone)).astimezone(UTC)


def from_cohort(cohort: Cohort) -> tuple[Session, ...]:
    """The sessions a cohort file defines; learning sets follow when they are allocated."""
    return tuple(
        Session(
            session_id=f"{cohort.id}:{planned.key}",
            cohort=cohort.id,
            zone=cohort.zone,
            **planned.model_dump(exclude={"key"}),
        )
        for planned in cohort.sessions
    )


def schedule(session: Session) -> tuple[Session, SessionScheduled | None]:
    """A new session, and the event that announces it if it has a date."""
    _check(session)
    if session.on is None:
        return session, None
    announced = session.model_copy(update={"revision": session.revision + 1})
    return announced, SessionScheduled(**_details(announced))


def change(
    session: Session, fields: Mapping[str, Any]
) -> tuple[Session, SessionScheduled | SessionChanged | None]:
    """Apply new values of what people are told; returns the session and the event, if any.

    Raises:
        Refused: the session is cancelled, or the new values make no sense.

    """
    if session.cancelled is not None:
        raise Refused("This session was cancelled. Add a new session instead.")
    edited = Session.model_validate(session.model_dump() | dict(fields))
    if session.on is not None and edited.on is None:
        raise Refused.field("on", "People know this session's date. Cancel the session instead.")
    _check(edited)
    changed = tuple(name for name in TOLD if getattr(edited, name) != getattr(session, name))
    if not changed:
        return session, None
    if session.on is None:
        return schedule(edited)
    edited = edited.model_copy(update={"revision": session.revision + 1})
    return edited, SessionChanged(**_details(edited), changed=changed)


def cancel(session: Session, reason: str) -> tuple[Session, SessionCancelled | None]:
    """Call a session off. An undated session was never announced, so nobody is told.

    Raises:
        Refused: it is cancelled already, or no reason is given.

    """
    if session.cancelled is not None:
        raise Refused("This session is cancelled already.")
    if not reason.strip():
        raise Refused.field("reason", "Give the reason; the Fellows read it.")
    called_off = session.model_copy(update={"cancelled": reason.strip()})
    if session.on is None:
        return called_off, None
    called_off = called_off.model_copy(update={"revision": session.revision + 1})
    return called_off, SessionCancelled(
        cohort=session.cohort,
        session_id=session.session_id,
        revision=called_off.revision,
        title=session.title,
        reason=reason.strip(),
    )


def _details(session: Session) -> dict[str, Any]:
    return session.model_dump(include={*SessionScheduled.model_fields})


def _check(session: Session) -> None:
    for field in ("title", "venue"):
        if not getattr(session, field).strip():
            raise Refused.field(field, f"Enter the {field}.")
    if session.joining and session.joining.startswith("http:"):
        raise Refused.field("joining", "The joining link must start with https://")
    if (session.starts is None) != (session.ends is None):
        field = "starts" if session.starts is None else "ends"
        raise Refused.field(field, "Enter both times, or neither while they are to be confirmed.")
    if session.starts is None or session.ends is None:
        return
    if session.on is None:
        raise Refused.field("on", "Enter the date as well as the times.")
    if session.ends <= session.starts:
        raise Refused.field("ends", "The session must end after it starts.")
    for field, at in (("starts", session.starts), ("ends", session.ends)):
        if not _exists(session.on, at, session.zone):
            raise Refused.field(
                field, f"The clocks go forward: {at:%H:%M} does not exist on that day."
            )


def _exists(on: date, at: time, zone: str) -> bool:
    local = datetime.combine(on, at, ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).time() == at
