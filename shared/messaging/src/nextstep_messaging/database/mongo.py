"""The only module that knows the Mongo driver, so that replacing Motor changes one file.

Every connection writes with `w=majority, journal=true` and reads with `majority`: an acknowledged
write survives `kill -9` of the server, and nothing is read that could still be rolled back.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Literal, TypeAlias

import bson
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from bson.errors import InvalidBSON
from gridfs.errors import CorruptGridFile, FileExists, NoFile
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
    AsyncIOMotorGridFSBucket,
)
from pymongo import IndexModel, ReplaceOne, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    CollectionInvalid,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern

from nextstep_messaging.database.errors import (
    DatabaseUnavailableError,
    DuplicateKey,
    NoMomentError,
    PassingError,
)

__all__ = [
    "Bucket",
    "BulkWriteError",
    "CollectionInvalid",
    "CorruptGridFile",
    "Document",
    "FileExists",
    "IndexModel",
    "Moment",
    "NoFile",
    "OperationFailure",
    "RawCollection",
    "RawDatabase",
    "ReplaceOne",
    "Session",
    "all_duplicates",
    "connect",
    "decoded",
    "duplicates",
    "encoded",
    "is_on_id",
    "moment",
    "plain_errors",
    "transaction",
]

Document = dict[str, Any]
Client: TypeAlias = AsyncIOMotorClient[Document]
RawDatabase: TypeAlias = AsyncIOMotorDatabase[Document]
RawCollection: TypeAlias = AsyncIOMotorCollection[Document]
Session: TypeAlias = AsyncIOMotorClientSession
Bucket: TypeAlias = AsyncIOMotorGridFSBucket
Moment: TypeAlias = Literal["snapshot", "transaction"]
"""How reads see one moment; see `moment`."""

DURABLE = WriteConcern(w="majority", j=True)
MAJORITY = ReadConcern("majority")
SERVER_SELECTION_MS = 3000
"""How long a call waits for a database that is down before it says so."""
DUPLICATE_KEY_CODE = 11000
FORGOTTEN_CODES = (239, 246, 251)
"""SnapshotTooOld, SnapshotUnavailable, NoSuchTransaction: the moment is no longer kept."""
_CODEC: CodecOptions[Document] = CodecOptions(
    document_class=dict, tz_aware=True, uuid_representation=UuidRepresentation.STANDARD
)


def connect(url: str, name: str) -> Client:
    """A client that connects when it is first used; `name` tells the server whose it is."""
    return AsyncIOMotorClient(
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


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except DuplicateKeyError as error:
        raise DuplicateKey(str(error)) from error
    except BulkWriteError as error:
        if any(code == DUPLICATE_KEY_CODE for code in _codes(error)):
            raise DuplicateKey(str(error)) from error
        raise
    except ConnectionFailure as error:
        raise DatabaseUnavailableError(str(error)) from error


def all_duplicates(error: BulkWriteError) -> bool:
    """Whether nothing went wrong but that some documents were there already."""
    codes = _codes(error)
    safe = not error.details.get("writeConcernErrors")  # else what was written may be lost
    return safe and bool(codes) and all(code == DUPLICATE_KEY_CODE for code in codes)


def duplicates(error: BaseException | None) -> frozenset[int] | None:
    """Where in a write documents stood that were there already; None if more went wrong."""
    if not isinstance(error, BulkWriteError) or not all_duplicates(error):
        return None
    return frozenset(one["index"] for one in error.details["writeErrors"])


def _codes(error: BulkWriteError) -> list[int | None]:
    return [one.get("code") for one in error.details.get("writeErrors", [])]


def is_on_id(error: BaseException | None) -> bool:
    """Whether a duplicate-key error is about `_id`."""
    details = getattr(error, "details", None) or {}
    pattern = details.get("keyPattern")
    return list(pattern) == ["_id"] if pattern else "_id_" in str(error)


@asynccontextmanager
async def transaction(client: Client) -> AsyncIterator[Session]:
    """One transaction: committed at the end of the block, undone if it raises.

    Raises:
        PassingError: a rival transaction or an election was in the way; nothing happened.
        DatabaseUnavailableError: the database cannot be reached; whether a commit that was
            under way happened is not known.

    """
    try:
        with _session(client) as session:
            session.start_transaction(read_concern=MAJORITY, write_concern=DURABLE)
            try:
                yield session
            except BaseException:
                with suppress(PyMongoError):  # the server drops it by itself
                    await session.abort_transaction()
                raise
            await _commit(session)
    except PyMongoError as error:
        if error.has_error_label("TransientTransactionError"):
            unreachable = isinstance(error, ConnectionFailure)
            raise PassingError(str(error), unreachable=unreachable) from error
        if isinstance(error, ConnectionFailure):
            raise DatabaseUnavailableError(str(error)) from error
        raise


@contextmanager
def _session(client: Client) -> Iterator[Session]:
    # Starting and ending a session talks to no server (a transaction has ended by then), so
    # neither is worth the change of threads that Motor would make of it.
    session = AsyncIOMotorClientSession(client.delegate.start_session(), client)
    try:
        yield session
    finally:
        session.delegate.end_session()


async def _commit(session: Session) -> None:
    """Commit; an unknown result is asked again, which the server answers truthfully."""
    for last in (False, False, True):
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if last or not error.has_error_label("UnknownTransactionCommitResult"):
                raise
        else:
            return


def encoded(document: Document) -> bytes:
    """A document as the database writes it (BSON), of every type that it knows."""
    return bson.encode(document, codec_options=_CODEC)


def decoded(data: bytes) -> Document:
    """The document again.

    Raises:
        ValueError: it is none.

    """
    try:
        return bson.decode(data, codec_options=_CODEC)
    except InvalidBSON as error:
        raise ValueError(str(error)) from error


@contextmanager
def moment(client: Client, how: Moment) -> Iterator[Session]:
    """A session in which all reads see the database as it was at one moment.

    `snapshot` is a read at one cluster time (MongoDB 5 and later, replica sets): the server keeps
    it for `minSnapshotHistoryWindowInSeconds`, five minutes by default. `transaction` does the same
    for as long as a transaction may live, a minute by default. The first read begins it.

    Raises:
        NoMomentError: the server offers no such reads, or the moment is longer ago than it keeps.

    """
    asked = client.delegate.start_session(snapshot=how == "snapshot")
    session = AsyncIOMotorClientSession(asked, client)
    try:
        if how == "transaction":
            session.start_transaction(read_concern=ReadConcern("snapshot"))
        yield session
    except ConnectionFailure as error:
        raise DatabaseUnavailableError(str(error)) from error
    except OperationFailure as error:
        raise NoMomentError(str(error), forgotten=error.code in FORGOTTEN_CODES) from error
    finally:
        with suppress(PyMongoError):
            session.delegate.end_session()  # and aborts what only read
