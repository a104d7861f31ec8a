"""Dates, times and names as a person would write them.

Everything that comes from outside passes through `clean` before it reaches an email: control
characters and text-direction marks can forge a header line or reverse what a reader sees.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PROGRAMME_ZONE = "Europe/London"
"""Where the programme takes place; its days begin and end there."""
LONGEST_NAME = 80
"""Longer "names" are messages: a form that anybody can fill must not write our greeting."""

_SPACE = re.compile(r"\s+")
_LOOKS_LIKE_A_LINK = re.compile(
    r"://|www\.|[/@<>]|\.(?:com|net|org|info|io|co|uk|eu|xyz)\b", re.IGNORECASE
)
_HARMLESS_FORMAT = frozenset("\u200c\u200d")
"""Joiners that some scripts need inside words; every other format character is dropped."""


def clean(text: str) -> str:
    """One line of text without control or text-direction characters."""
    if not text.isprintable():
        kept = (
            character
            for character in _SPACE.sub(" ", text)
            if character in _HARMLESS_FORMAT or not unicodedata.category(character).startswith("C")
        )
        text = "".join(kept)
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def clean_all(value: Any) -> Any:
    """`clean` applied to every string inside dictionaries and lists."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: clean_all(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_all(inner) for inner in value]
    return value


def greeting(name: str) -> str:
    """How an email begins: `Dear Dr Ada Okafor`, or `Hello` when the name reads like an advert."""
    cleaned = clean(name)
    if not cleaned or len(cleaned) > LONGEST_NAME or _LOOKS_LIKE_A_LINK.search(cleaned):
        return "Hello"
    return f"Dear {cleaned}"


def day_in_words(day: date) -> str:
    """For example `Tuesday 8 October 2024`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def time_in_words(at: time) -> str:
    """For example `5pm`, `9:30am`, `midday`, `midnight`."""
    if (at.hour, at.minute) == (0, 0):
        return "midnight"
    if (at.hour, at.minute) == (12, 0):
        return "midday"
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def moment_in_words(moment: datetime, zone: str) -> str:
    """For example `11:59pm on Monday 9 September 2024`, local to `zone`.

    Midnight belongs to two days in people's minds, so it is told as the minute before it.
    """
    local = moment.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute) == (0, 0):
        local -= timedelta(minutes=1)
    return f"{time_in_words(local.time())} on {day_in_words(local.date())}"


def span_in_words(starts: time | None, ends: time | None) -> str:
    """For example `5pm to 7pm`, `from 9am`, or that the time is still open."""
    if starts is None:
        return "time to be confirmed"
    if ends is None:
        return f"from {time_in_words(starts)}, end to be confirmed"
    return f"{time_in_words(starts)} to {time_in_words(ends)}"
