"""From what a form calls an answer to what the programme calls it. Pure; None means: unreadable.

Products wrap answers: a choice is a list of one or `{"label": ...}`, a name is split, a date is
three numbers. Any wrapping that can mean only one thing is taken off.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from nextstep_documents.clean_text import LONGEST, clean
from nextstep_programme.email_address import NoAddressError, read_address
from nextstep_programme.registration_number import registration_number

YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
NAME_PARTS = ("prefix", "first", "middle", "last", "suffix")
ABSURD = 20 * LONGEST
"""Characters from which a text is no answer that is worth cleaning: a file in the wrong place."""
MOST_PARTS = 50
"""Of an answer in parts, those that are written down when it cannot be read."""
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


def as_written(given: Any) -> str:
    """What was given as a person reads it, whatever the form wraps it in."""
    if isinstance(given, dict):
        return "; ".join(
            f"{key}: {as_written(one)}" for key, one in list(given.items())[:MOST_PARTS]
        )
    if isinstance(given, list):
        return ", ".join(map(as_written, given[:MOST_PARTS]))
    if isinstance(given, bool):
        return "yes" if given else "no"
    return "" if given is None else str(given)


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


def _email(given: Any, _: Customs) -> str | None:
    """An address that an email can go to; see `read_address`. An email to it proves it."""
    try:
        return read_address(given) if isinstance(given, str) else None
    except NoAddressError:
        return None


def why_no_address(given: str) -> str:
    """What is the matter with an address that was given, to follow "it"."""
    try:
        read_address(given)
    except NoAddressError as error:
        return str(error)
    return "is not a text"


def _number(given: Any, customs: Customs) -> str | None:
    """A registration number as `registration_number` has it, or what is written instead."""
    text = _text(given, customs)
    return registration_number(text) if text else None


def says_nothing(field: str, given: Any) -> bool:
    """Whether what was given says that there is no such answer: "N/A" for a number."""
    if field not in {"gmc_number", "gdc_number"} or not isinstance(given, str):
        return False
    return len(given) <= LONGEST and registration_number(clean(given)) is None


TIME_OF_DAY = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?"
"""What stands after a day in exports, and says nothing about which day it is."""
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?"
NUMBERED = re.compile(rf"(\d{{1,2}})([/.\- ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){TIME_OF_DAY}")
YEAR_FIRST = re.compile(rf"(\d{{4}})([/.\-])(\d{{1,2}})\2(\d{{1,2}}){TIME_OF_DAY}")
WORDED = re.compile(
    rf"{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ \-]([a-z]{{3,9}})\.?,?[ \-](\d{{4}}|\d{{2}})"
    rf"{TIME_OF_DAY}",
    re.IGNORECASE,
)
MONTH_FIRST = re.compile(
    rf"{WEEKDAY}([a-z]{{3,9}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){TIME_OF_DAY}",
    re.IGNORECASE,
)
MONTH_ALONE = re.compile(r"([a-z]{3,9})\.?,?[ \-](\d{4})", re.IGNORECASE)
MONTH_IN_NUMBERS = re.compile(r"(?:(\d{1,2})[/.\-](\d{4})|(\d{4})[/.\-](\d{1,2}))")
SHORT_YEARS = range(20, 50)
"""Years of this century that are read where a year has two digits: any other is a slip."""


def _date(given: Any, customs: Customs) -> date | None:
    """The one day that is written, and nothing beside it; a month alone is its last day.

    ISO 8601, where a moment with an offset is the day in the programme's zone; numbers with
    slashes, dots, dashes or blanks; `20250806`; a month's name in English; or three numbers.
    """
    if isinstance(given, dict):
        parts = [_text(given.get(key), customs) or "" for key in ("year", "month", "day")]
        return _day(*parts)
    text = _text(given, customs) or ""
    text = unicodedata.normalize("NFKC", text)
    return _moment_of_day(text, customs) or _numbered(text, customs) or _worded(text)


def is_vague(given: Any, customs: Customs) -> bool:
    """Whether a date is only a month, so that its last day was read."""
    text = unicodedata.normalize("NFKC", _text(given, customs) or "")
    return _month(text) is not None


def _moment_of_day(text: str, customs: Customs) -> date | None:
    """`2025-08-05T23:00:00.000Z` is the sixth of August in London."""
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        return None
    try:
        at = datetime.fromisoformat(text)
        return (at.astimezone(ZoneInfo(customs.zone)) if at.tzinfo else at).date()
    except (ValueError, OverflowError):
        return None


def _numbered(text: str, customs: Customs) -> date | None:
    if found := re.fullmatch(r"((?:19|20)\d{2})(\d{2})(\d{2})", text):
        return _day(*found.groups())
    if found := YEAR_FIRST.fullmatch(text):
        return _day(found.group(1), found.group(3), found.group(4))
    if found := NUMBERED.fullmatch(text):
        first, _, second, year = found.groups()
        day, month = (second, first) if customs.month_first else (first, second)
        return _day(year, month, day)
    return None


def _worded(text: str) -> date | None:
    """`6 August 2025`, `6th Aug 2025`, `6-Aug-25`, `Aug 06, 2025`, `Dec 2025`, in English."""
    if found := WORDED.fullmatch(text):
        return _day(found.group(3), found.group(2), found.group(1))
    if found := MONTH_FIRST.fullmatch(text):
        return _day(found.group(3), found.group(1), found.group(2))
    return _month(text)


def _month(text: str) -> date | None:
    """The last day of a month that is written alone."""
    if found := MONTH_ALONE.fullmatch(text):
        month, year = found.groups()
    elif found := MONTH_IN_NUMBERS.fullmatch(text):
        month, year = found.group(1) or found.group(4), found.group(2) or found.group(3)
    else:
        return None
    first = _day(year, month, "1")
    return first and first.replace(day=monthrange(first.year, first.month)[1])


def _day(year: str, month: str, day: str) -> date | None:
    number = _month_number(month.lower()) or month
    try:
        if len(year) == 2:  # noqa: PLR2004 -- written short
            if int(year) not in SHORT_YEARS:
                return None
            year = f"20{year}"
        return date(int(year), int(number), int(day))
    except (ValueError, OverflowError):
        return None


def _month_number(word: str) -> str | None:
    """The month that a word of three letters or more begins, or begins with."""
    if len(word) < 3:  # noqa: PLR2004 -- "ma" is two months
        return None
    found = (
        n for n, name in enumerate(MONTHS, 1) if name.startswith(word) or word.startswith(name)
    )
    return next(map(str, found), None)


def _percentage(given: Any, customs: Customs) -> int | None:
    """A percentage, or a share of whole time below it. 1 is neither: one per cent, or all?"""
    text = _text(given, customs) or ""
    found = re.fullmatch(r"(\d{1,3})(\.0+)?\s*(?:%|per ?cent)?", text, re.IGNORECASE)
    if found:
        return None if re.fullmatch(r"1(\.0+)?", text) else int(found.group(1))
    share = re.fullmatch(r"0?\.(\d{1,2})0*(?:\s*(?:wte|fte))?", text, re.IGNORECASE)
    return int(share.group(1).ljust(2, "0")) or None if share else None


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
