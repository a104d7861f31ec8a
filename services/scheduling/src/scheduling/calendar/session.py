"""A session of a cohort, and those that the cohort's file defines.

Times are local times in the session's zone, so that a clock change never shifts a session; a
moment is derived where one is needed. `revision` counts what was published about a session.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from nextstep_programme import Cohort, SessionKind
from scheduling.fellows.records import Aggregate


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
