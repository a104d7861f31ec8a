"""Which employer somebody means by what they wrote: the spellings that the office knows.

A spelling is one employer's or nobody's; nothing is guessed here (what may be alike, as a hint for
a person, is in `resemblance`). An employer that another followed, by a merger or because two
entries were one employer all along, leads on to that one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, Protocol, Self

from nextstep_programme.letters import plain_letters, without_accents, word_set

EmployerKind = Literal["trust", "gp_practice", "dental_practice", "other"]
KIND_NAMES: Final[Mapping[EmployerKind, str]] = {
    "trust": "NHS trust",
    "gp_practice": "GP practice",
    "dental_practice": "Dental practice",
    "other": "Other",
}

LONGEST_NAME: Final = 200
"""Characters of an employer's name, and of every spelling of it."""
_IN_LAW: Final = word_set("nhs foundation trust ft nhsft nhst")
"""What a trust is in law: names have or lack it by turns."""


@lru_cache(maxsize=4096)  # a list asks it of all applicants, who write few different names
def spelling(written: str) -> str:
    """What is compared of a name: its words, without regard to case, accents and punctuation.

    Neither "the" at the beginning nor a trust's form in law counts, unless there is nothing else.
    Empty if nothing of it is a letter or a digit.
    """
    text = re.sub(r"['\u2019`\u00b4.]", "", plain_letters(without_accents(written)))
    words = re.findall(r"[^\W_]+", text.replace("&", " and ").replace("+", " and "))
    kept = [word for word in words if word not in _IN_LAW]
    kept = kept[1:] if kept[:1] == ["the"] else kept
    return " ".join(kept or words)


class Listed(Protocol):
    """An entry of the office's list."""

    @property
    def id(self) -> str:
        """Names it for ever."""

    @property
    def name(self) -> str:
        """What it is called on pages and in files."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """What else it is called."""

    @property
    def successor(self) -> str | None:
        """The id of the employer that it is part of now."""


@dataclass(frozen=True)
class Employers:
    """All entries, and which of them each spelling means."""

    entries: Mapping[str, Listed]
    """By id, those that another followed included."""
    _meant: Mapping[str, Listed]
    """The employer as it is now, by what is compared of a name."""
    _names: Mapping[str, tuple[str, ...]]
    """All that the employer with an id is called, and those that it followed were."""

    @classmethod
    def of(cls, entries: Iterable[Listed]) -> Self:
        """The list of these entries."""
        known = {one.id: one for one in entries}
        meant: dict[str, Listed] = {}
        names: defaultdict[str, list[str]] = defaultdict(list)
        for one in known.values():
            now = _end_of_the_way(known, one)
            names[now.id] += (one.name, *one.spellings)
            meant |= {spelling(name): now for name in (*one.spellings, one.name)}
        meant.pop("", None)
        return cls(known, meant, {key: (known[key].name, *found) for key, found in names.items()})

    def meant_by(self, written: str | None) -> Listed | None:
        """The employer that somebody means, as it is now; None while nobody has said."""
        return self._meant.get(spelling(written or ""))

    def now(self, employer_id: str) -> Listed | None:
        """The employer that an entry leads to; None if there is no such entry."""
        entry = self.entries.get(employer_id)
        return _end_of_the_way(self.entries, entry) if entry else None

    def called(self, written: str | None) -> str | None:
        """The employer's name; what was written where nobody has said whose it is."""
        meant = self.meant_by(written)
        return meant.name if meant else written

    def names(self, written: str | None) -> tuple[str, ...]:
        """The employer's name, what else it is called, and what was written; nothing of nothing.

        The names of those that it followed are among them.
        """
        meant = self.meant_by(written)
        known = self._names[meant.id] if meant else ()
        return tuple(dict.fromkeys((*known, written))) if written else ()


def _end_of_the_way(entries: Mapping[str, Listed], entry: Listed) -> Listed:
    """The employer that an entry leads to, which is itself unless another followed it."""
    for _ in entries:  # no longer than the longest way there can be
        follower = entries.get(entry.successor or "")
        if follower is None:
            break
        entry = follower
    return entry


NONE_KNOWN: Final = Employers.of(())
