"""The document of a service's log, and what waits to be added to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from nextstep_messaging.database.documents import ReadCollection
from nextstep_messaging.operating.audit.entry import missing
from nextstep_messaging.operating.audit.store import ENTRIES, HEAD
from nextstep_messaging.operating.audit.tree import Frontier

LOG: Final = "log"


@dataclass(frozen=True)
class Log:
    """The document of a service's log: the tree so far, and what others were told of it."""

    tree: Frontier = field(default_factory=Frontier)
    told: int = 0
    """The size of the last checkpoint that was sent."""
    told_at: str = ""
    """When, in ISO 8601 on the wall clock."""
    version: int = 0

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None) -> "Log":
        """The log as it is stored; an empty one where none is."""
        if document is None:
            return cls()
        peaks = tuple(bytes.fromhex(one) for one in document["peaks"])
        tree = Frontier(document["size"], peaks)
        return cls(tree, document["told"], document["told_at"], document["version"])

    def document(self) -> dict[str, Any]:
        """What is stored of it."""
        return {
            "_id": LOG,
            "size": self.tree.size,
            "peaks": [one.hex() for one in self.tree.peaks],
            "root": self.tree.root.hex(),
            "told": self.told,
            "told_at": self.told_at,
            "version": self.version,
        }


async def read_log(read: Callable[[str], ReadCollection]) -> Log:
    """The log of a service."""
    return Log.from_document(await read(HEAD).get(LOG))


async def waiting(read: Callable[[str], ReadCollection], size: int, limit: int) -> list[Any]:
    """Entries that are to be sealed next on a tree of `size`, at most `limit`, in their order.

    First those of the hash chain of an earlier release, which have numbers already.
    """
    entries = read(ENTRIES)
    if size < (last := await last_of_chain(read)):
        until = min(last, size + limit)
        numbers = {"$gt": size, "$lte": until}
        found = {one["number"]: one for one in await entries.find({"number": numbers})}
        return [found.get(number) or missing(number) for number in range(size + 1, until + 1)]
    return await entries.find({"sealed": False}, sort=[("_id", 1)], limit=limit)


async def last_of_chain(read: Callable[[str], ReadCollection]) -> int:
    """The number of the last entry of the hash chain; 0 if there never was one."""
    head = await read(HEAD).get("head")
    return 0 if head is None else int(head["number"])
