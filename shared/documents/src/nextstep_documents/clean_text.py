"""Text from outside, made fit to keep: normal form, one line, nothing invisible that misleads."""

import unicodedata

LONGEST = 500
"""Characters of one answer. Real names reach 300; essays arrive as documents."""

_SAFE_FORMAT = {"\u200c", "\u200d"}
"""Joiners that some scripts need; all other format characters reorder or hide text."""
MOST_MARKS = 30
"""Marks upon one letter (Unicode, UAX 15, stream-safe text): no script has more. Putting them in
order takes the square of their number, so that a megabyte of them would take an hour, in which
nothing else of the process runs."""
_MARKS_IN_DISGUISE = {"\u0f73", "\u0f75", "\u0f81"}
"""Of class 0, but taken apart into marks alone."""


def clean(text: str) -> str:
    """One line of text in normal form C, without control, format or broken characters."""
    kept = []
    for character in normal_form(text.encode("utf-8", "replace").decode()):
        category = unicodedata.category(character)
        if category == "Cf" and character not in _SAFE_FORMAT:
            continue
        kept.append(" " if category in {"Cc", "Zl", "Zp", "Zs"} else character)
    return " ".join("".join(kept).split())


def normal_form(text: str) -> str:
    """Text in normal form C, without the marks that are more than any letter has."""
    if text.isascii():
        return text
    kept = []
    marks = 0
    for character in text:
        mark = unicodedata.combining(character) or character in _MARKS_IN_DISGUISE
        marks = marks + 1 if mark else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))
