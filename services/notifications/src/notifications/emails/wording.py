"""Text from outside, made fit for an email, and how an email begins.

Everything that comes from outside passes through `clean` before it reaches an email: control
characters and text-direction marks can forge a header line or reverse what a reader sees.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from notifications.emails.links import STAND_IN

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
    """One line of text without control or text-direction characters.

    Nor with the stand-in of a personal link, in whose place the reader's own token would be put, at
    an address that the writer of the text chose.
    """
    if not text.isprintable():
        kept = (
            character
            for character in _SPACE.sub(" ", text)
            if character in _HARMLESS_FORMAT or not unicodedata.category(character).startswith("C")
        )
        text = "".join(kept)
    line = _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return line.replace(STAND_IN, "personal link ")


_FOUR_NUMBERS = re.compile(r"\d+(?:\.\d+){3,}")
_LINKED = re.compile(
    # a dot with a word before and behind it: evil.example, www.evil, B.Sc, a@evil.org; the other
    # dots are those that browsers take for one in a host's name
    r"(?<=\S)[.\u3002\uff0e\uff61](?=[^\s\d!-/:-@\[-`{-~\u2018-\u201f\u2026])"
    # a scheme: http://evil, mailto:somebody, file:share, tel:0123
    r"|(?<=[^\W\d_]):(?=[^\s\d])|:(?=[/\\])|\b(?:tel|sms|fax|sips?|callto|skype):(?=\d)"
    # what is left of an address, and a share on a Windows server, which Outlook links
    r"|[/\\](?=[/\\])",
    re.IGNORECASE,
)


def inert(text: str) -> str:
    """`text` in which no email program finds anything to make a link of.

    A space goes in where programs look: after the dot of `evil.example`, after the colon of
    `https://`. Characters of no width would be nicer to look at, but browsers drop them from an
    address, some programs link in spite of them, and some fonts of Outlook draw a box.
    """
    apart = _FOUR_NUMBERS.sub(lambda found: found[0].replace(".", ". "), text)
    return _LINKED.sub(r"\g<0> ", apart)


def fit(value: Any) -> Any:
    """`clean` and `inert` applied to every string inside dictionaries and lists."""
    return _each(lambda text: inert(clean(text)), value)


def clean_all(value: Any) -> Any:
    """`clean` applied to every string inside dictionaries and lists."""
    return _each(clean, value)


def _each(change: Callable[[str], str], value: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(change, inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_each(change, inner) for inner in value]
    return value


def greeting(name: str) -> str:
    """How an email begins: `Dear Dr Ada Okafor`, or `Hello` when the name reads like an advert."""
    cleaned = clean(name)
    if not cleaned or len(cleaned) > LONGEST_NAME or _LOOKS_LIKE_A_LINK.search(cleaned):
        return "Hello"
    return f"Dear {inert(cleaned)}"
