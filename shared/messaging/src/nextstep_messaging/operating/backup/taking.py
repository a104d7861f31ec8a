"""Taking a backup: the documents at one moment, then the files that they refer to.

Files never change, they only come and go, so they need not be read at the moment itself: what was
removed since is left out and counted. A batch of documents and a piece of a file is all that is in
memory at once, with the ids of files and the keys of people.
"""

import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from secrets import token_hex
from typing import Any, Final, Self

from nextstep_messaging.database.database import LEASES, Database
from nextstep_messaging.database.documents import ReadCollection
from nextstep_messaging.database.errors import DatabaseUnavailableError, NoMomentError
from nextstep_messaging.database.mongo import Moment, decoded, encoded
from nextstep_messaging.operating.backup.key_store import KeyStore
from nextstep_messaging.operating.backup.manifest import (
    DOCUMENTS,
    FILES,
    UNFINISHED,
    Manifest,
    finish,
    folder_name,
    unfinished,
)
from nextstep_messaging.operating.backup.rows import BACKUP_COLLECTIONS, BACKUPS
from nextstep_messaging.operating.backup.sealed_file import SealedWriter
from nextstep_messaging.operating.backup.sealing import MasterKeys, new_key, sealed_part
from nextstep_messaging.operating.backup.splitting import Claim, Lock, lock_of, split
from nextstep_messaging.operating.backup.whose import claims
from nextstep_messaging.operating.holdings import (
    Document,
    Holdings,
    Inferred,
    stays_all,
    values_at,
)

Read = Callable[[str], ReadCollection]

FILE_ROWS: Final = "fs.files"
FILE_PIECES: Final = "fs.chunks"
LEFT_OUT: Final = frozenset(
    {LEASES, FILE_ROWS, FILE_PIECES, *(one.name for one in BACKUP_COLLECTIONS)}
)
"""Who does what at the moment, the keys, and files, which follow the documents."""
BATCH: Final = 200
"""Documents in a frame."""
FEW: Final = 2
"""The same of documents that may be of megabytes each."""
PIECES: Final = 4
"""Pieces of a file, of 255 KiB, read at once."""


class NotTakenError(Exception):
    """The backup could not be made; says why. Nothing of it is left."""


