"""A drill: backed up, somebody erased, the database gone, restored. Files too."""

import base64
import os
import secrets
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from applications.__main__ import SERVICE
from applications.app import build
from applications.data_protection import erase_known
from applications.data_requests.store import ASKS, CARRIED, PARTS
from applications.documents.discarding import remove_discarded
from applications.holdings import HOLDINGS
from applications.review.conflicts import Reviewer
from applications.review.store import reviewer_to_document
from applications.settings import Settings
from nextstep_local.testing import settings_for
from nextstep_messaging import FixedClock, Messaging
from nextstep_messaging.operating.audit.command import run_audit
from nextstep_messaging.operating.backup.command import run_backup
from nextstep_messaging.operating.backup.taking import LEFT_OUT

from .conftest import START, Running
from .forms import PDF, file, person

MASTER = base64.b64encode(secrets.token_bytes(32)).decode()
CHANGING = LEFT_OUT | {"_audit", "_audit_head", "_audit_notes", "_outbox", "_timers", "uploads"}
"""What goes on while a service runs, and what a backup leaves out."""


@asynccontextmanager
async def on(running: Running, database: str) -> AsyncIterator[Messaging]:
    """The service's commands on a database of this name."""
    changed = {"mongo_database": database, "backup_key": MASTER}
    settings = Settings(**(running.settings.model_dump() | changed))
    _, messaging = build(settings, FixedClock(START))
    async with messaging.opened(as_it_is=True):
        yield messaging


async def command(messaging: Messaging, name: str, **given: Any) -> str:
    said: list[str] = []
    defaults = {"erased": [], "replace": False, "without_keys": False}
    asked = Namespace(command=name, **(defaults | given))
    await run_backup(SERVICE, messaging, asked, said.append)
    return "\n".join(said)


async def everything(messaging: Messaging) -> dict[str, dict[Any, Any]]:
    found = {}
    for name in await messaging.db.collections():
        if name not in CHANGING:
            rows = await messaging.db.read(name).find({})
            found[name] = {row["_id"]: row for row in rows}
    files = await messaging.db.read("fs.files").find({})
    return {name: rows for name, rows in found.items() if rows} | {
        "files": {row["_id"]: (row, await messaging.db.files.get(row["_id"])) for row in files}
    }


def of_canaries(number: int, canaries: list[str]) -> dict[str, Any]:
    """A submission with a canary in every text and in its CV."""
    name, trust, cv = canaries
    large = PDF + b"\n%" + os.urandom(300_000).hex().encode() + cv.encode()
    documents = person(number)["documents"] | {"cv": file(large, f"{cv}.pdf")}
    return person(number, name=f"Kim {name}", trust=trust, documents=documents)


