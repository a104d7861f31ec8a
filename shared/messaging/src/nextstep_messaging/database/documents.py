"""Reads and writes of documents, inside a unit of work's transaction and outside it."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from nextstep_messaging.database.errors import DatabaseUnavailableError, DuplicateKey, StaleDocument
from nextstep_messaging.database.mongo import (
    Document,
    RawCollection,
    ReplaceOne,
    Session,
    duplicates,
    is_on_id,
    plain_errors,
)

Sort = Sequence[tuple[str, int]]


class ReadCollection:
    """Reads of one collection, for pages and other work outside a transaction."""

    def __init__(
        self,
        raw: RawCollection,
        session: Session | None = None,
    ) -> None:
        self._raw = raw
        self._session = session

    async def get(self, key: str) -> Document | None:
        """The document with this `_id`, or None."""
        return await self.find_one({"_id": key})

    async def find_one(self, matching: Mapping[str, Any]) -> Document | None:
        """One matching document, or None."""
        with self._errors():
            return await self._raw.find_one(matching, session=self._session)

    async def find(
        self,
        matching: Mapping[str, Any],
        *,
        sort: Sort | None = None,
        limit: int = 0,
        skip: int = 0,
    ) -> list[Document]:
        """All matching documents, at most `limit` of them unless it is 0."""
        cursor = self._raw.find(matching, session=self._session, limit=limit, skip=skip)
        if sort:
            cursor = cursor.sort(list(sort))
        with self._errors():
            return await cursor.to_list(None)

    async def parts(self, matching: Mapping[str, Any], fields: Iterable[str]) -> list[Document]:
        """All matching documents, of each only `_id` and these fields."""
        cursor = self._raw.find(
            matching, {"_id": 1, **dict.fromkeys(fields, 1)}, session=self._session
        )
        with self._errors():
            return await cursor.to_list(None)

    async def stream(
        self, matching: Mapping[str, Any], batch: int
    ) -> AsyncIterator[list[Document]]:
        """Matching documents, at most `batch` at once, so that all of them need never fit."""
        with self._errors():
            cursor = self._raw.find(matching, session=self._session, batch_size=batch)
            while found := await cursor.to_list(batch):
                yield found

    async def count(self, matching: Mapping[str, Any]) -> int:
        """How many documents match."""
        with self._errors():
            return await self._raw.count_documents(matching, session=self._session)

    async def aggregate(self, pipeline: Sequence[Mapping[str, Any]]) -> list[Document]:
        """The documents that an aggregation pipeline yields."""
        with self._errors():
            cursor = self._raw.aggregate(list(pipeline), session=self._session)
            return await cursor.to_list(None)

    def _errors(self) -> Any:
        return plain_errors()


class WriteCollection(ReadCollection):
    """Single writes, each acknowledged only when it is in the journal of a majority."""

    async def insert(self, doc: Document) -> None:
        """Add a document.

        Raises:
            DuplicateKey: a unique index holds its key already.

        """
        with self._errors():
            await self._raw.insert_one(doc, session=self._session)

    async def insert_many(self, docs: Sequence[Document]) -> None:
        """Add documents in one round trip.

        Raises:
            DuplicateKey: a unique index holds one of their keys already.

        """
        if docs:
            with self._errors():
                await self._raw.insert_many(docs, session=self._session)

    async def insert_each(self, docs: Sequence[Document]) -> frozenset[int]:
        """Add documents in one round trip, each for itself.

        Returns:
            the positions of those that a unique index held the key of already.

        """
        try:
            with self._errors():
                await self._raw.insert_many(docs, ordered=False, session=self._session)
        except DuplicateKey as error:
            there = duplicates(error.__cause__)
            if there is None:
                raise (error.__cause__ or error) from None
            return there
        return frozenset()

    async def update(
        self, matching: Mapping[str, Any], change: Mapping[str, Any], *, upsert: bool = False
    ) -> int:
        """Apply a Mongo update to every matching document.

        Outside a transaction only to documents that no transaction writes to before it writes to
        another document of the collection: the embedded database holds the whole collection while
        such an update of several documents waits for a transaction in its way, and both wait for
        ever.

        Returns:
            how many documents matched, counting one that was upserted.

        """
        # a filter on one _id takes the single-document path, which the driver can retry by itself
        one = isinstance(matching.get("_id"), str)
        apply = self._raw.update_one if one else self._raw.update_many
        with self._errors():
            done = await apply(matching, change, upsert=upsert, session=self._session)
        return done.matched_count + (done.upserted_id is not None)

    async def delete(self, matching: Mapping[str, Any]) -> int:
        """Delete every matching document; outside a transaction with the care that `update` needs.

        Returns:
            how many there were.

        """
        drop = (
            self._raw.delete_one if isinstance(matching.get("_id"), str) else self._raw.delete_many
        )
        with self._errors():
            done = await drop(matching, session=self._session)
        return int(done.deleted_count)


class SessionCollection(WriteCollection):
    """Reads and writes of one collection inside the unit of work's transaction."""

    async def save(self, doc: Document) -> None:
        """Store a document if nobody changed it since it was loaded.

        `doc["version"]` is the version it was loaded with; absent or 0 means that it is new. On
        success it holds the stored version, which is one higher.

        Raises:
            StaleDocument: the stored document has another version; `transact` runs the work again.
            DuplicateKey: a unique index other than `_id` holds one of its keys already.

        """
        loaded = int(doc.get("version", 0))
        stored = {**doc, "version": loaded + 1}
        if loaded == 0:
            await self._save_new(stored)
        else:
            with self._errors():
                done = await self._raw.replace_one(
                    {"_id": doc["_id"], "version": loaded}, stored, session=self._session
                )
            if done.matched_count == 0:
                raise StaleDocument(
                    f"{self._raw.name} {doc['_id']} is no longer at version {loaded}"
                )
        doc["version"] = loaded + 1

    async def save_many(self, docs: Sequence[Document]) -> None:
        """Store documents that were all loaded before, each as `save` does, in one round trip.

        Raises:
            StaleDocument: one of them has another version now, or is gone.

        """
        if not docs:
            return
        steps = [
            ReplaceOne(
                {"_id": doc["_id"], "version": doc["version"]},
                {**doc, "version": doc["version"] + 1},
            )
            for doc in docs
        ]
        with self._errors():
            done = await self._raw.bulk_write(steps, session=self._session)
        if done.matched_count != len(docs):
            raise StaleDocument(
                f"{len(docs) - done.matched_count} of {self._raw.name} have changed"
            )
        for doc in docs:
            doc["version"] += 1

    async def _save_new(self, stored: Document) -> None:
        try:
            await self.insert(stored)
        except DuplicateKey as error:
            if is_on_id(error.__cause__):
                raise StaleDocument(f"{self._raw.name} {stored['_id']} exists already") from error
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Leave connection errors to the transaction, which knows whether to try again."""
        try:
            with plain_errors():
                yield
        except DatabaseUnavailableError as error:
            raise (error.__cause__ or error) from None
