"""Text from outside, made fit for an email, and how an email begins.

Everything that comes from outside passes through `clean` before it reaches an email: control
characters and text-direction marks can forge a header line or reverse what a reader sees.
"""

import re
import unicodedata
from typing import Any

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
