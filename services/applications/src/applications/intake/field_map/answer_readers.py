"""From what a form calls an answer to what the programme calls it. Pure; None means: unreadable.

Products wrap answers: a choice is a list of one or `{"label": ...}`, a name is split, a date is
three numbers. Any wrapping that can mean only one thing is taken off.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from applications.admissions.clean_text import LONGEST, clean

YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAME_PARTS = ("prefix", "first", "middle", "last", "suffix")
ABSURD = 20 * LONGEST
"""Characters from which a text is no answer that is worth cleaning: a file in the wrong place."""
SECONDS_DIGITS = 10
MILLISECONDS_DIGITS = 13


@dataclass(frozen=True)
class Customs:
    """How a source writes what can be read in two ways."""

    month_first: bool = False
    """Whether 8/6/2025 is the sixth of August."""
    zone: str = "Europe/London"
    """Where a moment without an offset was written."""


def plain(given: Any) -> Any:
    """The answer without a wrapping that says nothing: a list of one, or a labelled choice."""
    for _ in range(3):  # a list of one choice with a label is the most that is sent
        if isinstance(given, list) and len(given) == 1:
            given = given[0]
        elif isinstance(given, dict) and isinstance(given.get("label"), str):
            given = given["label"]
    return given


def translated(given: Any, values: Mapping[str, str]) -> Any:
    """What the source's value map makes of an answer, without regard to case and spacing."""
    if not values or not isinstance(given, (str, int, float, bool)) or len(str(given)) > LONGEST:
        return given
    said = clean(str(given)).casefold()
    return next((to for said_as, to in values.items() if clean(said_as).casefold() == said), given)


def reader(field: str) -> Callable[[Any, Customs], Any]:
    """What reads the answer to a field."""
    return _READERS.get(field, _text)


def _text(given: Any, _: Customs) -> str | None:
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        return None
    if len(str(given)) > ABSURD:
        return None
    text = clean(str(given))
    return text if 0 < len(text) <= LONGEST else None


def _name(given: Any, customs: Customs) -> str | None:
    """A name in one piece, or split into `first`, `last` and what else the form asks for."""
    if not isinstance(given, dict):
        return _text(given, customs)
    if not {"first", "last"} <= set(given):
        return None
    parts = (_text(given.get(part), customs) for part in NAME_PARTS)
    return _text(" ".join(part for part in parts if part), customs)


def _email(given: Any, customs: Customs) -> str | None:
    """A plausible address: an email to it proves it. RFC 5321 allows 254 characters."""
    text = _text(given, customs) or ""
    plausible = re.fullmatch(
        r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]+\.[^\s@.]{2,}", text
    )
    return text if plausible and len(text) <= 254 else None  # noqa: PLR2004 -- see docstring


def _number(given: Any, customs: Customs) -> str | None:
    """A registration number without the spaces and the prefix that people write."""
    text = _text(given, customs)
    return re.sub(r"^(GMC|GDC)", "", re.sub(r"[\s\-:]", "", text or "").upper()) or None


def _date(given: Any, customs: Customs) -> date | None:
    """ISO 8601; numbers with slashes, dots or dashes; a month's name; or three numbers."""
    if isinstance(given, dict):
        parts = [_text(given.get(key), customs) or "" for key in ("year", "month", "day")]
        return _day(*parts)
    text = _text(given, customs) or ""
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        return _day(text[:4], text[5:7], text[8:10])
    numbers = re.match(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?!\d)", text)
    if numbers:
        first, second, year = numbers.groups()
        return _day(year, first, second) if customs.month_first else _day(year, second, first)
    return _worded(text)


def _worded(text: str) -> date | None:
    """`6 August 2025` or `Aug 06, 2025`, in English."""
    found = re.fullmatch(r"(\d{1,2}) ([A-Za-z]{3,9})\.?,? (\d{4})", text)
    if found:
        return _day(found.group(3), found.group(2), found.group(1))
    found = re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})", text)
    return _day(found.group(3), found.group(1), found.group(2)) if found else None


def _day(year: str, month: str, day: str) -> date | None:
    short = month[:3].lower()
    number = str(MONTHS.index(short) + 1) if short in MONTHS else month
    try:
        return date(int(year), int(number), int(day))
    except ValueError:
        return None


def _percentage(given: Any, customs: Customs) -> int | None:
    found = re.fullmatch(r"(\d{1,3})(\.0+)?\s*%?", _text(given, customs) or "")
    return int(found.group(1)) if found else None


def _yes_or_no(given: Any, _: Customs) -> bool | None:
    said = clean(str(given)[:LONGEST]).casefold()
    return True if said in YES else False if said in NO else None


_READERS: dict[str, Callable[[Any, Customs], Any]] = {
    "name": _name,
    "email": _email,
    "gmc_number": _number,
    "gdc_number": _number,
    "cct_date": _date,
    "ltft_percentage": _percentage,
    "in_training_on": _yes_or_no,
}


def read_moment(given: Any, customs: Customs) -> datetime | None:
    """ISO 8601, seconds or milliseconds since 1970, or a date and a time as on a clock."""
    text = clean(str(given)[:LONGEST])
    try:
        if text.isdecimal() and len(text) in {SECONDS_DIGITS, MILLISECONDS_DIGITS}:
            return datetime.fromtimestamp(int(text[:SECONDS_DIGITS]), UTC)
        found = _on_the_clock(text, customs) or datetime.fromisoformat(text)
        local = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(customs.zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _on_the_clock(text: str, customs: Customs) -> datetime | None:
    """`8/27/2024 12:34:21 PM`, in the order of day and month that the source uses."""
    found = re.fullmatch(r"(\S+) (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp])[Mm])?", text)
    day = _date(found.group(1), customs) if found else None
    if found is None or day is None:
        return None
    hour = int(found.group(2))
    if found.group(5):
        hour = hour % 12 + (12 if found.group(5).lower() == "p" else 0)
    return datetime.combine(day, time(hour, int(found.group(3)), int(found.group(4) or 0)))
