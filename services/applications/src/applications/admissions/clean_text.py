"""Text from outside, made fit to keep: normal form, one line, nothing invisible that misleads."""

import unicodedata

LONGEST = 500
"""Characters of one answer. Real names reach 300; essays arrive as documents."""

_SAFE_FORMAT = {"\u200c", "\u200d"}
"""Joiners that some scripts need; all other format characters reorder or hide text."""


def clean(text: str) -> str:
    """One line of text in normal form C, without control, format or broken characters."""
    whole = text.encode("utf-8", "replace").decode()
    kept = []
    for character in unicodedata.normalize("NFC", whole):
        category = unicodedata.category(character)
        if category == "Cf" and character not in _SAFE_FORMAT:
            continue
        kept.append(" " if category in {"Cc", "Zl", "Zp", "Zs"} else character)
    return " ".join("".join(kept).split())
