"""Backups and restores on the real database: equal, sealed, of one moment, and never half."""

import asyncio
import json
import os
import resource
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nextstep_local.testing import eventually
from nextstep_messaging import CommandError, Database
from nextstep_messaging.operating.audit.examining import examined
from nextstep_messaging.operating.audit.recording import Actor, record
from nextstep_messaging.operating.backup.manifest import MANIFEST, read_manifest
from nextstep_messaging.operating.backup.rows import PERSON_KEYS, RestoreUnderWayError, destroy_key
from nextstep_messaging.operating.backup.sealing import DamagedError
from nextstep_messaging.operating.backup.whose import claims
from nextstep_messaging.operating.erased_words import remember_words

from .conftest import HOLDINGS, NOTES, Drill, new_master

pytestmark = pytest.mark.stack
PEOPLE = "ann", "bo"


async def lived(drill: Drill, *, megabytes: float = 0.3):
    """A service with two people, each with a canary in a name, a note and a file."""
    here = await drill.on_a_new_database()
    await here.db.migrate(here.collections)
    canaries = {}
    for one in PEOPLE:
        words = canaries[one] = [f"kanarie{secrets.token_hex(8)}" for _ in range(3)]
        row = {"_id": one, "name": words[0], "version": 1, "at": datetime(2024, 9, 9, tzinfo=UTC)}
        await here.db.write("people").insert(row)
        note = {"_id": f"n-{one}", "person_id": one, "text": words[1], "file": f"{one}:cv"}
        await here.db.write("notes").insert(note)
        data = words[2].encode() + os.urandom(int(megabytes * 1e6)) + words[2].encode()
        await here.db.files.put(f"{one}:cv", f"{words[0]}.pdf", data)
    knows = f"knows {canaries['ann'][0]} well"
    await here.db.write("notes").insert({"_id": "n-2", "person_id": "bo", "text": knows})
    await here.db.write("ledger").insert({"_id": "l", "places": 70, "nothing": None, "list": []})
    return here, canaries


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_what_is_restored_is_what_was_backed_up_and_nobody_reads_it_in_the_files(drill):
    here, canaries = await lived(drill)
    before = await drill.held(here)
    backup = await drill.back_up(here)
    said = drill.said[-2]
    assert "documents and 2 files" in said
    in_files = bytes_of(drill.folder)
    for words in canaries.values():
        assert not [word for word in words if word.encode() in in_files]
    assert not [one for one in PEOPLE if f'"{one}"'.encode() in in_files]
    there = await drill.on_a_new_database()
    await drill.restore(backup, there)
    assert await drill.held(there) == before
    async with there.opened():  # what is restored starts
        assert (await examined(there.db.read)).finding is None


async def test_who_was_erased_since_stays_away_and_the_old_backup_is_empty_of_them(drill):
    here, canaries = await lived(drill)
    before = await drill.held(here)
    backup = await drill.back_up(here)
    await drill.erase(here, "ann")
    await drill.run(here, "keys", file=drill.keys)
    there = await drill.on_a_new_database()
    said = await drill.restore(backup, there)
    assert "stayed sealed" in said
    assert said.rstrip().endswith("1 people who were erased since are erased again")
    assert "key is gone: ann" in said
    after = await drill.held(there)
    assert after["people"]["ann"]["name"] == "(erased)"
    assert [*after["notes"], *after["bytes"]] == ["n-2", "n-bo", "bo:cv"]
    assert after["notes"]["n-2"]["text"] == "knows (erased) well"  # though nobody knows the name
    assert after["people"]["bo"] == before["people"]["bo"]
    assert not [word for word in canaries["ann"] if word in str(after)]
    # what her erasure would have recorded, had it not come before the restore
    assert [one for one in after["ledger"] if "had a name" in one] == ["had a name: ann"]
    row = await there.db.read(PERSON_KEYS).get("ann")
    assert row["key"] is None
    found = await examined(there.db.read)
    assert found.finding is None


async def test_an_entry_about_others_that_names_the_erased_comes_back_blank(drill):
    here, canaries = await lived(drill)
    name = canaries["ann"][0]
    by = Actor("staff", "ola@example.org")
    for about, why in (("bo", f"as {name} said"), ("bo", "as everybody said")):
        await here.transact(
            lambda uow, about=about, why=why: record(uow, by, "noted", about, why=why)
        )
    await here.sealer.seal_all()
    backup = await drill.back_up(here)
    await drill.erase(here, "ann")
    await drill.run(here, "keys", file=drill.keys)
    there = await drill.on_a_new_database()
    await drill.restore(backup, there)
    entries = await there.db.read("_audit").find({"action": "noted"}, sort=[("_id", 1)])
    assert [one["details"] for one in entries] == [None, {"why": "as everybody said"}]
    assert (await examined(there.db.read)).finding is None


