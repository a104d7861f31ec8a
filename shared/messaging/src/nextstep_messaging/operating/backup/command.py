"""`python -m <service> backup`, `restore` and what goes with them."""

import getpass
import socket
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nextstep_messaging.operating.audit.recording import Actor, record
from nextstep_messaging.operating.backup.key_store import (
    KeyStore,
    read_key_file,
    rotate,
    write_key_file,
)
from nextstep_messaging.operating.backup.manifest import read_manifest
from nextstep_messaging.operating.backup.restoring import (
    Into,
    NotRestoredError,
    Restored,
    Restoring,
    restore,
)
from nextstep_messaging.operating.backup.rows import PERSON_KEYS
from nextstep_messaging.operating.backup.sealing import DamagedError, MasterKeys, SealError
from nextstep_messaging.operating.backup.taking import LEFT_OUT, NotTakenError, Taken, take
from nextstep_messaging.operating.erased_words import ERASED_WORDS, merged_words
from nextstep_messaging.operating.service import CommandError, Service

if TYPE_CHECKING:
    from nextstep_messaging.messaging import Messaging

Say = Callable[[str], None]
BACKUP, RESTORE, KEYS, ROTATE, ERASED = "backup", "restore", "keys", "rotate-keys", "erased"
COMMANDS: Final = frozenset({BACKUP, RESTORE, KEYS, ROTATE, ERASED})
TOOK: Final = "took the backup"
ROTATED: Final = "wrapped the keys of backups anew"
_SHOWN: Final = 20
"""Ids of people in one line; the rest is counted."""


def backup_arguments(add: Callable[..., ArgumentParser]) -> None:
    """What the commands take; `add` adds one."""
    file = "the file that the keys of people are kept in, apart from the backups"
    taking = add(BACKUP, help="back up the database and the files, what is people's by their keys")
    taking.add_argument("folder", type=Path, help="where backups are; this one gets its own there")
    taking.add_argument("--keys", type=Path, required=True, metavar="FILE", help=file)
    putting = add(RESTORE, help="put a backup into a database that holds nothing")
    putting.add_argument("folder", type=Path, help="of this one backup")
    putting.add_argument("--keys", type=Path, required=True, metavar="FILE", help=file)
    putting.add_argument(
        "--erased",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="who was erased since, as the command `erased` of a service that lives printed it",
    )
    putting.add_argument(
        "--replace", action="store_true", help="throw away what the database holds"
    )
    putting.add_argument(
        "--without-keys",
        action="store_true",
        help="leave sealed what belongs to people whose key is not in the file of keys",
    )
    keys = add(KEYS, help="write the keys of people to their file, with who was erased")
    keys.add_argument("file", type=Path)
    add(ROTATE, help="wrap the keys by BACKUP_KEY that BACKUP_KEY_BEFORE wrapped")
    add(ERASED, help="print who was erased, by id")


async def run_backup(service: Service, messaging: "Messaging", asked: Namespace, say: Say) -> int:
    """Do what was asked; the exit status.

    Raises:
        CommandError: it cannot be done; it says why.

    """
    try:
        match asked.command:
            case "backup":
                await _backup(service, messaging, asked, say)
            case "restore":
                await _restore(service, messaging, asked, say)
            case "keys":
                await _write_keys(messaging, asked.file, say)
            case "rotate-keys":
                count = await rotate(messaging.db, _masters(messaging))
                actor = _operator()
                await messaging.transact(
                    lambda uow: record(uow, actor, ROTATED, PERSON_KEYS, keys=count)
                )
                say(f"{service.name}: {count} keys are wrapped by the new master key")
            case "erased":
                async for rows in messaging.db.read(PERSON_KEYS).stream({"key": None}, 1000):
                    for row in rows:
                        say(f"{row['_id']} {row['erased_at'].isoformat()}")
    except (NotTakenError, NotRestoredError, DamagedError, SealError) as error:
        raise CommandError(str(error)) from error
    return 0


def _operator() -> Actor:
    return Actor("command", getpass.getuser(), where=socket.gethostname())


def _masters(messaging: "Messaging") -> MasterKeys:
    found = messaging.settings.master_keys
    if found is None:
        prefix = messaging.settings.model_config.get("env_prefix", "")
        raise CommandError(
            f"{prefix}BACKUP_KEY is not set: 32 random bytes in base64, kept apart from the backups"
        )
    return found


