"""Do the sessions and learning-set windows fit the programme, the clock and each other?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from nextstep_programme.findings import FieldPath, Inconsistency, distinct
from nextstep_programme.model import Cohort, Topic, Window
from nextstep_programme.writing import weekday


def programme_span(cohort: Cohort) -> tuple[date, date]:
    """The first and last day on which something of the programme can take place."""
    rules = cohort.eligibility
    return min((rules.commencement, *rules.commencement_alternatives)), cohort.completes_on


def session_keys(cohort: Cohort) -> Iterator[Inconsistency]:
    """There are sessions, and neither a key nor a number within a kind is used twice."""
    if not cohort.sessions:
        yield Inconsistency(("sessions",), "there are none.", "at least one session")
    keys: dict[str, int] = {}
    numbers: dict[tuple[str, int], int] = {}
    for position, session in enumerate(cohort.sessions):
        if (first := keys.setdefault(session.key, position)) != position:
            yield Inconsistency(
                ("sessions", position, "key"),
                f"{session.key!r} is also the key of sessions[{first}].",
                "a key that no other session has",
            )
        if session.number is None:
            continue
        if (first := numbers.setdefault((session.kind, session.number), position)) != position:
            yield Inconsistency(
                ("sessions", position, "number"),
                f"{cohort.sessions[first].key} is already {session.kind} {session.number}.",
                "a number that no other session of the kind has",
            )


def session_times(cohort: Cohort) -> Iterator[Inconsistency]:
    """Sessions lie within the programme, and their times are whole, forward and real."""
    for position, session in enumerate(cohort.sessions):
        path: FieldPath = ("sessions", position)
        times = {"starts": session.starts, "ends": session.ends}
        given = {field: at for field, at in times.items() if at is not None}
        if len(given) == 1:
            (field,) = given
            (absent,) = times.keys() - given.keys()
            message = f"{session.key} has no `{absent}`."
            yield Inconsistency((*path, field), message, "both times or none")
        if session.starts and session.ends and session.ends <= session.starts:
            yield _backwards((*path, "ends"), session.key, session.starts)
        if session.on is not None:
            yield from _in_span(cohort, (*path, "on"), session.key, session.on)
            for field, at in given.items():
                yield from exists(cohort, (*path, field), session.on, at)
        elif given:
            yield Inconsistency(path, f"{session.key} has a time but no day.", "add `on`")


def learning_sets(cohort: Cohort) -> Iterator[Inconsistency]:
    """The topics have distinct keys, and windows that hold slots and do not overlap."""
    topics = cohort.learning_sets.topics
    yield from distinct(("learning_sets", "topics"), [topic.key for topic in topics], "key")
    earlier: list[Window] = []
    for n, topic in enumerate(topics):
        path: FieldPath = ("learning_sets", "topics", n, "windows")
        if not topic.windows:
            yield Inconsistency(path, f"{topic.key} has no windows.", "at least one window")
        for m, window in enumerate(topic.windows):
            yield from _window(cohort, (*path, m), topic, window)
            for other in earlier:
                if _overlap(window, other):
                    yield Inconsistency(
                        (*path, m),
                        f"the window overlaps the one on {weekday(other.on)} "
                        f"{other.opens:%H:%M}-{other.closes:%H:%M}; there is one facilitator.",
                        "windows that follow one another",
                    )
            earlier.append(window)


def _overlap(one: Window, other: Window) -> bool:
    return one.on == other.on and one.opens < other.closes and other.opens < one.closes


def _window(
    cohort: Cohort, path: FieldPath, topic: Topic, window: Window
) -> Iterator[Inconsistency]:
    plan = cohort.learning_sets
    yield from _in_span(cohort, (*path, "on"), f"the window of {topic.key}", window.on)
    if window.closes <= window.opens:
        yield _backwards((*path, "closes"), "the window", window.opens)
    elif not plan.slots(topic.model_copy(update={"windows": (window,)})):
        yield Inconsistency(
            (*path, "closes"),
            f"the window is too short for one slot of {plan.slot_minutes} minutes.",
            f"at least {plan.slot_minutes} minutes after {window.opens:%H:%M}",
        )
    for field, at in (("opens", window.opens), ("closes", window.closes)):
        yield from exists(cohort, (*path, field), window.on, at)


def _in_span(cohort: Cohort, path: FieldPath, name: str, on: date) -> Iterator[Inconsistency]:
    first, last = programme_span(cohort)
    if not first <= on <= last:
        yield Inconsistency(
            path,
            f"{name} on {weekday(on)} lies outside the programme.",
            f"{first} (earliest commencement) to {last} (completes_on)",
        )


def _backwards(path: FieldPath, name: str, start: time) -> Inconsistency:
    return Inconsistency(
        path, f"{name} ends before it starts at {start:%H:%M}.", f"later than {start:%H:%M}"
    )


def exists(cohort: Cohort, path: FieldPath, on: date, at: time) -> Iterator[Inconsistency]:
    """When the clocks go forward, an hour of that day does not exist."""
    there = datetime.combine(on, at, ZoneInfo(cohort.zone))
    if there.astimezone(UTC).astimezone(there.tzinfo).time() != at:
        yield Inconsistency(
            path,
            f"{at:%H:%M} does not exist on {weekday(on)}: the clocks go forward over it.",
            "a time before or after the missing hour",
        )
