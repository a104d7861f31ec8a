"""The only module that knows the Mongo driver, so that replacing Motor changes one file.

Every connection writes with `w=majority, journal=true` and reads with `majority`: an acknowledged
write survives `kill -9` of the server, and nothing is read that could still be rolled back.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from gridfs.errors import FileExists, NoFile
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
    AsyncIOMotorGridFSBucket,
)
from pymongo import ReplaceOne, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    CollectionInvalid,
    ConnectionFailure,
    DuplicateKeyError,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern

from nextstep_messaging.errors import Conflict, DatabaseUnavailableError, DuplicateKey, PassingError
from nextstep_messaging.schema import Collection, Index

T = TypeVar("T")
Document = dict[str, Any]
Sort = Sequence[tuple[str, int]]

DURABLE = WriteConcern(w="majority", j=True)
MAJORITY = ReadConcern("majority")
SERVER_SELECTION_MS = 3000
"""How long a call waits for a database that is down before it says so."""
DUPLICATE_KEY_CODE = 11000
LEASES = "_leases"


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except DuplicateKeyError as error:
        raise DuplicateKey(str(error)) from error
    except BulkWriteError as error:
        failed = error.details.get("writeErrors", [])
        if any(one.get("code") == DUPLICATE_KEY_CODE for one in failed):
            raise DuplicateKey(str(error)) from error
        raise
    except ConnectionFailure as error:
        raise DatabaseUnavailableError(str(error)) from error


def _on_id(error: BaseException | None) -> bool:
    """Whether a duplicate-key error is about `_id`."""
    details = getattr(error, "details", None) or {}
    pattern = details.get("keyPattern")
    return list(pattern) == ["_id"] if pattern else "_id_" in str(error)


class ReadCollection:
    """Reads of one collection, for pages and other work outside a transaction."""

    def __init__(
        self,
        raw: AsyncIOMotorCollection[Document],
        session: AsyncIOMotorClientSession | None = None,
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
        return _plain_errors()


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

    async def update(
        self, matching: Mapping[str, Any], change: Mapping[str, Any], *, upsert: bool = False
    ) -> int:
        """Apply a Mongo update to every matching document.

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
        """Delete every matching document.

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
            Conflict: the stored document has another version; `transact` runs the work again.
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
                raise Conflict(f"{self._raw.name} {doc['_id']} is no longer at version {loaded}")
        doc["version"] = loaded + 1

    async def save_many(self, docs: Sequence[Document]) -> None:
        """Store documents that were all loaded before, each as `save` does, in one round trip.

        Raises:
            Conflict: one of them has another version now, or is gone.

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
            raise Conflict(f"{len(docs) - done.matched_count} of {self._raw.name} have changed")
        for doc in docs:
            doc["version"] += 1

    async def _save_new(self, stored: Document) -> None:
        try:
            await self.insert(stored)
        except DuplicateKey as error:
            if _on_id(error.__cause__):
                raise Conflict(f"{self._raw.name} {stored['_id']} exists already") from error
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Leave connection errors to the transaction, which knows whether to try again."""
        try:
            with _plain_errors():
                yield
        except DatabaseUnavailableError as error:
            raise (error.__cause__ or error) from None


async def _add_missing(
    raw: AsyncIOMotorCollection[Document], documents: Sequence[Document]
) -> None:
    """Insert those that are not there yet."""
    if not documents:
        return
    try:
        await raw.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        if any(one.get("code") != DUPLICATE_KEY_CODE for one in error.details["writeErrors"]):
            raise


CHUNK = 255 * 1024
"""Bytes of a piece of a file (the GridFS specification's default)."""
FILES_COLLECTIONS = (
    Collection("fs.files", (Index([("filename", 1), ("uploadDate", 1)]),)),
    Collection("fs.chunks", (Index([("files_id", 1), ("n", 1)], unique=True),)),
)


class Files:
    """Documents too large for the bus, in GridFS."""

    def __init__(self, raw: AsyncIOMotorDatabase[Document]) -> None:
        self._raw = raw
        self._chunks = raw["fs.chunks"]

    @cached_property
    def _bucket(self) -> AsyncIOMotorGridFSBucket:
        # Motor binds a bucket to the event loop of its making, and a service is put together
        # before its loop runs.
        return AsyncIOMotorGridFSBucket(self._raw)

    async def put(
        self, key: str, name: str, data: bytes, metadata: Mapping[str, Any] | None = None
    ) -> None:
        """Store a file under `key`; storing the same key again changes nothing."""
        about = dict(metadata or {})
        with _plain_errors():
            try:
                await self._bucket.upload_from_stream_with_id(key, name, data, metadata=about)
            except FileExists:
                if await self.get(key) is not None:
                    return
                # chunks of an upload that was cut off: the file itself is written last
                await self._chunks.delete_many({"files_id": key})
                await self._bucket.upload_from_stream_with_id(key, name, data, metadata=about)

    async def put_many(self, files: Sequence[tuple[str, str, bytes]]) -> None:
        """Store (key, name, bytes) of several small files in two round trips.

        The bucket needs four for each. Storing the same keys again changes nothing.
        """
        now = datetime.now(UTC)
        chunks = [
            {"_id": f"{key}:{n}", "files_id": key, "n": n, "data": data[start : start + CHUNK]}
            for key, _, data in files
            for n, start in enumerate(range(0, len(data), CHUNK))
        ]
        rows = [
            {"_id": key, "filename": name, "length": len(data), "chunkSize": CHUNK}
            | {"uploadDate": now, "metadata": {}}
            for key, name, data in files
        ]
        with _plain_errors():  # the file itself is written last
            await _add_missing(self._chunks, chunks)
            await _add_missing(self._raw["fs.files"], rows)

    async def get(self, key: str) -> bytes | None:
        """The bytes stored under `key`, or None."""
        with _plain_errors():
            try:
                stream = await self._bucket.open_download_stream(key)
                return bytes(await stream.read())
            except NoFile:
                return None

    async def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""
        with _plain_errors():
            try:
                await self._bucket.delete(key)
            except NoFile:
                return


class Transaction:
    """One open transaction."""

    def __init__(
        self,
        named: Callable[[str], AsyncIOMotorCollection[Document]],
        session: AsyncIOMotorClientSession,
    ) -> None:
        self._named = named
        self._session = session

    def collection(self, name: str) -> SessionCollection:
        """A collection, seen and changed inside this transaction."""
        return SessionCollection(self._named(name), self._session)


class Database:
    """The service's own database."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            url,
            w="majority",
            journal=True,
            readConcernLevel="majority",
            retryWrites=True,
            tz_aware=True,
            uuidRepresentation="standard",
            serverSelectionTimeoutMS=SERVER_SELECTION_MS,
            appname=name,
        )
        self._raw = self._client[name]
        self._collections: dict[str, AsyncIOMotorCollection[Document]] = {}
        self.files = Files(self._raw)

    def read(self, name: str) -> ReadCollection:
        """Reads of a collection outside a transaction."""
        return ReadCollection(self._named(name))

    def write(self, name: str) -> WriteCollection:
        """Single journalled writes outside a transaction (receipts, leases, idempotent marks)."""
        return WriteCollection(self._named(name))

    async def ping(self) -> None:
        """Ask the server whether it is there.

        Raises:
            DatabaseUnavailableError: it is not.

        """
        with _plain_errors():
            await self._raw.command("ping")

    async def migrate(self, collections: Sequence[Collection]) -> None:
        """Create the collections and indexes that are missing."""
        with _plain_errors():
            existing = set(await self._raw.list_collection_names())
            for wanted in collections:
                if wanted.name not in existing:
                    await self._create(wanted.name)
                for index in wanted.indexes:
                    await self._raw[wanted.name].create_index(list(index.keys), **index.options())

    async def _create(self, name: str) -> None:
        try:
            await self._raw.create_collection(name)
        except CollectionInvalid:
            return  # another instance was quicker

    async def close(self) -> None:
        """Close the connections."""
        self._client.close()

    async def lease(self, name: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease by the wall clock.

        Returns:
            whether `owner` holds it now, for `seconds` from this moment.

        """
        now = datetime.now(UTC)
        free = {"_id": name, "$or": [{"owner": owner}, {"until": {"$lt": now}}]}
        until = now + timedelta(seconds=seconds)
        try:
            await self.write(LEASES).update(
                free, {"$set": {"owner": owner, "until": until}}, upsert=True
            )
        except DuplicateKey:
            return False  # the upsert met the row of the present holder
        return True

    async def release(self, name: str, owner: str) -> None:
        """Give a lease back, so that another instance need not wait for it to run out."""
        await self.write(LEASES).delete({"_id": name, "owner": owner})

    async def attempt(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in one transaction, once.

        Raises:
            PassingError: a rival transaction or an election was in the way; nothing happened.
            DatabaseUnavailableError: the database cannot be reached; whether a commit that was
                under way happened is not known.

        """
        try:
            with self._session() as session:
                session.start_transaction(read_concern=MAJORITY, write_concern=DURABLE)
                try:
                    result = await work(Transaction(self._named, session))
                except BaseException:
                    with suppress(PyMongoError):  # the server drops it by itself
                        await session.abort_transaction()
                    raise
                await _commit(session)
                return result
        except PyMongoError as error:
            if error.has_error_label("TransientTransactionError"):
                unreachable = isinstance(error, ConnectionFailure)
                raise PassingError(str(error), unreachable=unreachable) from error
            if isinstance(error, ConnectionFailure):
                raise DatabaseUnavailableError(str(error)) from error
            raise

    @contextmanager
    def _session(self) -> Iterator[AsyncIOMotorClientSession]:
        # Starting and ending a session talks to no server (a transaction has ended by then), so
        # neither is worth the change of threads that Motor would make of it.
        session = AsyncIOMotorClientSession(self._client.delegate.start_session(), self._client)
        try:
            yield session
        finally:
            session.delegate.end_session()

    def _named(self, name: str) -> AsyncIOMotorCollection[Document]:
        # kept, because making one costs as much as a small read
        if name not in self._collections:
            self._collections[name] = self._raw[name]
        return self._collections[name]


async def _commit(session: AsyncIOMotorClientSession) -> None:
    """Commit; an unknown result is asked again, which the server answers truthfully."""
    for last in (False, False, True):
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if last or not error.has_error_label("UnknownTransactionCommitResult"):
                raise
        else:
            return