async def _backup(service: Service, messaging: "Messaging", asked: Namespace, say: Say) -> None:
    masters = _masters(messaging)
    if asked.keys.resolve().is_relative_to(asked.folder.resolve()):
        raise CommandError(
            f"{asked.keys} is in the folder of the backups: keep the keys apart, or an erasure "
            "empties no backup"
        )
    names = {one.name for one in messaging.collections} - LEFT_OUT
    undeclared = service.holdings.missing(names)
    if undeclared:
        raise CommandError(f"nobody declared what {', '.join(undeclared)} hold about people")
    actor = _operator()
    await messaging.transact(lambda uow: record(uow, actor, TOOK, service.name))
    done = await take(
        messaging.db,
        service.name,
        service.holdings,
        masters,
        asked.folder,
        inferred=service.inferred,
    )
    await _write_keys(messaging, asked.keys, say)
    for line in told_of(done):
        say(f"{service.name}: {line}")


def told_of(done: Taken) -> Iterable[str]:
    """What became of a backup, in words."""
    said = done.manifest
    size = sum(one.stat().st_size for one in done.folder.iterdir())
    yield (
        f"{done.folder} holds {said.documents} documents and {said.files} files as of "
        f"{said.taken_at}, {size / 1e6:.1f} MB; of {said.people} people something is sealed"
    )
    if said.moment == "transaction":
        yield (
            "this server keeps no snapshots: all was read in one transaction, which it ends after "
            "a minute; a larger database needs a MongoDB replica set"
        )
    if said.gone:
        yield f"{said.gone} files were removed while it was made, and are not in it"
    if done.unreferenced:
        yield f"{done.unreferenced} files that nothing refers to are not in it"


async def _write_keys(messaging: "Messaging", path: Path, say: Say) -> None:
    try:
        count = await write_key_file(messaging.db, messaging.service, _masters(messaging), path)
    except OSError as error:
        raise CommandError(f"the keys could not be written to {path}: {error}") from error
    say(f"{messaging.service}: {path} holds the keys of {count} people")


async def _restore(service: Service, messaging: "Messaging", asked: Namespace, say: Say) -> None:
    masters, db = _masters(messaging), messaging.db
    if (manifest := read_manifest(asked.folder)).service != service.name:
        raise CommandError(f"{asked.folder} is a backup of {manifest.service}")
    held = read_key_file(asked.keys, service.name, masters)
    # what is thrown away knows best
    words = await db.read(ERASED_WORDS).find({})
    known = await db.read(PERSON_KEYS).find({"key": None})
    store = KeyStore(masters, words=merged_words(held.words, words))
    restoring = Restoring(asked.folder, masters, store, service.holdings.written_in)
    store.take(held.rows)
    for person, at in _erased_by(asked.erased):
        store.erase(person, at)
    for row in known:
        store.erase(row["_id"], row["erased_at"])
    restoring.look()
    if restoring.without_key and not asked.without_keys:
        raise CommandError(
            f"{asked.keys} has no key of {_some(restoring.without_key)}, and does not say that "
            "they were erased: it is older than the backup, or of another database. Take a later "
            "one, or give --without-keys to leave sealed what is theirs."
        )
    for person in restoring.without_key:
        store.erase(person, datetime.now(UTC))
    erase = service.erase_restored
    if erase is None:
        raise CommandError(f"{service.name} does not say how it erases somebody after a restore")
    into = Into(db, messaging.collections, messaging.transact, erase, service.inferred)
    done = await restore(restoring, into, _operator(), replace=asked.replace)
    await messaging.sealer.seal_all()
    for line in restored(done):
        say(f"{service.name}: {line}")


def restored(done: Restored) -> Iterable[str]:
    """What became of a restore, in words."""
    yield (
        f"{done.documents} documents and {done.files} files are as they were at "
        f"{done.manifest.taken_at}"
    )
    if done.sealed:
        yield (
            f"{done.sealed} documents and files stayed sealed as far as they were about people "
            f"whose key is gone: {_some(done.sealed_of)}"
        )
    if done.erased_again:
        yield f"{done.erased_again} people who were erased since are erased again"
    if done.not_published:
        yield f"{done.not_published} events that told of them are not published"


def _some(people: Iterable[str]) -> str:
    named = sorted(people)
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return ", ".join(named[:_SHOWN]) + more


def _erased_by(files: Iterable[Path]) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []
    for path in files:
        try:
            lines = path.read_text().splitlines()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        for number, line in enumerate(filter(None, lines), start=1):
            person, _, at = line.rpartition(" ")
            try:
                found.append((person, datetime.fromisoformat(at)))
            except ValueError:
                raise CommandError(
                    f"{path}, line {number}: each line is an id and a moment, as the command "
                    "`erased` prints them"
                ) from None
    return found
