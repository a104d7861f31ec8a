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
        with plain_errors():
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

    async def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""
        with plain_errors():
            try:
                await self._bucket.delete(key)
            except NoFile:
                return


async def _add_missing(raw: RawCollection, documents: Sequence[Document]) -> None:
    """Insert those that are not there yet."""
    if not documents:
        return
    try:
        await raw.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        if not all_duplicates(error):
            raise
