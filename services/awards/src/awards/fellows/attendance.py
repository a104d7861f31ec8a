"""Who was at which module: the capstone is where Fellows present their projects."""

from datetime import date
from typing import ClassVar

from awards.fellows.records import Record
from nextstep_contracts import SessionAttended, SessionMissed
from nextstep_programme import Cohort, Session


class Presence(Record):
    """The latest verdict on one person at one module."""

    collection: ClassVar[str] = "presence"
    cohort: str
    person_id: str
    session_id: str
    title: str
    on: date
    revision: int
    attended: bool


def hear_attendance(known: Presence | None, event: SessionAttended | SessionMissed) -> Presence:
    """The verdict after an attendance event; an older revision changes nothing."""
    if known and known.revision >= event.revision:
        return known
    return Presence(
        id=event.subject,
        version=known.version if known else 0,
        cohort=event.cohort,
        person_id=event.person_id,
        session_id=event.session_id,
        title=event.session_title,
        on=event.on,
        revision=event.revision,
        attended=isinstance(event, SessionAttended),
    )


def capstone(cohort: Cohort) -> Session | None:
    """The last module, at which Fellows present their projects (Module 4 in the brief)."""
    return max(cohort.of_kind("module"), key=lambda one: one.number or 0, default=None)
