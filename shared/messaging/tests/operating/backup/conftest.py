"""A small service with people, notes and files, and its commands for backups."""

import base64
import secrets
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest_asyncio
from pymongo import MongoClient

from nextstep_messaging import (
    Collection,
    EventRouter,
    Holding,
    Holdings,
    Inferred,
    Mentions,
    Messaging,
    MessagingSettings,
    Service,
    UnitOfWork,
    Whose,
    destroy_key,
    erase_as_declared,
    forget_mentions,
    goes,
    stays_without,
    system_holdings,
)
from nextstep_messaging.operating.backup.command import run_backup

from ...builders import settings

NOTES = Holding("notes", (Whose("person_id"),), goes, files=("file",))
PEOPLE = Holding("people", (Whose("_id"),), stays_without(name="(erased)"))
HOLDINGS = Holdings((PEOPLE, NOTES), frozenset({"ledger"}), written=(("notes", ("text",)),)).and_(
    system_holdings((Whose("about", through="people"),))
)
COLLECTIONS = [Collection(name) for name in ("people", "notes", "ledger")]


async def erase(uow: UnitOfWork, person_id: str) -> None:
    await destroy_key(uow, person_id)
    known = await uow.collection("people").get(person_id)
    called = {known["name"]} - {"(erased)"} if known else set()
    await forget_mentions(uow, Mentions.of(called), HOLDINGS.written)
    await erase_as_declared(uow, PEOPLE, {"_id": person_id}, {person_id})
    await erase_as_declared(uow, NOTES, {"person_id": person_id}, {person_id})
    await uow.collection("fs.files").delete({"_id": f"{person_id}:cv"})
    await uow.collection("fs.chunks").delete({"files_id": f"{person_id}:cv"})


async def suspected(read: Any) -> list[dict[str, Any]]:
    """What an erasure would record of who has a name."""
    return [{"people": [row["_id"]], "of": row["_id"]} for row in await read("people").find({})]


async def suspect(uow: UnitOfWork, found: Any) -> None:
    for one in found:
        await uow.collection("ledger").insert({"_id": f"had a name: {one['of']}"})


async def export(_messaging: Messaging, _person_id: str) -> dict[str, Any]:
    return {}


SERVICE = Service(
    name="awards",
    settings=MessagingSettings,
    build=lambda *_: (None, None),
    export_person=export,
    erase_person=erase,
    holdings=HOLDINGS,
    inferred=Inferred(suspected, suspect),
    erase_restored=erase,
)


def new_master() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass
class Drill:
    """A service on several databases, one after another."""

    mongo_url: str
    folder: Path
    opened: AsyncExitStack
    master: str = field(default_factory=new_master)
    name: str = field(default_factory=lambda: f"test_{secrets.token_hex(4)}")
    said: list[str] = field(default_factory=list)
    made: int = 0

    @property
    def keys(self) -> Path:
        return self.folder / "keys" / "awards.keys"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    async def on_a_new_database(self, **given: Any) -> Messaging:
        self.made += 1
        return await self.on(f"{self.name}_{self.made}", **given)

    async def on(self, database: str, **given: Any) -> Messaging:
        chosen = {"backup_key": self.master} | given
        made = settings("amqp://127.0.0.1:1/", self.mongo_url, database, **chosen)
        messaging = Messaging(EventRouter("awards"), made, collections=COLLECTIONS)
        await self.opened.enter_async_context(messaging.opened(as_it_is=True))
        return messaging

    async def run(self, messaging: Messaging, command: str, **given: Any) -> str:
        """Run a command; what it said."""
        defaults = {"keys": self.keys, "erased": [], "replace": False, "without_keys": False}
        self.said.clear()
        asked = Namespace(command=command, **(defaults | given))
        await run_backup(SERVICE, messaging, asked, self.said.append)
        return "\n".join(self.said)

    async def back_up(self, messaging: Messaging) -> Path:
        before = {*self.backups.glob("awards-*")}
        await self.run(messaging, "backup", folder=self.backups)
        (made,) = {*self.backups.glob("awards-*")} - before
        return made

    async def restore(self, backup: Path, messaging: Messaging, **given: Any) -> str:
        return await self.run(messaging, "restore", folder=backup, **given)

    async def erase(self, messaging: Messaging, person_id: str) -> None:
        await messaging.transact(lambda uow: erase(uow, person_id))

    async def held(self, messaging: Messaging) -> dict[str, Any]:
        """Everything but what a backup leaves out, by collection and id."""
        found = {}
        for name in ("people", "notes", "ledger", "fs.files"):
            rows = await messaging.db.read(name).find({}, sort=[("_id", 1)])
            found[name] = {row["_id"]: row for row in rows}
        files = found["fs.files"]
        return found | {"bytes": {key: await messaging.db.files.get(key) for key in files}}


@pytest_asyncio.fixture
async def drill(mongo_url: str, tmp_path: Path) -> AsyncIterator[Drill]:
    async with AsyncExitStack() as opened:
        made = Drill(mongo_url, tmp_path, opened)
        yield made
    with MongoClient[dict[str, Any]](mongo_url) as client:
        for name in client.list_database_names():
            if name.startswith(f"{made.name}_"):
                client.drop_database(name)


def of_another_service() -> Service:
    return replace(SERVICE, name="scheduling")