@dataclass
class Taking:
    """A backup that is being made."""

    db: Database
    holdings: Holdings
    store: KeyStore
    manifest: Manifest
    inferred: Inferred | None = None
    number: int = 0
    """Counts what is sealed by people's keys, so that no number comes twice."""
    documents: int = 0
    files: int = 0
    gone: int = 0
    unreferenced: int = 0
    people: set[str] = field(default_factory=set)
    owners: dict[str, Lock] = field(default_factory=dict)
    """The locks of files, by id."""
    below: dict[str, Lock] = field(default_factory=dict)
    """The locks of files whose id begins with this and a colon."""

    def __post_init__(self) -> None:
        self.ciphers = self.store.of_backup(self.manifest.backup)

    def sealed(self, lock: Lock, data: bytes, about: str) -> Document:
        """Data behind a lock, as it is stored."""
        self.number += 1
        number = self.number
        there = sealed_part(self.ciphers, lock, number, data, about.encode())
        return {"lock": [list(one) for one in lock], "number": number, "sealed": there}

    async def write_documents(self, read: Read, names: Iterable[str], to: SealedWriter) -> None:
        """All documents of these collections, as they were at the moment."""
        for name in names:
            large = name in self.holdings.large
            async for rows in read(name).stream({}, FEW if large else BATCH):
                made = await self._rows(read, name, rows)
                # what is sealed grows no smaller, and of large documents that is most
                to.write({"collection": name, "rows": made}, smaller=not large)
                self.documents += len(rows)

    async def _rows(self, read: Read, name: str, rows: list[Document]) -> list[Document]:
        holding = self.holdings.of(name)
        if holding is None:
            for where, path in self.holdings.files_of_nobody:
                if where == name:
                    self._own([one for row in rows for one in values_at(row, path)], ())
            return [{"document": row} for row in rows]
        whose = await claims(read, self.holdings, holding, rows)
        await self.store.meet(self.db, {p for some in whose for one in some for p in one.people})
        made = []
        for row, theirs in zip(rows, whose, strict=True):
            lock = lock_of(one.people for one in theirs if len(one.people) == 1)
            self._own([one for path in holding.files for one in values_at(row, path)], lock)
            if holding.files_below:
                self.below[str(row["_id"])] = lock
            made.append(self._split(name, row, theirs))
        return made

    def _own(self, files: Iterable[Any], lock: Lock) -> None:
        """Note whose files are; of one that several refer to, each may have it erased."""
        for one in files:
            if isinstance(one, str):
                both = {frozenset(clause) for clause in (*lock, *self.owners.get(one, ()))}
                self.owners[one] = lock_of(both)

    def _split(self, name: str, row: Document, theirs: list[Claim]) -> Document:
        holding = self.holdings.of(name)
        stays = holding.stays if holding else stays_all
        made = split(row, stays, theirs)
        parts = []
        for lock, values in made.parts.items():
            self.people.update(one for clause in lock for one in clause if one in self.ciphers)
            parts.append(self.sealed(lock, zlib.compress(encoded({"v": values}), 1), name))
        return {"document": {"skeleton": made.skeleton}, "parts": parts}

    def lock_of_file(self, file_id: str) -> Lock | None:
        """Whose a file is; None if nothing that was backed up refers to it."""
        if file_id in self.owners:
            return self.owners[file_id]
        begin = file_id
        while ":" in begin:
            begin = begin.rpartition(":")[0]
            if begin in self.below:
                return self.below[begin]
        return None

    async def write_files(self, rows: Iterable[bytes], to: SealedWriter) -> None:
        """The files of these rows, as far as they are still there."""
        for encoded_row in rows:
            row = decoded(encoded_row)
            lock = self.lock_of_file(row["_id"])
            if lock is None:
                self.unreferenced += 1
            elif all(any(one in self.ciphers for one in clause) for clause in lock):
                await self._write_file(encoded_row, row, lock, to)

    async def _write_file(
        self, encoded_row: bytes, row: Document, lock: Lock, to: SealedWriter
    ) -> None:
        self.people.update(one for clause in lock for one in clause if one in self.ciphers)
        to.write({"file": self.sealed(lock, encoded_row, FILE_ROWS)}, smaller=False)
        size, expected = row["chunkSize"], -(-row["length"] // row["chunkSize"])
        for start in range(0, expected, PIECES):
            within = {"files_id": row["_id"], "n": {"$gte": start, "$lt": start + PIECES}}
            pieces = await self.db.read(FILE_PIECES).find(within, sort=[("n", 1)])
            if [one["n"] for one in pieces] != [*range(start, min(start + PIECES, expected))]:
                self.gone += 1
                to.write({"gone": True})
                return
            data = b"".join(one["data"] for one in pieces)
            to.write(
                {"piece": self.sealed(lock, data, FILE_PIECES), "first": start, "size": size},
                smaller=False,
            )
        to.write({"whole": True})
        self.files += 1


@dataclass(frozen=True)
class Taken:
    """A backup that was made."""

    folder: Path
    manifest: Manifest
    unreferenced: int
    """Files that nothing referred to, and that are therefore not in it."""


async def take(
    db: Database,
    service: str,
    holdings: Holdings,
    masters: MasterKeys,
    folder: Path,
    *,
    inferred: Inferred | None = None,
) -> Taken:
    """Make a backup of a service's database in a folder of its own within `folder`.

    Raises:
        NotTakenError: the database cannot be read at one moment, or `folder` cannot be written.
        DatabaseUnavailableError: the database cannot be reached.

    """
    backup, now = token_hex(16), datetime.now(UTC)
    making = folder / (folder_name(service, now, backup) + UNFINISHED)
    blank = Manifest(service, backup, now.isoformat(), "", {})
    key = masters.wrap(new_key(), blank.about)
    taking = Taking(db, holdings, KeyStore(masters), replace(blank, key=key), inferred)
    try:
        with _alone(folder, service):
            return await _take(taking, masters, making)
    except NoMomentError as error:
        raise NotTakenError(_no_moment(error)) from error
    except DatabaseUnavailableError:
        raise
    except OSError as error:
        raise NotTakenError(f"the backup could not be written to {folder}: {error}") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


async def _take(taking: Taking, masters: MasterKeys, making: Path) -> Taken:
    _begin(making, taking.manifest.service)
    how = await _take_at_a_moment(taking, masters, making)
    done = replace(
        taking.manifest,
        moment=how,
        documents=taking.documents,
        files=taking.files,
        gone=taking.gone,
        people=len(taking.people),
    )
    return Taken(finish(making, done), done, taking.unreferenced)


def _begin(making: Path, service: str) -> None:
    for left in unfinished(making.parent, service):
        shutil.rmtree(left)  # cut off: nobody can restore it
    making.mkdir(mode=0o700)


@contextmanager
def _alone(folder: Path, service: str) -> Iterator[None]:
    """Be the only one who backs up the service to this folder; the lock goes with the process.

    Raises:
        NotTakenError: somebody else does.

    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{service}.lock").open("a") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise NotTakenError(f"another backup of {service} to {folder} is being made") from None
        yield


def _no_moment(error: NoMomentError) -> str:
    if error.forgotten:
        return (
            "the database no longer keeps the moment that the backup began at: it took too long. "
            "Raise minSnapshotHistoryWindowInSeconds of the server (300 by default), or take the "
            f"backup when less is going on. Nothing was kept. ({error})"
        )
    return (
        "this database cannot be read as it was at one moment, so a backup would not fit together: "
        f"a MongoDB replica set, 5.0 or later, can. ({error})"
    )


async def _take_at_a_moment(taking: Taking, masters: MasterKeys, making: Path) -> Moment:
    """Take it by a snapshot where the server offers that, or else within one transaction."""
    with ExitStack() as moments:
        how, read = await _moment(taking, moments)
        left_out = LEFT_OUT | taking.holdings.left_out
        present = [one for one in await taking.db.collections() if one not in left_out]
        with _Sealed(taking, masters, making / DOCUMENTS) as writer:
            await taking.write_documents(read, present, writer.frames)
            if taking.inferred is not None:
                writer.frames.write({"inferred": [*await taking.inferred.gather(read)]})
        rows = []
        discarded = await _discarded(read, taking.holdings.discarded)
        async for some in read(FILE_ROWS).stream({}, BATCH):
            rows += [encoded(one) for one in some if one["_id"] not in discarded]
    with _Sealed(taking, masters, making / FILES) as writer:
        await taking.write_files(rows, writer.frames)
    return how


async def _discarded(read: Read, collection: str | None) -> set[str]:
    if collection is None:
        return set()
    return {one["_id"] async for some in read(collection).stream({}, BATCH) for one in some}


async def _moment(taking: Taking, moments: ExitStack) -> tuple[Moment, Read]:
    """The reads of one moment, after a look at whether they are.

    A server that knows no snapshots may take the request and read what is there: the embedded
    database does.
    """
    ways: tuple[Moment, ...] = ("snapshot", "transaction")
    refused: NoMomentError | None = None
    for how in ways:
        with ExitStack() as trying:
            try:
                read = trying.enter_context(taking.db.at_one_moment(how))
                if await _sees_one_moment(taking, read, how):
                    moments.push(trying.pop_all())
                    return how, read
            except NoMomentError as error:
                refused = error
    raise refused or NoMomentError("what is written meanwhile is seen", forgotten=False)


async def _sees_one_moment(taking: Taking, read: Read, how: Moment) -> bool:
    """Begin the moment by a first read, and see that what is written then is not seen."""
    key = f"{taking.manifest.backup}:{how}"
    await read(BACKUPS).get(key)
    row = {"_id": key, "began": datetime.fromisoformat(taking.manifest.taken_at)}
    await taking.db.write(BACKUPS).insert(row)
    return await read(BACKUPS).get(key) is None


class _Sealed:
    """A file of the backup that is written and is on the disk at the end of the block."""

    def __init__(self, taking: Taking, masters: MasterKeys, path: Path) -> None:
        self._file = path.open("xb", buffering=1 << 20)
        cipher = taking.manifest.cipher(masters, path.name)
        self.frames = SealedWriter(self._file, cipher, path.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._file:
            if kind is None:
                self.frames.end()
                self._file.flush()
                os.fsync(self._file.fileno())
