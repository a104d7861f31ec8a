"""How dates, times and amounts are written on a page: British, local to London, unambiguous."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

NOT_KNOWN: Final = "\N{EN DASH}"
LONDON: Final = ZoneInfo("Europe/London")


def day(value: date | datetime | None) -> str:
    """Write a day: "8 October 2024"; a moment is written as its day in London."""
    if value is None:
        return "to be confirmed"
    local = _local(value)
    return f"{local.day} {local:%B %Y}"


def short_day(value: date | datetime | None) -> str:
    """Write a day for a table: "8 Oct 2024"."""
    if value is None:
        return NOT_KNOWN
    local = _local(value)
    return f"{local.day} {local:%b %Y}"


def moment(value: datetime | None) -> str:
    """Write a moment: "8 October 2024, 17:00"."""
    if value is None:
        return "to be confirmed"
    return f"{day(value)}, {_local(value):%H:%M}"


def short_moment(value: datetime | None) -> str:
    """Write a moment for a table: "8 Oct 2024, 17:00"."""
    if value is None:
        return NOT_KNOWN
    return f"{short_day(value)}, {_local(value):%H:%M}"


def pounds(value: float) -> str:
    """Write an amount of money: "£200", "£1,250.50"."""
    return f"£{value:,.0f}" if value == int(value) else f"£{value:,.2f}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: "1 place", "3 places"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _local(value: date | datetime) -> date:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone to be written in local time")
    return value.astimezone(LONDON)


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "day": day,
    "short_day": short_day,
    "moment": moment,
    "short_moment": short_moment,
    "pounds": pounds,
    "plural": plural,
}
