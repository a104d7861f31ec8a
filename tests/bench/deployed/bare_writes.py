"""The writes of the contenders without our library, with the durability that ours has."""

import asyncio

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern
from pymongo.errors import CollectionInvalid
from pymongo.read_concern import ReadConcern
from tests.bench.deployed.facts import AT_ONCE, COLLECTIONS

MAJORITY = {
    "read_concern": ReadConcern("majority"),
    "write_concern": WriteConcern(w="majority", j=True),
}


class Writes:
    """Transactions of one process with the asynchronous driver."""

    def __init__(self, mongo_url: str, database: str) -> None:
        self._client: AsyncIOMotorClient = AsyncIOMotorClient(mongo_url)
        self._db = self._client[database]
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def prepare(self) -> None:
        """Create the collections."""
        for name in COLLECTIONS:
            try:
                await self._db.create_collection(name)
            except CollectionInvalid:
                continue  # the other process was quicker

    async def insert(self, *rows: tuple[str, str]) -> None:
        """Insert (collection, id) rows in one transaction."""
        async with self._slots, await self._client.start_session() as session:
            session.start_transaction(**MAJORITY)
            for name, key in rows:
                await self._db[name].insert_one({"_id": key}, session=session)
            await session.commit_transaction()
