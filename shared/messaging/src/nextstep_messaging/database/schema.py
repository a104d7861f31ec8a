"""Collections and their indexes, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class Index:
    """An index of a collection."""

    keys: Sequence[tuple[str, int]]
    """Fields with 1 (ascending) or -1 (descending)."""
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    """Only documents that match this filter are in the index."""
    expires: timedelta | None = None
    """Documents are deleted this long after the moment in the single field of the index."""
    name: str | None = None
    """Its own name, where the one made of its fields is taken."""
    instead_of: str | None = None
    """The name of an index of an earlier release that this one replaces."""

    def options(self) -> dict[str, Any]:
        """The index options as MongoDB names them."""
        chosen: dict[str, Any] = {"unique": True} if self.unique else {}
        if self.partial is not None:
            chosen["partialFilterExpression"] = dict(self.partial)
        if self.expires is not None:
            chosen["expireAfterSeconds"] = int(self.expires.total_seconds())
        if self.name is not None:
            chosen["name"] = self.name
        return chosen


@dataclass(frozen=True)
class Collection:
    """A collection and its indexes, created before any transaction touches it."""

    name: str
    indexes: Sequence[Index] = ()
