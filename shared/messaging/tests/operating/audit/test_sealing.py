"""Sealing on the real database: order, rivals, erasure meanwhile, earlier releases' trails."""

import asyncio
from typing import Any

import pytest

from nextstep_local.testing import eventually
from nextstep_messaging import (
    Act,
    Actor,
    Collection,
    DuplicateKey,
    Index,
    Mentions,
    Messaging,
    UnitOfWork,
    forget_mentions,
)
from nextstep_messaging.database.timer import TIMERS
from nextstep_messaging.operating import mentions
from nextstep_messaging.operating.audit import ENTRIES, erase_details, sealing
from nextstep_messaging.operating.audit.examining import examined
from nextstep_messaging.operating.audit.holding import found_wrong, hear_audit
from nextstep_messaging.operating.audit.log import read_log
from nextstep_messaging.operating.audit.store import HEAD
from nextstep_messaging.operating.mentions import BLANK_MENTIONS
from nextstep_messaging.testing import audit_trail, fire_due

from .test_entries import chained, log_of

pytestmark = pytest.mark.stack
OLA = Actor("staff", "ola@example.org", where="192.0.2.1")


async def act(messaging: Messaging, about: str, *actions: str, **details: Any) -> None:
    async def work(one: Act) -> None:
        for action in actions:
            one.audit(action, about, **details)

    await messaging.transact(lambda uow: Act(uow, OLA).doing(work))


async def finding(messaging: Messaging) -> str | None:
    found = (await examined(messaging.db.read)).finding
    return found and found.what


async def test_acts_at_the_same_time_are_sealed_in_order_within_seconds(services):
    messaging = await services.start("awards")
    await asyncio.gather(*(act(messaging, f"sheet-{n}", "locked", "left") for n in range(30)))

    async def all_sealed():
        return (await read_log(messaging.db.read)).tree.size == 60

    await eventually(all_sealed)
    entries = await messaging.db.read(ENTRIES).find({}, sort=[("number", 1)])
    assert [one["number"] for one in entries] == list(range(1, 61))
    for n in range(30):
        theirs = [one["action"] for one in entries if one["about"] == f"sheet-{n}"]
        assert theirs == ["locked", "left"]
    assert await finding(messaging) is None


async def test_an_act_that_is_given_up_leaves_no_entry(services):
    messaging = services.build("awards")
    async with messaging.opened():

        async def work(uow: UnitOfWork) -> None:
            await Act(uow, OLA).doing(lambda one: asyncio.sleep(0, one.audit("locked", "1")))
            raise DuplicateKey("somebody else has it")

        with pytest.raises(DuplicateKey):
            await messaging.transact(work)
        assert await audit_trail(messaging) == []


async def test_rival_sealers_number_no_entry_twice(services, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 7)
    messaging = services.build("awards")
    async with messaging.opened():
        await asyncio.gather(*(act(messaging, str(n), "did") for n in range(25)))
        await asyncio.gather(*(messaging.sealer.seal_all() for _ in range(4)))
        assert [one["number"] for one in await audit_trail(messaging)] != []
        assert (await read_log(messaging.db.read)).tree.size == 25


async def test_erasing_blanks_what_is_sealed_and_what_is_not_and_says_so_once(services):
    messaging = services.build("awards")
    async with messaging.opened():
        await act(messaging, "p-1", "noted", why="Ill since May.")
        await audit_trail(messaging)
        await act(messaging, "p-1", "noted", why="Still ill.")
        await act(messaging, "p-2", "noted", why="Well.")
        for _ in range(2):
            await messaging.transact(lambda uow: erase_details(uow, "p-1"))
        entries = await audit_trail(messaging)
        assert [one["details"] for one in entries] == [None, None, {"why": "Well."}, {}]
        assert entries[3]["erases"] == [entries[0]["_id"], entries[1]["_id"]]
        assert (entries[3]["who"], entries[3]["about"]) == ("awards", "p-1")
        await messaging.db.write(ENTRIES).delete({"_id": entries[3]["_id"]})
        assert await finding(messaging) == WITHOUT_ERASURE


