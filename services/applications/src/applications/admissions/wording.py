"""Dates, moments and lists in words for people in the United Kingdom, and words compared."""

import re
import unicodedata
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


def search_words(text: str) -> list[str]:
    """The words of a text as a search sees them: folded, in parts and as a whole.

    `O'Brien-Sørensen` gives `obriensorensen`, `o`, `brien` and `sorensen`.
    """
    found = []
    for token in unaccented(text).split():
        parts = re.findall(r"[^\W_]+", token)
        found += parts if len(parts) == 1 else ["".join(parts), *parts]
    return [word for word in found if word]


def sought_words(text: str) -> list[str]:
    """What somebody typed to search for, word by word: marks inside a word do not matter."""
    tokens = ("".join(re.findall(r"[^\W_]+", token)) for token in unaccented(text).split())
    return [word for word in tokens if word]


WITHOUT_PARTS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode does not take apart, as people type them who do not have them."""
BETWEEN_WORDS = re.compile(r"[\s,;/()\[\]\"“”|]+")


def unaccented(text: str) -> str:
    """A text in small letters without accents, its words separated by single spaces."""
    parted = unicodedata.normalize("NFKD", text.casefold().translate(WITHOUT_PARTS))
    plain = "".join(c for c in parted if not unicodedata.combining(c))
    return " ".join(BETWEEN_WORDS.split(plain)).strip()
