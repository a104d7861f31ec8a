"""Documents too large for the bus, in GridFS."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from nextstep_messaging.database.mongo import (
    Bucket,
    BulkWriteError,
    CorruptGridFile,
    Document,
    FileExists,
    NoFile,
    RawCollection,
    RawDatabase,
    all_duplicates,
    plain_errors,
)
from nextstep_messaging.database.schema import Collection, Index

CHUNK = 255 * 1024
"""Bytes of a piece of a file (the GridFS specification's default)."""
BATCH = 16 * CHUNK
"""Bytes of a large file that are written at once."""
FILES_COLLECTIONS = (
    Collection("fs.files", (Index([("filename", 1), ("uploadDate", 1)]),)),
    Collection("fs.chunks", (Index([("files_id", 1), ("n", 1)], unique=True),)),
)


class Files:
    """Documents too large for the bus, in GridFS."""

    def __init__(self, raw: RawDatabase) -> None:
        self._raw = raw
        self._chunks = raw["fs.chunks"]

    @cached_property
    def _bucket(self) -> Bucket:
        # Motor binds a bucket to the event loop of its making, and a service is put together
        # before its loop runs.
        return Bucket(self._raw)

    async def put(
        self, key: str, name: str, data: bytes, metadata: Mapping[str, Any] | None = None
    ) -> None:
        """Store a file under `key`; storing the same key again changes nothing."""
        about = dict(metadata or {})
        if len(data) > BATCH:
            await self._put_large(key, name, data, about)
            return
        with plain_errors():
            try:
                await self._bucket.upload_from_stream_with_id(key, name, data, metadata=about)
            except FileExists:
                if await self.get(key) is not None:
                    return
                # chunks of an upload that was cut off: the file itself is written last
                await self._chunks.delete_many({"files_id": key})
                await self._bucket.upload_from_stream_with_id(key, name, data, metadata=about)

    async def _put_large(self, key: str, name: str, data: bytes, about: Document) -> None:
        """Store a file a few pieces at a time: the bucket gathers tens of megabytes of them."""
        with plain_errors():
            for start in range(0, len(data), BATCH):
                await _add_missing(self._chunks, _chunks_of(key, data, start, start + BATCH))
            await _add_missing(self._raw["fs.files"], [_row_of(key, name, data, about)])

    async def put_many(self, files: Sequence[tuple[str, str, bytes]]) -> None:
        """Store (key, name, bytes) of several small files in two round trips.

        The bucket needs four for each. Storing the same keys again changes nothing.
        """
        chunks = [one for key, _, data in files for one in _chunks_of(key, data, 0, len(data))]
        rows = [_row_of(key, name, data, {}) for key, name, data in files]
        with plain_errors():  # the file itself is written last
            await _add_missing(self._chunks, chunks)
            await _add_missing(self._raw["fs.files"], rows)

    async def get(self, key: str) -> bytes | None:
        """The bytes stored under `key`, or None."""
        with plain_errors():
            try:
                stream = await self._bucket.open_download_stream(key)
                return bytes(await stream.read())
            except NoFile:
                return None
            except CorruptGridFile:
                # its pieces go one by one while another process deletes it
                if await self._raw["fs.files"].find_one({"_id": key}) is None:
                    return None
                raise

    async def piece(self, key: str, start: int, size: int) -> bytes | None:
        """Some bytes of a file, without reading the rest; None if the file is not there.

        Args:
            key: the file's.
            start: where they begin, at a whole `CHUNK`.
            size: how many, in whole `CHUNK`s; fewer where the file ends.

        """
        first = start // CHUNK
        wanted = {"files_id": key, "n": {"$gte": first, "$lt": first + size // CHUNK}}
        with plain_errors():
            about = await self._raw["fs.files"].find_one({"_id": key})
            chunks = await self._chunks.find(wanted).sort("n", 1).to_list(None)
        data = b"".join(one["data"] for one in chunks)
        # its pieces go one by one while it is deleted
        whole = about is not None and len(data) == max(0, min(size, about["length"] - start))
        return data if whole else None

    async def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""
        with plain_errors():
            try:
                await self._bucket.delete(key)
            except NoFile:
                return


def _chunks_of(key: str, data: bytes, start: int, end: int) -> list[Document]:
    """The pieces of a file from one position, which begins a piece, to another."""
    return [
        {
            "_id": f"{key}:{at // CHUNK}",
            "files_id": key,
            "n": at // CHUNK,
            "data": data[at : at + CHUNK],
        }
        for at in range(start, min(end, len(data)), CHUNK)
    ]


def _row_of(key: str, name: str, data: bytes, about: Document) -> Document:
    row = {"_id": key, "filename": name, "length": len(data), "chunkSize": CHUNK}
    return row | {"uploadDate": datetime.now(UTC), "metadata": about}


async def _add_missing(raw: RawCollection, documents: Sequence[Document]) -> None:
    """Insert those that are not there yet."""
    if not documents:
        return
    try:
        await raw.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        if not all_duplicates(error):
            raise