def bytes_of(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


@pytest.mark.stack
async def test_a_restore_gives_everything_but_what_was_erased(
    running: Running, other_mongo_database: str, tmp_path: Path
) -> None:
    canaries = {n: [f"kanarie{secrets.token_hex(6)}" for _ in range(3)] for n in (1, 2, 3)}
    people = [await running.take(of_canaries(n, words)) for n, words in canaries.items()]
    erased, other, _ = people
    async with running.staff("office") as office:
        for one, text in ((erased, "of the first"), (other, f"knows {erased['answers']['name']}")):
            url = f"/applications/application/{one['_id']}/notes"
            await office.post(url, data={"text": f"{text}."})
        view = {"name": "Her", "filter": f"q={erased['answers']['name']}"}
        await office.post("/applications/views", data=view)
    folder, keys = tmp_path / "backups", tmp_path / "keys" / "applications"
    here = running.messaging
    async with on(running, here.db.name) as same:
        said = await command(same, "backup", folder=folder, keys=keys)
        before = await everything(same)
        assert len(before["files"]) >= 9
        assert f" {len(before['files'])} files" in said
        (backup,) = folder.glob("applications-*")
        old_keys = keys.with_suffix(".old")
        old_keys.write_bytes(keys.read_bytes())
        await here.transact(lambda uow: erase_known(uow, erased["person_id"]))
        await command(same, "keys", file=keys)
        register = await command(same, "erased")
    in_the_open = bytes_of(tmp_path)
    for words in canaries.values():
        assert not [word for word in words if word.encode() in in_the_open]
    assert erased["person_id"].encode() not in in_the_open

    async with on(running, other_mongo_database) as there:
        said = await command(there, "restore", folder=backup, keys=keys)
        assert f"key is gone: {erased['person_id']}" in said
        after = await everything(there)
        lines: list[str] = []
        assert await run_audit(there, Namespace(audit_action="verify", held=[]), lines.append) == 0
        assert any("restored on" in line and "from a backup of" in line for line in lines)
        assert_only_the_erased_is_missing(before, after, erased, canaries)
        row = await there.db.read("_access_ended").get(f"who:{erased['person_id']}")
        assert row is not None

    # with the keys of before the erasure, the register of a service that lives says who it was,
    # and their name is still there to be found in what was written about others
    (tmp_path / "register").write_text(register)
    async with on(running, other_mongo_database) as there:
        given = {"erased": [tmp_path / "register"], "replace": True}
        await command(there, "restore", folder=backup, keys=old_keys, **given)
        while await remove_discarded(there.db):
            pass  # as the service does within seconds of its start
        after = await everything(there)
        assert not [word for word in canaries[1] if word in str(after)]
        notes = [row["text"] for row in await there.db.read("notes").find({})]
        assert notes == ["knows (erased)."]


def assert_only_the_erased_is_missing(
    before: dict[str, Any], after: dict[str, Any], erased: Any, canaries: dict[int, list[str]]
) -> None:
    sent = [
        k for k, row in before["submissions"].items() if row["person_id"] == erased["person_id"]
    ]
    ids = (erased["_id"], erased["person_id"], *sent)
    name = canaries[1][0]
    for collection, rows in before.items():
        same = {
            key: row
            for key, row in rows.items()
            if not any(one in str((key, row)) for one in ids) and name not in str(row)
        }
        left = after.get(collection, {})
        assert {key: left.get(key) for key in same} == same, collection
        # of the erased person nothing is left that was theirs, and nothing that was not there
        beyond = {key for key in left if key not in rows}
        assert collection in ("_access_ended", "discarded_files", "correspondence") or not beyond
    stub = after["applications"][erased["_id"]]
    assert (stub["erased"], stub["answers"]["name"], stub["documents"]) == (True, "(erased)", {})
    assert not [row for row in after["submissions"].values() if row["person_id"] in ids]
    # though nobody knows their name any more, it is gone from what others wrote in passing
    assert not [word for word in canaries[1] if word in str(after)]
    assert [row["text"] for row in after["notes"].values()] == ["knows (erased)."]
    assert [row["query"] for row in after["views"].values()] == [{"q": ["(erased)"]}]
    assert len(after["files"]) * 3 == len(before["files"]) * 2  # of two of three people


@pytest.mark.stack
async def test_after_an_erasure_nothing_is_left_that_a_backup_would_seal(running: Running) -> None:
    application = await running.take(person(1))
    who, key = application["person_id"], application["_id"]
    await running.messaging.transact(lambda uow: erase_known(uow, who))
    for holding in HOLDINGS.about_people:
        for row in await running.read(holding.collection).find({}):
            if who in str(row) or key in str(row):
                ids = {who, key, row["_id"]}
                assert holding.stays(row, ids) == row, holding.collection


def test_every_collection_is_declared(form_secret: str) -> None:
    assert form_secret
    given = {"mongo_url": "mongodb://127.0.0.1:1/", "mongo_database": "none"}
    assert HOLDINGS.missing(names_of(given) - LEFT_OUT) == []


def test_what_came_for_a_request_is_in_no_backup() -> None:
    # of the pieces of files nothing refers to a backup would hold the list alone, as if all were
    # here: asked again, a service's list finds each file complete, and no piece comes any more
    assert HOLDINGS.left_out >= {PARTS, CARRIED, ASKS}


def names_of(given: dict[str, str]) -> set[str]:
    settings = Settings(**settings_for("applications", amqp_url="amqp://127.0.0.1:1/", **given))
    _, messaging = build(settings, FixedClock(START))
    return {one.name for one in messaging.collections}


@pytest.mark.stack
async def test_a_reviewer_who_was_erased_since_is_erased_again(
    running: Running, other_mongo_database: str, tmp_path: Path
) -> None:
    address, here = "kim.sefton@example.org", running.messaging
    kim = Reviewer(email=address, name="Kim Sefton", added_at=START)
    row = reviewer_to_document("2024-25", kim) | {"version": 1}
    await here.db.write("reviewers").insert(row)
    folder, keys = tmp_path / "backups", tmp_path / "keys" / "applications"
    async with on(running, here.db.name) as same:
        await command(same, "backup", folder=folder, keys=keys)
        (backup,) = folder.glob("applications-*")
        old_keys = keys.with_suffix(".old")
        old_keys.write_bytes(keys.read_bytes())
        await here.transact(lambda uow: erase_known(uow, address))
        await command(same, "keys", file=keys)
        register = tmp_path / "register"
        register.write_text(await command(same, "erased"))
    async with on(running, other_mongo_database) as there:
        await command(there, "restore", folder=backup, keys=keys)
        assert "sefton" not in str(await everything(there)).casefold()
        given = {"erased": [register], "replace": True}
        await command(there, "restore", folder=backup, keys=old_keys, **given)
        assert "sefton" not in str(await everything(there)).casefold()


@pytest.mark.stack
async def test_what_belonged_to_nobody_and_was_erased_since_is_gone_from_older_backups(
    running: Running, other_mongo_database: str, tmp_path: Path
) -> None:
    here, canary = running.messaging, f"kanarie{secrets.token_hex(6)}"
    unread = {"submission_id": "1", "who": canary, "mail": "kim@example.org"}
    receipt = await running.processed((await running.post(unread)).json()["receipt_id"])
    assert receipt["status"] == "quarantined"
    folder, keys = tmp_path / "backups", tmp_path / "keys" / "applications"
    async with on(running, here.db.name) as same:
        await command(same, "backup", folder=folder, keys=keys)
        (backup,) = folder.glob("applications-*")
        old_keys = keys.with_suffix(".old")
        old_keys.write_bytes(keys.read_bytes())
        async with running.staff("office") as office:
            url = f"/applications/quarantine/erase/{receipt['_id']}"
            erased = await office.post(url, data={"reason": "She asked for it."})
            assert erased.status_code == 303
        await command(same, "keys", file=keys)
        register = tmp_path / "register"
        register.write_text(await command(same, "erased"))
    async with on(running, other_mongo_database) as there:
        for held, more in ((keys, {}), (old_keys, {"erased": [register], "replace": True})):
            await command(there, "restore", folder=backup, keys=held, **more)
            row = await there.db.read("receipts").get(receipt["_id"])
            assert row["status"] == "erased"
            assert canary not in str(await everything(there))
