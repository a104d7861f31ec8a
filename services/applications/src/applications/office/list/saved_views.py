"""Saved views: named filters of the list, a person's own or shared by the office."""

from pydantic import BaseModel, ConfigDict

LONGEST_NAME = 60
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
