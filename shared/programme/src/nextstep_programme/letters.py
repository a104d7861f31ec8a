"""Letters as people type them who do not have them on their keyboard."""

import re
import unicodedata
from typing import Final

_WITHOUT_PARTS: Final = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "\u0131": "i",
    }
)
"""Letters that Unicode does not take apart."""
_MARKS: Final = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
"""Of class 0, but taken apart into marks alone."""
_BETWEEN_WORDS: Final = re.compile(r"[\s,;/()\[\]\"“”|]+")


def without_accents(text: str) -> str:
    """A text without accents, its letters large and small as they were."""
    if text.isascii():
        return text
    # before it is taken apart, too: to put many marks upon one letter in order takes for ever
    return _without_marks(unicodedata.normalize("NFKD", _without_marks(text)))


def _without_marks(text: str) -> str:
    return "".join(c for c in text if not unicodedata.combining(c) and c not in _MARKS)


def plain_letters(text: str) -> str:
    """A text in small letters without accents."""
    return without_accents(text.casefold().translate(_WITHOUT_PARTS))


def unaccented(text: str) -> str:
    """A text in small letters without accents, its words separated by single spaces."""
    return " ".join(_BETWEEN_WORDS.split(plain_letters(text))).strip()


def word_set(text: str) -> frozenset[str]:
    """The words of a list that is written in one go."""
    return frozenset(text.split())
