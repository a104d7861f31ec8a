"""How days, moments, amounts and counts are written on a page; what is not known says so.

The words are those of `nextstep_programme.writing`, which everything else that people read uses.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from nextstep_programme import writing

NOT_KNOWN: Final = "\N{EN DASH}"
LONDON: Final = "Europe/London"
"""Where the programme is; a page of a cohort elsewhere is told that cohort's zone."""
TO_COME: Final = "to be confirmed"
_OVERLONG: Final = re.compile(r"\S{30}")
"""No word of the language, but a file name or an address, of which a table may have a few."""


def day(value: date | datetime | None, zone: str = LONDON) -> str:
    """Write a day: "8 October 2024"; a moment is written as its day in `zone`."""
    return TO_COME if value is None else writing.day(_local(value, zone))


def weekday(value: date | datetime | None, zone: str = LONDON) -> str:
    """Write a day that somebody plans by: "Tuesday 8 October 2024"."""
    return TO_COME if value is None else writing.weekday(_local(value, zone))


def short_day(value: date | datetime | None, zone: str = LONDON) -> str:
    """Write a day for a table: "8 Oct 2024"."""
    return NOT_KNOWN if value is None else writing.short_day(_local(value, zone))


def moment(value: datetime | None, zone: str = LONDON) -> str:
    """Write a moment: "Tuesday 8 October 2024, 5pm"."""
    return TO_COME if value is None else writing.moment(value, zone)


def deadline(value: datetime | None, zone: str = LONDON) -> str:
    """Write the end of something, so that what is read is what holds."""
    return TO_COME if value is None else writing.deadline(value, zone)


def short_moment(value: datetime | None, zone: str = LONDON) -> str:
    """Write a moment for a table: "8 Oct 2024, 5pm"."""
    return NOT_KNOWN if value is None else writing.short_moment(value, zone)


def pounds(value: float) -> str:
    """Write an amount of money: "£200", "£1,250.50"."""
    return f"£{value:,.0f}" if value == int(value) else f"£{value:,.2f}"


def size(count: int) -> str:
    """Write a number of bytes: "300 bytes", "1,204 KB"."""
    if count < 1024:  # noqa: PLR2004 - a kilobyte
        return f"{count} bytes"
    return f"{count / 1024:,.0f} KB"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: "1 place", "3 places"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def overlong(value: object) -> bool:
    """Whether a text has a word that would make its column too wide, so that it must break."""
    return isinstance(value, str) and _OVERLONG.search(value) is not None


def _local(value: date | datetime, zone: str) -> date:
    return writing.local(value, zone) if isinstance(value, datetime) else value


def written(value: Any, zone: str = LONDON) -> Any:
    """Write a value of a table: a day or a moment as for a table, anything else as it is."""
    if isinstance(value, datetime):
        return short_moment(value, zone)
    return short_day(value) if isinstance(value, date) else value


def filters(zone: str) -> dict[str, Callable[..., Any]]:
    """The filters of every template: moments in `zone`; `starts | span(ends)` joins two times."""
    local = (day, weekday, short_day, moment, deadline, short_moment, written)
    return {
        **{each.__name__: partial(each, zone=zone) for each in local},
        "clock": writing.clock,
        "span": writing.span,
        "pounds": pounds,
        "size": size,
        "plural": plural,
    }
