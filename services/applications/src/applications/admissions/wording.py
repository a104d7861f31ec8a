"""Words compared: as people type them, spell them and search for them."""

import re
import unicodedata


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