async def test_the_register_of_erasures_wins_over_a_key_that_is_still_there(drill):
    here, canaries = await lived(drill)
    backup = await drill.back_up(here)  # its file of keys has everybody's
    await drill.erase(here, "ann")
    erased = drill.folder / "erased.txt"
    erased.write_text(await drill.run(here, "erased"))
    there = await drill.on_a_new_database()
    await drill.restore(backup, there, erased=[erased])
    assert not [word for word in canaries["ann"] if word in str(await drill.held(there))]
    # and what the database that is thrown away knows of erasures counts as well
    await drill.restore(backup, here, replace=True)
    after = await drill.held(here)
    assert not [word for word in canaries["ann"] if word in str(after)]
    assert canaries["bo"][0] in str(after)


async def test_a_restore_that_is_cut_off_and_begun_again_still_knows_who_was_erased(
    drill, monkeypatch
):
    here, canaries = await lived(drill)
    backup = await drill.back_up(here)  # its file of keys has everybody's
    await drill.erase(here, "ann")  # this database alone knows
    drop, dropped = Database.drop, []

    async def cut_off(self, name):
        await drop(self, name)
        dropped.append(name)
        raise RuntimeError("killed")

    monkeypatch.setattr(Database, "drop", cut_off)
    with pytest.raises(RuntimeError, match="killed"):
        await drill.restore(backup, here, replace=True)
    monkeypatch.setattr(Database, "drop", drop)
    assert dropped
    with pytest.raises(RestoreUnderWayError):  # no service starts on what is left
        await here.open()
    await drill.restore(backup, here)
    after = await drill.held(here)
    assert not [word for word in canaries["ann"] if word in str(after)]
    assert canaries["bo"][0] in str(after)
    assert (await here.db.read(PERSON_KEYS).get("ann"))["key"] is None


async def test_a_new_database_does_not_empty_the_file_of_keys(drill):
    here, _ = await lived(drill)
    backup = await drill.back_up(here)
    before = drill.keys.read_bytes()
    there = await drill.on_a_new_database()  # the disk is lost, and cron goes on
    await there.db.migrate(there.collections)
    with pytest.raises(CommandError, match="of 2 people that this database does not know"):
        await drill.run(there, "keys", file=drill.keys)
    assert drill.keys.read_bytes() == before
    await drill.restore(backup, there, replace=True)
    await drill.run(there, "keys", file=drill.keys)
    await drill.erase(there, "ann")
    await drill.run(there, "keys", file=drill.keys)
    with pytest.raises(CommandError, match="of 1 people that this database does not know"):
        await drill.run(here, "keys", file=drill.keys)  # where nobody is erased


async def test_a_new_machine_with_a_master_key_of_its_own_leaves_the_file_of_keys(drill):
    here, _ = await lived(drill)
    before = await drill.held(here)
    backup = await drill.back_up(here)
    keys = drill.keys.read_bytes()
    # a new machine has settings of its own, and cron goes on
    there = await drill.on_a_new_database(backup_key=new_master())
    await there.db.migrate(there.collections)
    for command in ("keys", "backup"):
        with pytest.raises(CommandError, match=r"sealed by the master key .* left as it is"):
            await drill.run(there, command, file=drill.keys, folder=drill.backups)
        assert drill.keys.read_bytes() == keys
    again = await drill.on_a_new_database()
    await drill.restore(backup, again)
    assert await drill.held(again) == before


async def test_a_backup_after_an_erasure_has_nothing_of_the_person_and_gives_them_no_key(drill):
    here, _ = await lived(drill)
    await drill.erase(here, "ann")
    late = {"_id": "late", "person_id": "ann", "text": "written beside the erasure"}
    await here.db.write("notes").insert(late)
    backup = await drill.back_up(here)
    there = await drill.on_a_new_database()
    said = await drill.restore(backup, there)
    assert "stayed sealed" not in said
    assert [*(await drill.held(there))["notes"]] == ["n-2", "n-bo"]


