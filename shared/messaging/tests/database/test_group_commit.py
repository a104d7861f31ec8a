"""Inserts that arrive together are written together, and each learns how it went."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_messaging import Collection, DuplicateKey
from nextstep_messaging.database.group_commit import MOST_BYTES, MOST_TOGETHER, GatheredInserts


class Shelf:
    """Takes inserts and remembers how they were grouped."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.held: set[str] = set()
        self.fails: Exception | None = None

    async def insert(self, doc) -> None:
        if 0 in await self.insert_each([doc]):
            raise DuplicateKey(doc["_id"])

    async def insert_each(self, docs) -> frozenset[int]:
        await asyncio.sleep(0)  # as a round trip does: others go on meanwhile
        if self.fails:
            raise self.fails
        self.groups.append([doc["_id"] for doc in docs])
        there = set()
        for position, doc in enumerate(docs):
            if doc["_id"] in self.held:
                there.add(position)
            self.held.add(doc["_id"])
        return frozenset(there)


async def outcomes(inserts: GatheredInserts, keys, size=0):
    tasks = [inserts.insert({"_id": key}, size=size) for key in keys]
    return await asyncio.gather(*tasks, return_exceptions=True)


@given(st.lists(st.sampled_from("abcdefgh"), max_size=40))
def test_each_key_is_new_to_exactly_one_who_inserts_it(keys):
    shelf = Shelf()
    found = asyncio.run(outcomes(GatheredInserts(shelf), keys))
    new = [key for key, outcome in zip(keys, found, strict=True) if outcome is None]
    assert sorted(new) == sorted(set(keys))
    assert all(outcome is None or isinstance(outcome, DuplicateKey) for outcome in found)


async def test_what_comes_while_a_group_is_under_way_makes_the_next_group():
    shelf = Shelf()
    await outcomes(GatheredInserts(shelf), map(str, range(10)))
    assert [len(group) for group in shelf.groups] == [10]
    await outcomes(GatheredInserts(shelf), map(str, range(100, 100 + MOST_TOGETHER + 1)))
    assert [len(group) for group in shelf.groups] == [10, MOST_TOGETHER, 1]


async def test_large_documents_are_not_gathered_beyond_what_a_message_holds():
    shelf = Shelf()
    await outcomes(GatheredInserts(shelf), "abc", size=MOST_BYTES // 2)
    assert shelf.groups == [["a", "b"], ["c"]]


async def test_when_the_database_is_away_everybody_is_told_and_the_next_may_try():
    shelf = Shelf()
    inserts = GatheredInserts(shelf)
    shelf.fails = OSError("away")
    found = await outcomes(inserts, "abc")
    assert [type(outcome) for outcome in found] == [OSError] * 3
    shelf.fails = None
    assert await outcomes(inserts, "a") == [None]


async def test_a_caller_that_goes_away_takes_nobody_along():
    shelf = Shelf()
    inserts = GatheredInserts(shelf)
    leaving = asyncio.create_task(inserts.insert({"_id": "leaving"}))
    staying = asyncio.create_task(inserts.insert({"_id": "staying"}))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert shelf.held == {"leaving", "staying"}


@pytest.mark.stack
async def test_a_real_database_keeps_each_and_names_those_it_had(services):
    messaging = services.build("alpha", collections=[Collection("seen")])
    async with messaging.opened():
        await messaging.db.write("seen").insert({"_id": "3"})
        found = await outcomes(messaging.db.gathered("seen"), map(str, range(6)))
        assert [type(outcome) for outcome in found] == [
            *[type(None)] * 3,
            DuplicateKey,
            *[type(None)] * 2,
        ]
        assert await messaging.db.read("seen").count({}) == 6
