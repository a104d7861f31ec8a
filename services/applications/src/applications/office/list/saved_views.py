"""Saved views: named filters of the list, a person's own or shared by the office."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from nextstep_programme.resemblance.name_words import TITLES
from nextstep_programme.searching import search_words, sought_words

LONGEST_NAME = 60
SHORTEST = 3
"""Letters of a name that point to somebody; fewer begin too many names."""
MOST_VIEWS = 50
"""Views of one person: more than anybody finds again."""


class SavedView(BaseModel):
    """A named filter."""

    model_config = ConfigDict(frozen=True)

    id: str
    cohort: str
    name: str
    query: dict[str, list[str]]
    owner: str
    """Whose it is: a staff member's address."""
    shared: bool
    version: int = 0
    """The stored version this was loaded as; 0 for a new one."""

    def seen_by(self, subject: str) -> bool:
        """Whether it is offered to this member of staff."""
        return self.shared or self.owner == subject

    def looks_for(self, identifying: frozenset[str]) -> bool:
        """Whether it was made to find a person, or is called by them.

        Args:
            identifying: the words that say who the person is: `identifying_words`.

        """
        sought = sought_words(" ".join(self.query.get("q", ())))
        if identifying & {*sought, *search_words(self.name)}:
            return True
        begun = (any(one.startswith(word) for one in identifying) for word in sought)
        return bool(sought) and all(begun) and any(len(word) >= SHORTEST for word in sought)


def identifying_words(called: Iterable[str]) -> frozenset[str]:
    """What a search would find a person by and hardly anybody else.

    Not titles, nor what many share, such as the domain of an address.

    Args:
        called: names, addresses and numbers that the person ever gave as theirs.

    """
    words: set[str] = set()
    for text in called:
        mailbox, at, _ = text.partition("@")
        words.update(search_words(mailbox))
        if at:
            words.update(sought_words(text))
    return frozenset(word for word in words if len(word) >= SHORTEST) - TITLES
