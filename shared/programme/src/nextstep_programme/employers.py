"""Which employer somebody means by what they wrote: the spellings that the office knows.

A spelling is one employer's or nobody's; nothing is guessed here (what may be alike, as a hint for
a person, is in `resemblance`). An employer that another followed, by a merger or because two
entries were one employer all along, leads on to that one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    _meant: Mapping[str, str]
    """Ids by what is compared of a name."""

    @classmethod
    def of(cls, entries: Iterable[Listed]) -> Self:
        """The list of these entries."""
        found = tuple(entries)
        meant = {
            spelling(name): one.id for one in found for name in (*one.spellings, one.name) if name
        }
        meant.pop("", None)
        return cls({one.id: one for one in found}, meant)

    def meant_by(self, written: str | None) -> Listed | None:
        """The employer that somebody means, as it is now; None while nobody has said."""
        found = self._meant.get(spelling(written or ""))
        return None if found is None else self.now(found)

    def now(self, employer_id: str) -> Listed | None:
        """The employer that an entry leads to; None if there is no such entry."""
        entry = self.entries.get(employer_id)
        for _ in self.entries:  # no longer than the longest way there can be
            if entry is None or entry.successor is None:
                break
            entry = self.entries.get(entry.successor)
        return entry

    def called(self, written: str | None) -> str | None:
        """The employer's name; what was written where nobody has said whose it is."""
        meant = self.meant_by(written)
        return meant.name if meant else written

    def names(self, written: str | None) -> tuple[str, ...]:
        """The employer's name, what was written, and what else it is called; nothing of nothing.

        The names of those that it followed are among them.
        """
        meant = self.meant_by(written)
        if meant is None:
            return (written,) if written else ()
        same = [one for one in self.entries.values() if self.now(one.id) is meant]
        named = (name for one in same for name in (one.name, *one.spellings))
        return tuple(dict.fromkeys((meant.name, written or "", *named)))


NONE_KNOWN: Final = Employers.of(())