WITHOUT_ERASURE = "Entry 1 was blanked, and no erasure is on record for it."


OLD = Collection(ENTRIES, (Index([("about", 1)]), Index([("number", 1)], unique=True)))


async def old_trail(messaging: Messaging, count: int) -> None:
    """What a release left that chained hashes, with the index that it had."""
    entries = chained([("reject", f"app-{n}", "why") for n in range(count)])
    await messaging.db.write(ENTRIES).insert_many(entries)
    head = {"_id": "head", "number": count, "hash": entries[-1]["hash"], "version": count}
    await messaging.db.write(HEAD).insert(head)


async def test_the_chain_of_an_earlier_release_becomes_the_first_leaves(services, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    messaging = services.build("awards")
    await messaging.db.migrate([OLD])
    await old_trail(messaging, 10)
    for _ in range(2):
        await messaging.open()
    async with messaging.opened():
        await act(messaging, "app-0", "note")
        await act(messaging, "app-1", "accept")
        assert await finding(messaging) is None
        await messaging.sealer.seal_batch()  # and is interrupted
        assert await finding(messaging) is None
        entries = await audit_trail(messaging)
        again = await audit_trail(messaging)
        assert entries == again
        assert [one["number"] for one in entries] == list(range(1, 13))
        assert (await read_log(messaging.db.read)).tree.size == 12
        done, _ = log_of(chained([("reject", f"app-{n}", "why") for n in range(10)]))
        assert [one["leaf"] for one in entries[:10]] == [one["leaf"] for one in done]
        await messaging.transact(lambda uow: erase_details(uow, "app-3"))
        await audit_trail(messaging)


async def test_what_was_taken_out_of_the_chain_before_stays_told(services):
    messaging = services.build("awards")
    async with messaging.opened():
        await old_trail(messaging, 5)
        await messaging.db.write(ENTRIES).delete({"_id": "000000000005"})
        await messaging.db.write(ENTRIES).delete({"_id": "000000000002"})
        await act(messaging, "app-1", "accept")
        assert await messaging.sealer.seal_all() == 6
        assert await finding(messaging) == "Entry 2 is missing."


async def test_details_that_name_an_erased_person_go_whoever_they_are_about(services, monkeypatch):
    monkeypatch.setattr(mentions, "AT_ONCE", 2)
    messaging = services.build("awards")
    hear_audit(messaging.router)
    async with messaging.opened():
        await act(messaging, "p-2", "merged", into="p-1", why="Also KIM O'NEIL, as Jo says.")
        await audit_trail(messaging)
        await act(messaging, "p-2", "noted", why="Hakim O'Neilson was there.")
        await act(messaging, "p-3", "noted", by=["Jo", {"who": "kim@example.org"}])
        gone = Mentions.of(("Kim O'Neil", "kim@example.org"))
        await messaging.transact(lambda uow: forget_mentions(uow, gone, ()))
        while await messaging.db.read(TIMERS).count({"kind": BLANK_MENTIONS}):
            await fire_due(messaging)
        entries = await audit_trail(messaging)
        found = {one["_id"]: one for one in entries}
        said = [one for one in entries if one["action"] == "erased the details that named somebody"]
        erased = [found[key] for one in said for key in one["erases"]]
        assert [one["action"] for one in erased] == ["merged", "noted"]
        assert all(one["details"] is None and one["where"] is not None for one in erased)
        assert [one["details"] for one in entries if one["action"] == "noted"] == [
            {"why": "Hakim O'Neilson was there."},
            None,
        ]
        assert await messaging.db.read(TIMERS).find({}) == []


async def test_an_entry_that_cannot_be_sealed_is_found_though_it_stops_the_sealer(services):
    before = services.build("awards")
    async with before.opened():
        forged = {"_id": "0-forged", "at": "soon", "action": "did", "sealed": False}
        await before.db.write(ENTRIES).insert(forged)
    messaging = await services.start("awards")
    await act(messaging, "p-1", "noted")
    told = await eventually(lambda: found_wrong(messaging.db.read))
    assert told == ["Of the entry of soon, not sealed yet: altered."]
