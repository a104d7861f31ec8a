"""Dates that deserve a second look: holidays, weekends, clock changes and clashes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nextstep_programme.findings import FieldPath, Remark
from nextstep_programme.model import Cohort
from nextstep_programme.timetable import programme_span
from nextstep_programme.working_days import SATURDAY, bank_holiday
from nextstep_programme.writing import weekday

_NEAR_CLOCK_CHANGE = timedelta(days=7)
"""People prepare for a date within about a week of it; that is when an hour goes wrong."""


def calendar_points(cohort: Cohort) -> Iterator[Remark]:
    """What the calendar says about the cohort's sessions and windows."""
    for entry in _entries(cohort):
        yield from _holiday(entry.path, entry.name, entry.on)
    for position, session in enumerate(cohort.sessions):
        if session.on and session.on.weekday() >= SATURDAY:
            path = ("sessions", position, "on")
            yield Remark("weekend", path, f"{session.title} is on {weekday(session.on)}.")
    yield from _clock_changes(cohort)
    yield from _clashes(cohort)
    yield from _offers_open_at_start(cohort)


def clock_changes(zone: str, first: date, last: date) -> tuple[date, ...]:
    """The days from `first` to `last` on which the offset of `zone` from UTC changes."""
    local = ZoneInfo(zone)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(
        day
        for day in days
        if datetime.combine(day, time.min, local).utcoffset()
        != datetime.combine(day + timedelta(days=1), time.min, local).utcoffset()
    )


class _Entry(NamedTuple):
    """A session or a learning-set window; without times it can take the whole day."""

    path: FieldPath
    name: str
    on: date
    starts: time | None
    ends: time | None

    def overlaps(self, other: "_Entry") -> bool:
        if self.on != other.on:
            return False
        if not (self.starts and self.ends and other.starts and other.ends):
            return True
        return self.starts < other.ends and other.starts < self.ends


def _entries(cohort: Cohort) -> Iterator[_Entry]:
    for position, s in enumerate(cohort.sessions):
        if s.on is not None:
            yield _Entry(("sessions", position, "on"), s.title, s.on, s.starts, s.ends)
    for n, topic in enumerate(cohort.learning_sets.topics):
        for m, window in enumerate(topic.windows):
            path = ("learning_sets", "topics", n, "windows", m, "on")
            name = f"the learning-set window of topic {n + 1}"
            yield _Entry(path, name, window.on, window.opens, window.closes)


def _holiday(path: FieldPath, name: str, on: date) -> Iterator[Remark]:
    if holiday := bank_holiday(on):
        yield Remark("bank-holiday", path, f"{name} on {weekday(on)} falls on {holiday}.")
        return
    following = on + timedelta(days=1)
    while following.weekday() >= SATURDAY and not bank_holiday(following):
        following += timedelta(days=1)
    if holiday := bank_holiday(following):
        yield Remark(
            "bank-holiday-eve",
            path,
            f"{name} on {weekday(on)} is on the last working day before {holiday}; "
            "expect absences on leave.",
        )


def _clock_changes(cohort: Cohort) -> Iterator[Remark]:
    for change in clock_changes(cohort.zone, *programme_span(cohort)):
        near = [
            (entry.path, f"{entry.name} on {weekday(entry.on)}")
            for entry in _entries(cohort)
            if abs(entry.on - change) <= _NEAR_CLOCK_CHANGE
        ]
        if near:
            listed = f"Within a week of it: {'; '.join(text for _, text in near)}."
        else:
            listed = "No session is within a week of it."
        yield Remark(
            "clock-change",
            near[0][0] if near else ("zone",),
            f"the clocks in {cohort.zone} change on {weekday(change)}; local times are kept. "
            f"{listed}",
        )


def _clashes(cohort: Cohort) -> Iterator[Remark]:
    for one, other in combinations(_entries(cohort), 2):
        if one.overlaps(other):
            message = f"{other.name} clashes with {one.name} on {weekday(one.on)}."
            yield Remark("clash", other.path, message)


def _offers_open_at_start(cohort: Cohort) -> Iterator[Remark]:
    lapses = cohort.deadline + timedelta(days=cohort.selection.short_offer_days)
    dated = [session for session in cohort.sessions if session.on]
    first = min(dated, key=lambda session: session.on or date.max, default=None)
    if first is None or first.on is None:
        return
    begins = cohort.moment(first.on, first.starts or time.min).astimezone(UTC)
    if begins < lapses:
        days = (first.on - cohort.deadline_on).days
        yield Remark(
            "starts-before-offers-lapse",
            ("selection", "short_offer_days"),
            f"{first.title} begins on {weekday(first.on)}, {days} days after the deadline, when "
            f"offers of {cohort.selection.short_offer_days} days can still be open.",
        )
