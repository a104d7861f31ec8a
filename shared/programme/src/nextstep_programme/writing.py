"""How days, times and lists are written for people: on pages, in emails and in what a rule says.

After the GOV.UK style guide: "Friday 28 February 2025", "11:30am", "5pm to 7pm". It lies beside
the cohort, whose zone it writes in, so that rules and emails have it without a page. Files for
machines and spreadsheets keep ISO 8601. A name is written as its owner gave it, with its title and
with nothing added, so nothing here writes names.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_NOON: Final = 12
_LAST_SECOND: Final = 59
_ROUND: Final = 5
"""Minutes: nobody takes "5pm" or "5:30pm" for the whole minute."""
_A_MINUTE: Final = timedelta(minutes=1)


def day(on: date) -> str:
    """A day in a sentence: "28 February 2025"."""
    return f"{on.day} {on:%B %Y}"


def weekday(on: date) -> str:
    """A day that somebody plans by: "Friday 28 February 2025"."""
    return f"{on:%A} {day(on)}"


def short_day(on: date) -> str:
    """A day in a table: "28 Feb 2025"."""
    return f"{on.day} {on:%b %Y}"


def short_weekday(on: date) -> str:
    """A day in a table that somebody plans by: "Fri 28 Feb 2025"."""
    return f"{on:%a} {short_day(on)}"


def clock(at: time) -> str:
    """A time of day: "11:30am", "5pm", "midday", "midnight"."""
    if (at.hour, at.minute) == (0, 0):
        return "midnight"
    if (at.hour, at.minute) == (_NOON, 0):
        return "midday"
    minutes = f":{at:%M}" if at.minute else ""
    return f"{at.hour % _NOON or _NOON}{minutes}{'am' if at.hour < _NOON else 'pm'}"


def exact_clock(at: time) -> str:
    """A time of day to the second: "11:59:30pm"."""
    return f"{at.hour % _NOON or _NOON}:{at:%M:%S}{'am' if at.hour < _NOON else 'pm'}"


def span(starts: time | None, ends: time | None) -> str:
    """From when to when: "5pm to 7pm", or what of it is still open."""
    if starts is None:
        return "time to be confirmed"
    if ends is None:
        return f"from {clock(starts)}, end to be confirmed"
    return f"{clock(starts)} to {clock(ends)}"


def local(at: datetime, zone: str) -> datetime:
    """A moment on the clocks of `zone`.

    Raises:
        ValueError: the moment has no time zone, so nobody knows when it was.

    """
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone to be written in local time")
    return at.astimezone(ZoneInfo(zone))


def moment(at: datetime, zone: str) -> str:
    """A moment, local to `zone`: "Friday 28 February 2025, 11:30am"."""
    here = local(at, zone)
    return f"{weekday(here)}, {clock(here.time())}"


def short_moment(at: datetime, zone: str) -> str:
    """A moment in a table: "28 Feb 2025, 11:30am"."""
    here = local(at, zone)
    return f"{short_day(here)}, {clock(here.time())}"


def exact_moment(at: datetime, zone: str) -> str:
    """A moment of which the second matters: "Friday 28 February 2025, 11:59:30pm"."""
    here = local(at, zone)
    return f"{weekday(here)}, {exact_clock(here.time())}"


def deadline(at: datetime, zone: str) -> str:
    """The end of something, inclusive to the second, so that what is read is what holds.

    A round time is read as exact ("5pm"), and the last second of a minute as the whole minute
    ("11:59pm" for 23:59:59). Anything else is told with its seconds, because somebody would rely
    on the rest of the minute ("11:59:00pm"). Midnight belongs to two days in people's minds, so
    it is told as the minute before it: "Sunday 8 September 2024, 11:59pm".
    """
    here = local(at, zone)
    if (here.hour, here.minute, here.second) == (0, 0, 0):
        return moment(at - _A_MINUTE, zone)
    round_time = here.second == 0 and here.minute % _ROUND == 0
    whole_minute = here.second == _LAST_SECOND
    return moment(at, zone) if round_time or whole_minute else exact_moment(at, zone)


def listed(words: Sequence[str]) -> str:
    """Several things in a sentence: "a, b and c"."""
    if len(words) < 2:  # noqa: PLR2004 - one thing needs no "and"
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
