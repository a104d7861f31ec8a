"""Saved views: named filters of the list, a person's own or shared by the office."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_NAME = 60
MOST_VIEWS = 50
"""Views of one person: more than anybody finds again."""


@dataclass(frozen=True)
class View:
    """A named filter."""

    id: str
    name: str
    query: dict[str, list[str]]
    owner: str
    """Whose it is: a staff member's address."""
    shared: bool

    def seen_by(self, subject: str) -> bool:
        """Whether it is offered to this member of staff."""
        return self.shared or self.owner == subject


def view_of(document: Mapping[str, Any]) -> View:
    """The view of a stored document."""
    return View(
        id=document["_id"],
        name=document["name"],
        query=document["query"],
        owner=document["owner"],
        shared=document["shared"],
    )