async def test_documents_are_read_as_they_were_at_one_moment(drill):
    here, _ = await lived(drill)
    rows = [{"_id": f"place-{n}", "free": 10, "version": 1} for n in range(300)]
    await here.db.write("ledger").insert_many(rows)
    moves = 0

    async def move_places() -> None:
        nonlocal moves
        while True:
            first, second = secrets.randbelow(300), secrets.randbelow(300)

            async def work(uow, first=first, second=second):
                for which, by in ((first, -1), (second, 1)):
                    one = {"_id": f"place-{which}"}
                    await uow.collection("ledger").update(one, {"$inc": {"free": by}})

            await here.transact(work)
            moves += 1

    moving = asyncio.create_task(move_places())
    await eventually(lambda: moves)
    backup = await drill.back_up(here)
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)
    there = await drill.on_a_new_database()
    await drill.restore(backup, there)
    places = await there.db.read("ledger").find({"free": {"$exists": True}})
    assert sum(one["free"] for one in places) == 3000


async def test_an_erasure_and_a_first_meeting_of_the_same_person_cannot_pass_each_other(drill):
    here, _ = await lived(drill)
    await asyncio.gather(
        *(here.transact(lambda uow, one=one: destroy_key(uow, one)) for one in PEOPLE * 3),
        drill.back_up(here),
    )
    keys = await here.db.read(PERSON_KEYS).find({"_id": {"$in": [*PEOPLE]}})
    assert {row["_id"]: row["key"] for row in keys} == dict.fromkeys(PEOPLE)


async def test_a_name_is_known_for_as_long_as_backups_live_after_the_last_who_had_it(drill):
    here, canaries = await lived(drill)
    await drill.erase(here, "ann")
    of_name = {"_id": {"$ne": "key"}}
    before = datetime(2024, 9, 9, tzinfo=UTC)
    await here.db.write("_erased_words").update(of_name, {"$set": {"at": before}})
    await here.transact(lambda uow: remember_words(uow, [canaries["ann"][0]]))
    (row,) = await here.db.read("_erased_words").find(of_name)
    assert row["at"] > before


CHILD = """
import asyncio, sys
from argparse import Namespace
from pathlib import Path
from {module} import SERVICE, COLLECTIONS, settings
from nextstep_messaging import EventRouter, Messaging
from nextstep_messaging.operating.backup.command import run_backup

async def main(mongo_url, database, master, command, folder, keys):
    made = settings("amqp://127.0.0.1:1/", mongo_url, database, backup_key=master)
    here = Messaging(EventRouter("awards"), made, collections=COLLECTIONS)
    asked = Namespace(command=command, folder=Path(folder), keys=Path(keys), erased=[],
                      replace=False, without_keys=False)
    async with here.opened(as_it_is=True):
        await run_backup(SERVICE, here, asked, print)

asyncio.run(main(*sys.argv[1:]))
"""


async def killed_when(drill: Drill, database: str, command: str, folder: Path, ready) -> None:
    """Run a command as a process and kill it as soon as `ready`."""
    module = f"{__package__}.conftest"
    words = [drill.mongo_url, database, drill.master, command, str(folder), str(drill.keys)]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD.format(module=module), *words,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    async with asyncio.timeout(60):
        while not await ready():
            assert child.returncode is None, "it ended before it could be killed"
            await asyncio.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    await child.wait()


async def test_what_is_killed_leaves_no_backup_and_no_half_database(drill):
    here, _ = await lived(drill, megabytes=40)
    before = await drill.held(here)

    async def writing() -> bool:
        return any(one.stat().st_size > 1e6 for one in drill.backups.glob("*.part/files.sealed"))

    await killed_when(drill, here.db.name, "backup", drill.backups, writing)
    (left,) = drill.backups.glob("awards-*")
    with pytest.raises(DamagedError, match="was not finished"):
        read_manifest(left)
    backup = await drill.back_up(here)
    assert [*drill.backups.glob("awards-*")] == [backup]  # what was cut off is gone

    there = await drill.on_a_new_database()

    async def filling() -> bool:
        return await there.db.read("fs.chunks").count({}) > 0

    await killed_when(drill, there.db.name, "restore", backup, filling)
    with pytest.raises(RestoreUnderWayError, match="Run the same restore again"):
        await there.open()
    await drill.restore(backup, there)
    assert await drill.held(there) == before
    await there.open()


