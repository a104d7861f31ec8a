"""What may become of a session, and which event tells people: scheduled, changed, called off."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nextstep_contracts import (
    AlreadySo,
    Refused,
    SessionCancelled,
    SessionChanged,
    SessionScheduled,
)
from nextstep_programme import Cohort
from nextstep_programme.writing import clock, day
from scheduling.calendar.session import Session

AFTER_THE_END = timedelta(days=365)
"""Until when there may be sessions: one can be made up for, or be for all who were Fellows."""
TOLD = ("title", "on", "starts", "ends", "zone", "venue", "joining", "audience")
"""The fields people are told of; a change to one of them is published."""


def check_year(on: date | None, cohort: Cohort) -> None:
    """Refuse a day that no session of the cohort can be on: 0024 for 2024 would be told to all.

    Raises:
        Refused: it is before applications open, or more than a year after the programme ends.

    """
    first, last = cohort.applications_open, cohort.completes_on + AFTER_THE_END
    if on is not None and not first <= on <= last:
        raise Refused.field("on", f"Enter a date from {day(first)} to {day(last)}.")


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
        raise AlreadySo("This session is cancelled already.")
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
                field, f"The clocks go forward: {clock(at)} does not exist on that day."
            )


def _exists(on: date, at: time, zone: str) -> bool:
    local = datetime.combine(on, at, ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).time() == at
