"""Names of people, compared by their words: "Prof. Jane Smith", "Smith, J.", "Jane Smith-Jones".

Titles, letters after the name, accents, case and the order of words make no difference. Two names
are alike when every word of the shorter one has a partner of its own in the longer: the same word,
another form of it, or an initial. One partner at least must be more than an initial.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, Self

from nextstep_programme.letters import plain_letters, without_accents
from nextstep_programme.resemblance.name_words import (
    ALSO_SURNAMES,
    ASIDE,
    FORMS_OF,
    LETTERS,
    PARTICLES,
    TITLES,
)

SAME: Final = "the same name"
FORM: Final = "the same name in another form"
INITIAL: Final = "the same surname and initial"
PART: Final = "one name is part of the other"
ONLY: Final = "only one name is given, and it is the same"
_NEAREST_FIRST: Final = (SAME, FORM, INITIAL, PART, ONLY)

Words = tuple[str, ...]
_ENOUGH: Final = 2
"""Words that make a name somebody's: one alone may be anybody's."""
_IN_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_ROYAL_COLLEGE: Final = re.compile(r"[fm]rc[a-z]{1,8}")
"""Fellows and members: FRCP, MRCPsych."""
_TOGETHER: Final = re.compile(r"[A-Z]{2,3}")
"""Initials written together, as journals do: "JA Smith", but perhaps also "Jane LEE"."""
_BEFORE_A_NAME: Final = re.compile(r"\b(?:([OoDd])['\u2019`\u00b4] *|([Mm][Cc]) +)(?=\w)")
"""O'Brien, D'Souza, Mc Donald."""
_WITHIN_A_WORD: Final = re.compile(r"(?<=\w)['\u2019`\u00b4](?=\w)")
_BETWEEN_WORDS: Final = re.compile(r"[^\w\-]+|_")


@dataclass(frozen=True)
class PersonName:
    """A name by the ways in which it can be read."""

    readings: tuple[Words, ...]
    """The words without titles, in small letters: with and without what stands in brackets, double
    names as one word and as two, initials apart."""

    @classmethod
    def read(cls, written: str) -> Self:
        """Read a name."""
        plain = without_accents(written)
        texts = dict.fromkeys((_IN_BRACKETS.sub(" ", plain), _IN_BRACKETS.sub(r" \1 ", plain)))
        found = [words for text in texts for words in _readings(text) if words]
        return cls(tuple(dict.fromkeys(found)))

    @cached_property
    def traces(self) -> frozenset[str]:
        """What any name that is like this one has at least one of in common with it."""
        words = {word for reading in self.readings for word in reading if not _is_initial(word)}
        whole = {" ".join(sorted(reading)) for reading in self.readings}
        return frozenset(words | whole).union(*(_forms(word) for word in words))

    def like(self, other: "PersonName") -> str:
        """In what the two names are alike, as words for a sentence; empty if they are not."""
        if self.traces.isdisjoint(other.traces):
            return ""
        found = {_like(one, two) for one, two in product(self.readings, other.readings)}
        return next((text for text in _NEAREST_FIRST if text in found), "")


def _readings(text: str) -> Iterator[Words]:
    first, *others = [_part(part) for part in text.split(",")]
    alone = len(first) < _ENOUGH
    named = [
        part
        for number, part in enumerate(others)
        if not _are_letters(part, alone=alone and not number)
    ]
    written = [word for part in (first, *named) for word in part]
    apart = [letter for word in written for letter in _initials_apart(word)]
    for words in (written, apart) if apart != written else (written,):
        plain = [plain_letters(word) for word in words]
        yield _named(piece for word in plain for piece in word.split("-"))
        yield _named(word.replace("-", "") for word in plain)


def _part(text: str) -> list[str]:
    """The words between two commas, without titles before them and letters after them."""
    together = _WITHIN_A_WORD.sub("", _BEFORE_A_NAME.sub(r"\1\2", text))
    words = [word.strip("-") for word in _BETWEEN_WORDS.split(together)]
    words = [word for word in words if word and plain_letters(word) not in ASIDE]
    while len(words) > 1 and plain_letters(words[0]) in TITLES:
        del words[0]
    while len(words) > 1 and _is_after_a_name(words[-1]) and not _is_surname_too(words[-1]):
        del words[-1]
    return words


def _are_letters(words: list[str], *, alone: bool) -> bool:
    """Whether a part is no name: "MD", unless a surname stands `alone` before it ("Rahman, Md")."""
    return all(
        _is_after_a_name(word) and not (alone and plain_letters(word) in FORMS_OF) for word in words
    )


def _is_after_a_name(word: str) -> bool:
    plain = plain_letters(word)
    return plain in LETTERS or _is_surname_too(word) or bool(_ROYAL_COLLEGE.fullmatch(plain))


def _is_surname_too(word: str) -> bool:
    return plain_letters(word) in ALSO_SURNAMES


def _initials_apart(word: str) -> Iterable[str]:
    return word if _TOGETHER.fullmatch(word) else (word,)


def _named(words: Iterable[str]) -> Words:
    """The words, without "van" and "bin" where enough others are left."""
    every = tuple(word for word in words if word)
    kept = tuple(word for word in every if word not in PARTICLES)
    return kept if len(kept) >= _ENOUGH else every


def _like(one: Words, two: Words) -> str:
    shorter, longer = sorted((one, two), key=len)
    left, right = Counter(shorter), Counter(longer)
    if left == right:
        return SAME
    equal = left & right
    words, others = [*(left - equal).elements()], [*(right - equal).elements()]
    formed = _pair_off(words, others, _forms_of_one)
    by_initial = _pair_off(words, others, _initial_of)
    by_initial += sum(1 for word in equal.elements() if _is_initial(word))
    if words or len(shorter) == by_initial:
        return ""
    if len(shorter) < _ENOUGH:
        return "" if formed else ONLY
    if by_initial:
        return INITIAL
    if len(shorter) < len(longer):
        return PART
    return FORM


def _pair_off(words: list[str], others: list[str], alike: Callable[[str, str], bool]) -> int:
    """Take pairs that are alike out of both; how many there were."""
    found = 0
    for word in [*words]:
        partner = next((other for other in others if alike(word, other)), None)
        if partner is not None:
            words.remove(word)
            others.remove(partner)
            found += 1
    return found


def _forms(word: str) -> frozenset[str]:
    return FORMS_OF.get(word, frozenset())


def _forms_of_one(one: str, two: str) -> bool:
    return not _forms(one).isdisjoint(_forms(two))


def _initial_of(one: str, two: str) -> bool:
    initial, word = sorted((one, two), key=len)
    return _is_initial(initial) and not _is_initial(word) and word.startswith(initial)


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isascii()