@contextmanager
def little_room() -> Iterator[None]:
    """As a disk that is almost full: no file may grow beyond 100 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_restore_says_in_words_what_is_wrong_and_touches_nothing(drill):
    here, _ = await lived(drill)
    no_keys = await drill.on(here.db.name, backup_key=None)
    with pytest.raises(CommandError, match="BACKUP_KEY is not set"):
        await drill.run(no_keys, "backup", folder=drill.backups)
    with pytest.raises(CommandError, match="keep the keys apart"):
        await drill.run(here, "backup", folder=drill.backups, keys=drill.backups / "keys")
    with little_room(), pytest.raises(CommandError, match=r"could not be written to .* too large"):
        await drill.run(here, "backup", folder=drill.backups)
    assert not [*drill.backups.glob("awards-*")]
    first = await drill.back_up(here)
    old_keys = drill.folder / "old.keys"
    old_keys.write_bytes(drill.keys.read_bytes())
    await here.db.write("people").insert({"_id": "cy", "name": "Cy", "version": 1})
    backup = await drill.back_up(here)

    async def refused(words: str, at: Path = backup, messaging=here, **given) -> None:
        with pytest.raises(CommandError, match=words):
            await drill.restore(at, messaging, **given)

    there = await drill.on_a_new_database()
    await refused("holds something .* give --replace")
    await refused("there is no file of keys", messaging=there, keys=drill.folder / "none")
    await refused("no key of cy, and does not say", messaging=there, keys=old_keys)
    await refused("no file of keys that this release", messaging=there, keys=backup / MANIFEST)
    await refused("is no backup: it has no manifest", at=drill.folder, messaging=there)
    another = await drill.on(there.db.name, backup_key=new_master())
    await refused("sealed by the master key", messaging=another)
    lines = drill.folder / "lines"
    lines.write_text("ann\n")
    await refused("line 1: each line is an id and a moment", messaging=there, erased=[lines])
    for name in ("documents.sealed", "files.sealed"):
        whole = (backup / name).read_bytes()
        (backup / name).write_bytes(whole[:-10])
        await refused("is cut off after", messaging=there)
        (backup / name).write_bytes(whole[:100] + b"x" + whole[101:])
        await refused(r"was changed: frame \d+ does not open|is cut off", messaging=there)
        (backup / name).write_bytes(whole)
    said = json.loads((first / MANIFEST).read_text())
    for change, words in (
        ({"format": 2}, "has the format 2; this release reads 1"),
        ({"service": "scheduling"}, "is a backup of scheduling"),
        ({"taken_at": "2020-01-01T00:00:00+00:00"}, "does not open: it was changed"),
    ):
        (first / MANIFEST).write_text(json.dumps(said | change))
        await refused(words, at=first, messaging=there)
    assert await there.db.collections() == []
    await drill.restore(backup, there, keys=old_keys, without_keys=True)
    assert (await there.db.read("people").get("cy"))["name"] == "(erased)"


async def test_a_new_master_key_takes_over_and_old_backups_open_while_the_old_one_is_known(drill):
    here, _ = await lived(drill)
    before = await drill.held(here)
    backup = await drill.back_up(here)
    old, new = drill.master, new_master()
    both = await drill.on(here.db.name, backup_key=new, backup_key_before=old)
    assert "2 keys are wrapped" in await drill.run(both, "rotate-keys")
    assert "0 keys are wrapped" in await drill.run(both, "rotate-keys")
    await drill.run(both, "keys", file=drill.keys)  # as the backup after it does
    alone = await drill.on(here.db.name, backup_key=new)
    newer = await drill.back_up(alone)
    for one, given in ((newer, {}), (backup, {"backup_key_before": old})):
        there = await drill.on_a_new_database(backup_key=new, **given)
        await drill.restore(one, there)
        assert await drill.held(there) == before


async def test_whose_a_document_is_follows_what_is_declared(drill):
    here, _ = await lived(drill)
    rows = await here.db.read("notes").find({}, sort=[("_id", 1)])
    found = await claims(here.db.read, HOLDINGS, NOTES, rows)
    assert [[sorted(one.people) for one in some] for some in found] == [
        [["bo"]], [["ann"]], [["bo"]]
    ]  # fmt: skip
    assert HOLDINGS.missing(one.name for one in here.collections) == [
        "_backups", "_erased_words", "_leases", "_person_keys", "_restores", "fs.chunks", "fs.files"
    ]  # fmt: skip
