"""Dates, moments and lists in words for people in the United Kingdom, and words compared."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo


def day(value: date) -> str:
    """A date as `8 October 2024`."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime, zone: str) -> str:
    """An aware moment in the programme's zone as `23:59 on Monday 9 September 2024`."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} on {local:%A} {day(local.date())}"


def listed(items: tuple[str, ...]) -> str:
    """Several things in a sentence: `a, b and c`."""
    if len(items) < 2:  # noqa: PLR2004 -- one thing needs no "and"
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def folded(text: str) -> str:
    """A text for comparing: without regard to case, underscores, hyphens or spacing."""
    return " ".join(re.split(r"[\s_\-]+", text.strip())).casefold()
