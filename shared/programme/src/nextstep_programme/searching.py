"""What a search of a list finds, by what people type: one rule for all lists of all services.

Every word that is typed must be there. Case, accents and marks inside a word are no matter, and a
title before a name is passed over: who was entered as Kwame Boateng is looked for as "Dr Boateng".
"""

import re
from typing import Final

from nextstep_programme.letters import unaccented
from nextstep_programme.resemblance.name_words import TITLES

INSIDE: Final = 3
"""From so many letters on the middle of a word is found; fewer are inside almost every name."""


def search_words(text: str) -> list[str]:
    """The words of a text as a search sees them: folded, in parts and as a whole.

    `O'Brien-Sørensen` gives `obriensorensen`, `o`, `brien` and `sorensen`.
    """
    found = []
    for token in unaccented(text).split():
        parts = re.findall(r"[^\W_]+", token)
        found += parts if len(parts) == 1 else ["".join(parts), *parts]
    return [word for word in found if word]


def searchable(*texts: str | None) -> str:
    """The words of all that something is found by, each once and after a space; see `finds`."""
    words = {word for text in texts if text for word in search_words(text)}
    return "".join(f" {word}" for word in sorted(words))


def sought_words(text: str) -> list[str]:
    """What somebody typed to search for, word by word, without titles before a name."""
    tokens = ("".join(re.findall(r"[^\W_]+", token)) for token in unaccented(text).split())
    words = [word for word in tokens if word]
    while len(words) > 1 and words[0] in TITLES:
        del words[0]
    return words


def without_titles(text: str) -> str:
    """What somebody typed, as it is but for titles before a name."""
    words = text.split()
    while len(words) > 1 and unaccented(words[0]).rstrip(".") in TITLES:
        del words[0]
    return " ".join(words)


def finds(words: list[str], where: str) -> bool:
    """Whether each of these (`sought_words`) is in what `searchable` made.

    A short word is where another begins, a longer one in the middle too.
    """
    return all((word if len(word) >= INSIDE else f" {word}") in where for word in words)


def says(typed: str, *texts: str | None) -> bool:
    """Whether a search for what was typed finds something with these texts."""
    return finds(sought_words(typed), searchable(*texts))
