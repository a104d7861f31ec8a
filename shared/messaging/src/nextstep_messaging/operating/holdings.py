"""What a service holds about people: where, whose it is, and what stays of it after an erasure.

A service declares it once. Its erasure changes documents as the declaration says, and a backup
seals precisely what an erasure would take away, by the key of the person who could ask for it.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from nextstep_messaging.database.documents import ReadCollection
from nextstep_messaging.database.unit_of_work import UnitOfWork

Document = dict[str, Any]
Stays = Callable[[Document, AbstractSet[str]], Document | None]
"""What stays of a document when the people are erased to whom these ids in it lead; None: nothing.

It must not change the document it is given. Of a list it keeps the length: an element that goes is
`GONE` in its place.
"""
GONE: Final = {"$$gone": True}
"""Stands for an element of a list, or a field, of which nothing stays."""


@dataclass(frozen=True)
class Whose:
    """Where in a document the id stands of a person, or of a thing that belongs to one."""

    path: str | Callable[[Document], Iterable[str]]
    """`a.b`, also through lists and, as `*`, through all keys; or what finds the ids."""
    through: str | None = None
    """The collection that the thing is in, whose own declaration says whose it is. None: it is a
    person's id."""
    key: str = "_id"
    """The field there by which it is found."""
    together: bool = False
    """What several people have in common goes only once all of them are erased."""

    def ids(self, document: Document) -> list[str]:
        """The ids that stand there, each once."""
        found = self.path(document) if callable(self.path) else values_at(document, self.path)
        return list(dict.fromkeys(one for one in found if isinstance(one, str) and one))


@dataclass(frozen=True)
class Holding:
    """A collection that holds something about people."""

    collection: str
    whose: Sequence[Whose]
    stays: Stays
    files: tuple[str, ...] = ()
    """Where the ids stand of files that belong to whom the document belongs to."""
    files_below: bool = False
    """Whether files whose id begins with the document's and a colon belong to it too."""


@dataclass(frozen=True)
class Holdings:
    """All collections of a service, one by one, so that none is forgotten."""

    about_people: tuple[Holding, ...]
    about_nobody: frozenset[str]
    """Collections that hold nothing that an erasure takes away."""
    files_of_nobody: tuple[tuple[str, str], ...] = ()
    """Collections among the latter, and where in them the ids of files stand."""
    discarded: str | None = None
    """The collection of files that are about to be removed, by `_id`: a backup leaves them out."""
    left_out: frozenset[str] = frozenset()
    """Collections that no backup holds, nor the files that only they refer to."""
    written: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Where people write about one person and may name another: collections and their fields."""
    large: frozenset[str] = frozenset()
    """Collections whose documents may be of megabytes each: few of them are taken at once."""

    def of(self, collection: str) -> Holding | None:
        """What is declared of a collection that holds something about people."""
        return next((one for one in self.about_people if one.collection == collection), None)

    @property
    def written_in(self) -> dict[str, tuple[str, ...]]:
        """All fields of `written`, by their collection, which may be there more than once."""
        found: dict[str, tuple[str, ...]] = {}
        for collection, fields in self.written:
            found[collection] = tuple(dict.fromkeys((*found.get(collection, ()), *fields)))
        return found

    def missing(self, collections: Iterable[str]) -> list[str]:
        """Those of these collections of which nothing is declared."""
        known = {one.collection for one in self.about_people} | self.about_nobody | self.left_out
        return sorted(set(collections) - known)

    def and_(self, other: "Holdings") -> "Holdings":
        """These and those of another part of the same service."""
        return Holdings(
            (*self.about_people, *other.about_people),
            self.about_nobody | other.about_nobody,
            (*self.files_of_nobody, *other.files_of_nobody),
            self.discarded or other.discarded,
            self.left_out | other.left_out,
            (*self.written, *other.written),
            self.large | other.large,
        )


@dataclass(frozen=True)
class Inferred:
    """What an erasure records before it takes away what that follows from.

    In a backup from before the erasure, what it follows from is under a key that is gone. So a
    backup keeps beside it what would be recorded, and a restore records it of who was erased.
    """

    gather: Callable[[Callable[[str], ReadCollection]], Awaitable[Sequence[Document]]]
    """All that an erasure would record now; `people` are those whose erasure would, by id."""
    record: Callable[[UnitOfWork, Sequence[Document]], Awaitable[None]]
    """Records some of it; what is recorded already stays as it is."""


NONE: Final = Holdings((), frozenset())


def goes(_document: Document, _ids: AbstractSet[str]) -> None:
    """Nothing stays."""


def stays_all(document: Document, _ids: AbstractSet[str]) -> Document:
    """Everything stays; what it is about names nobody once other records are gone."""
    return document


def stays_without(**blank: Any) -> Stays:
    """What stays has these values instead of what was there, where anything was."""

    def stays(document: Document, _ids: AbstractSet[str]) -> Document:
        return document | {name: value for name, value in blank.items() if name in document}

    return stays


def values_at(value: Any, path: str) -> Iterator[Any]:
    """What stands at a path, of every element of the lists on the way."""
    if isinstance(value, list):
        for one in value:
            yield from values_at(one, path)
        return
    if not path:
        yield value
        return
    if isinstance(value, Mapping):
        name, _, rest = path.partition(".")
        for one in value.values() if name == "*" else [value.get(name)]:
            yield from values_at(one, rest)


def changed_at(value: Any, path: Sequence[str], change: Callable[[Any], Any]) -> Any:
    """A value with what stands at a path changed, of every element of the lists on the way."""
    if not path:
        return change(value)
    if isinstance(value, list):
        return [changed_at(one, path, change) for one in value]
    if not isinstance(value, dict):
        return value
    names = [*value] if path[0] == "*" else [one for one in path[:1] if one in value]
    return value | {one: changed_at(value[one], path[1:], change) for one in names}


def without_gone(value: Any) -> Any:
    """A value without the elements and fields that are gone."""
    if isinstance(value, dict):
        return {key: without_gone(one) for key, one in value.items() if one != GONE}
    if isinstance(value, list):
        return [without_gone(one) for one in value if one != GONE]
    return value


async def erase_as_declared(
    uow: UnitOfWork, holding: Holding, matching: Mapping[str, Any], ids: AbstractSet[str]
) -> list[Document]:
    """Change the matching documents to what stays of them; doing it again changes nothing.

    Returns:
        those that it changed, as they were.

    """
    changed = []
    rows = uow.collection(holding.collection)
    for row in await rows.find(matching):
        after = holding.stays(deepcopy(row), ids)
        if after is None:
            await rows.delete({"_id": row["_id"]})
        elif (after := without_gone(after)) != row:
            newer = {"$inc": {"version": 1}} if "version" in row else {}
            change = {k: v for k, v in after.items() if k != "version" and row.get(k, GONE) != v}
            await rows.update({"_id": row["_id"]}, {"$set": change} | newer)
        else:
            continue
        changed.append(row)
    return changed
