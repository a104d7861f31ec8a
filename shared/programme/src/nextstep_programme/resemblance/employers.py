"""Names of employers: trusts, hospitals and practices as people write them.

"Guy's and St Thomas' NHS Foundation Trust", "Guys & St Thomas NHS FT" and "GSTT" are alike; so is
what is equal but for case and spacing, however little it says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from nextstep_programme.letters import plain_letters, word_set

SAME: Final = "the same employer"
SHORT: Final = "one may be short for the other"

_LEGAL: Final = word_set(
    "nhs foundation trust trusts ft nhsft nhst national health service ltd limited llp plc cic "
    "teaching"
)
"""What an employer is in law, which names have or lack by turns; and "teaching", for which the
same goes."""
_SMALL: Final = word_set("the of and for at in a on")
_SAID_OTHERWISE: Final = {
    "hospitals": "hospital",
    "hosp": "hospital",
    "hosps": "hospital",
    "univ": "university",
    "uni": "university",
    "saint": "st",
    "saints": "st",
    "ss": "st",
    "centre": "center",
    "ctr": "center",
    "services": "service",
    "practices": "practice",
    "surgeries": "surgery",
    "gen": "general",
    "dist": "district",
    "hcare": "healthcare",
    "gp": "general-practice",
}
_TOO_COMMON: Final = word_set(
    "university hospital healthcare health care general practice general-practice surgery medical "
    "center college school royal st clinic community mental primary secondary district county "
    "regional national north south east west central mid greater partnership dental group service "
    "department nhs trust foundation ft infirmary children women integrated board"
)
"""Words that many employers have: a name of these alone says nothing, unless equal in full."""
_KINDS: Final = word_set("hospital partnership healthcare health care")
_IN_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SHORT: Final = range(3, 8)
"""Letters of an abbreviation."""


@dataclass(frozen=True)
class EmployerName:
    """An employer by the ways in which its name can be read."""

    written: str
    """Without regard to case and spacing."""
    whole: frozenset[str]
    """What all of the name comes to, in words without an order."""
    beginning: frozenset[str]
    """The same of what stands before the first comma: an address may follow."""
    abbreviated: frozenset[str]
    """What it may be shortened to."""
    letters: frozenset[str]
    """What of it may be an abbreviation."""

    @classmethod
    def read(cls, written: str) -> Self:
        """Read the name of an employer."""
        plain = " ".join(re.split(r"[\s_\-]+", plain_letters(written).strip()))
        outside = _IN_BRACKETS.sub(" ", plain)
        words = _words(outside)
        return cls(
            plain,
            frozenset(_said(words)),
            frozenset(_said(_words(outside.partition(",")[0]))),
            frozenset(_abbreviations(words)),
            frozenset(_letters(words, _IN_BRACKETS.findall(plain))),
        )

    @cached_property
    def traces(self) -> frozenset[str]:
        """What any employer that is like this one has at least one of in common with it."""
        every = self.whole | self.beginning | self.abbreviated | self.letters
        return every | ({self.written} - {""})

    def like(self, other: "EmployerName") -> str:
        """In what the two are alike, as words for a sentence; empty if they are not."""
        if self.traces.isdisjoint(other.traces):
            return ""
        if self.written == other.written or _reads_as(self, other) or _reads_as(other, self):
            return SAME
        short = self.letters & other.abbreviated or other.letters & self.abbreviated
        return SHORT if short else ""


def _reads_as(one: EmployerName, other: EmployerName) -> bool:
    """Whether all of one is all of the other, or what stands before its address."""
    every = other.whole | other.beginning | other.letters
    return not (one.whole | one.letters).isdisjoint(every)


def _words(plain: str) -> list[str]:
    text = re.sub(r"['\u2019`\u00b4.]", "", plain.replace("&", " and ").replace("+", " and "))
    text = text.replace("health care", "healthcare").replace("general practice", "gp")
    words = re.findall(r"\w+", text)
    return [_SAID_OTHERWISE.get(word, word) for word in words if word not in _SMALL]


def _said(words: list[str]) -> Iterator[str]:
    """What a name comes to: as it is, and without what names have or lack by turns."""
    core = {word for word in words if word not in _LEGAL}
    found = [core]
    if "university" not in core:
        found.append(core - {"hospital"})
    elif not core.isdisjoint(_KINDS):
        found.append(core - {"university"})
    for kept in found:
        if not kept <= _TOO_COMMON:
            yield " ".join(sorted(kept))


def _abbreviations(words: list[str]) -> Iterator[str]:
    core = "".join(word[0] for word in words if word not in _LEGAL)
    for end in ("", "t", "ft", "nhst", "nhsft", "nhs"):
        if len(core) > 1 and len(core + end) in _SHORT:
            yield f"{core}{end}"


def _letters(words: list[str], brackets: list[str]) -> Iterator[str]:
    alone = [word for word in words if word not in _LEGAL]
    for word in (*(alone if len(alone) == 1 else ()), *(text.strip() for text in brackets)):
        if word.isalpha() and len(word) in _SHORT and word not in _TOO_COMMON:
            yield word
