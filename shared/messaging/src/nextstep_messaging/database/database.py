"""The service's own database: its collections, transactions and leases."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta

from nextstep_messaging.database.documents import (
    ReadCollection,
    SessionCollection,
    WriteCollection,
)
from nextstep_messaging.database.errors import DuplicateKey
from nextstep_messaging.database.files import Files
from nextstep_messaging.database.group_commit import GatheredInserts
from nextstep_messaging.database.mongo import (
    CollectionInvalid,
    IndexModel,
    Moment,
    OperationFailure,
    RawCollection,
    connect,
    moment,
    plain_errors,
    transaction,
)
from nextstep_messaging.database.schema import Collection

Named = Callable[[str], SessionCollection]
"""The collection of a name, inside one transaction."""
LEASES = "_leases"


class Database:
    """The service's own database."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self._client = connect(url, name)
        self._raw = self._client[name]
        self._collections: dict[str, RawCollection] = {}
        self._gathered: dict[str, GatheredInserts] = {}
        self.files = Files(self._raw)

    def read(self, name: str) -> ReadCollection:
        """Reads of a collection outside a transaction."""
        return ReadCollection(self._named(name))

    def write(self, name: str) -> WriteCollection:
        """Single journalled writes outside a transaction (receipts, leases, idempotent marks)."""
        return WriteCollection(self._named(name))

    def gathered(self, name: str) -> GatheredInserts:
        """Single inserts outside a transaction that share a round trip when many come at once."""
        if name not in self._gathered:
            self._gathered[name] = GatheredInserts(self.write(name))
        return self._gathered[name]

    async def ping(self) -> None:
        """Ask the server whether it is there.

        Raises:
            DatabaseUnavailableError: it is not.

        """
        with plain_errors():
            await self._raw.command("ping")

    async def migrate(self, collections: Sequence[Collection]) -> None:
        """Create the collections and indexes that are missing; drop those that were replaced."""
        with plain_errors():
            existing = set(await self._raw.list_collection_names())
            for wanted in collections:
                if wanted.indexes:  # which create what they are on
                    for index in wanted.indexes:
                        if index.instead_of is not None and wanted.name in existing:
                            await self._drop_index(wanted.name, index.instead_of)
                    made = [IndexModel(list(i.keys), **i.options()) for i in wanted.indexes]
                    await self._raw[wanted.name].create_indexes(made)
                elif wanted.name not in existing:
                    await self._create(wanted.name)

    async def _create(self, name: str) -> None:
        try:
            await self._raw.create_collection(name)
        except CollectionInvalid:
            return  # another instance was quicker

    async def _drop_index(self, collection: str, name: str) -> None:
        """Drop an index, if it is there still: other instances start at the same time."""
        if name in await self._raw[collection].index_information():
            with suppress(OperationFailure):  # another was quicker
                await self._raw[collection].drop_index(name)

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

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Named]:
        """One transaction, once: the collections as seen and changed inside it.

        Raises:
            PassingError: a rival transaction or an election was in the way; nothing happened.
            DatabaseUnavailableError: the database cannot be reached; whether a commit that was
                under way happened is not known.

        """
        async with transaction(self._client) as session:
            yield lambda name: SessionCollection(self._named(name), session)

    @contextmanager
    def at_one_moment(self, how: Moment) -> Iterator[Callable[[str], ReadCollection]]:
        """Collections that are read as they were at the moment of the first read.

        Raises:
            NoMomentError: the server cannot do that, or not for so long.

        """
        with moment(self._client, how) as session:
            yield lambda name: ReadCollection(self._named(name), session)

    async def collections(self) -> list[str]:
        """The names of all collections that are there, but for the server's own."""
        with plain_errors():
            found = await self._raw.list_collection_names()
        return sorted(name for name in found if not name.startswith("system."))

    async def drop(self, name: str) -> None:
        """Remove a collection with all that is in it."""
        with plain_errors():
            await self._raw.drop_collection(name)

    def _named(self, name: str) -> RawCollection:
        # kept, because making one costs as much as a small read
        if name not in self._collections:
            self._collections[name] = self._raw[name]
        return self._collections[name]
