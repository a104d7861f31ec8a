"""Single inserts that arrive together, committed together.

A journalled insert mostly waits for the disk, and that wait is as long for one document as for
many. While one group is on its way the next gathers; alone, an insert waits for nobody.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nextstep_messaging.database.errors import DuplicateKey
from nextstep_messaging.database.mongo import Document

MOST_TOGETHER = 64
MOST_BYTES = 16 * 1024 * 1024
"""Of one group, by the sizes that the callers state: it is held in memory and sent as one message
(the server takes 48 MB)."""


class Inserts(Protocol):
    """What the groups are written with."""

    async def insert(self, doc: Document) -> None:
        """Add one; raises DuplicateKey."""

    async def insert_each(self, docs: Sequence[Document]) -> frozenset[int]:
        """Add several, each for itself; the positions of those whose key was there already."""


@dataclass
class _Waiting:
    document: Document
    size: int
    done: "asyncio.Future[None]"


class GatheredInserts:
    """Inserts into one collection of this process."""

    def __init__(self, inserts: Inserts) -> None:
        self._inserts = inserts
        self._waiting: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def insert(self, doc: Document, *, size: int = 0) -> None:
        """Add a document; on return it is in the journal of a majority.

        Raises:
            DuplicateKey: a unique index holds its key already.
            DatabaseUnavailableError: whether it was stored is not known.

        """
        one = _Waiting(doc, size, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await one.done

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self._write_group(self._next_group())
        finally:
            self._writing = None

    def _next_group(self) -> list[_Waiting]:
        group = [self._waiting.popleft()]
        size = group[0].size
        while self._waiting and len(group) < MOST_TOGETHER:
            size += self._waiting[0].size
            if size > MOST_BYTES:
                break
            group.append(self._waiting.popleft())
        return group

    async def _write_group(self, group: list[_Waiting]) -> None:
        """Write one group and tell everybody in it how it went."""
        try:
            if len(group) == 1:
                await self._inserts.insert(group[0].document)
                there: frozenset[int] = frozenset()
            else:
                there = await self._inserts.insert_each([one.document for one in group])
        except asyncio.CancelledError:
            for one in group:
                one.done.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, everybody in the group is told
            for one in group:
                _tell(one, error)
            return
        for position, one in enumerate(group):
            _tell(one, DuplicateKey(str(one.document["_id"])) if position in there else None)


def _tell(one: _Waiting, error: Exception | None) -> None:
    if one.done.done():  # its caller went away
        return
    if error is None:
        one.done.set_result(None)
    else:
        one.done.set_exception(error)
