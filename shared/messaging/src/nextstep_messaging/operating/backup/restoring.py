"""Restoring a backup into a database that holds nothing, and erasing again who was erased since.

First the whole backup is read and nothing is written: what is damaged, cut off or of another key
is found then. While it is written a mark says that what is there is not whole; a service does not
start on that, and the same command begins again. The register of erasures wins: who was erased
after the backup was taken is erased again, whether their key is still there or not.
"""

import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from nextstep_messaging.database.database import LEASES, Database
from nextstep_messaging.database.mongo import Document, decoded
from nextstep_messaging.database.outbox import OUTBOX
from nextstep_messaging.database.schema import Collection
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.audit.log import read_log
from nextstep_messaging.operating.audit.recording import (
    RESTORED,
    Actor,
    blanked,
    record_blanked,
)
from nextstep_messaging.operating.audit.restorations import note_restored
from nextstep_messaging.operating.audit.store import ENTRIES
from nextstep_messaging.operating.backup.key_store import KeyStore
from nextstep_messaging.operating.backup.manifest import (
    DOCUMENTS,
    FILES,
    PARTS,
    Manifest,
    read_manifest,
)
from nextstep_messaging.operating.backup.rows import (
    PERSON_KEYS,
    RESTORES,
    UNDER_WAY,
    destroy_key,
    under_way,
)
from nextstep_messaging.operating.backup.sealed_file import read_frames
from nextstep_messaging.operating.backup.sealing import (
    DamagedError,
    KeyMissingError,
    MasterKeys,
    SealError,
    opened_part,
)
from nextstep_messaging.operating.backup.splitting import Lock, joined, opens
from nextstep_messaging.operating.backup.taking import FILE_PIECES, FILE_ROWS
from nextstep_messaging.operating.erased_words import ERASED_WORDS, ErasedWords
from nextstep_messaging.operating.erasing_again import look_again
from nextstep_messaging.operating.holdings import Inferred, changed_at

Erase = Callable[[UnitOfWork, str], Awaitable[None]]
Transact = Callable[[Callable[[UnitOfWork], Awaitable[Any]]], Awaitable[Any]]
Lookup = Callable[[int], list[Any] | None]


class NotRestoredError(Exception):
    """The restore cannot be done, or not to its end; says why and what to do."""


@dataclass
class Restored:
    """What became of a restore."""

    manifest: Manifest
    documents: int = 0
    files: int = 0
    sealed: int = 0
    """Documents and files of which something stayed sealed."""
    sealed_of: set[str] = field(default_factory=set)
    """The people whose key is gone."""
    erased_again: int = 0
    """Who was erased since, and is again."""
    not_published: int = 0
    """Events of theirs that waited in the outbox."""


def _sealed_in(frame: Document) -> Iterator[tuple[str, Document]]:
    """What a frame holds behind locks, and what each is about."""
    for row in frame.get("rows", ()):
        for behind in row.get("parts", ()):
            if behind["sealed"] is not None:
                yield frame["collection"], behind
    for name, about in (("file", FILE_ROWS), ("piece", FILE_PIECES)):
        if name in frame:
            yield about, frame[name]


@dataclass
class Restoring:
    """A backup, opened with the keys of those who are there."""

    folder: Path
    masters: MasterKeys
    store: KeyStore
    written: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Where people write about others, by collection; names of the erased are taken out there."""

    def __post_init__(self) -> None:
        self.words = ErasedWords.of_rows(self.store.words)
        self.manifest = read_manifest(self.folder)
        self.ciphers = self.store.of_backup(self.manifest.backup)
        self.done = Restored(self.manifest)
        self.blanked: list[str] = []
        """Entries of the audit log of which only what an erasure leaves could be restored."""
        self.inferred: list[Document] = []
        """What follows from what people's records said when it was taken."""
        self.met: set[str] = set()
        """Everybody who has something sealed in it."""

    def frames(self, part: str) -> Iterator[Document]:
        """The frames of one of its files."""
        return read_frames(self.folder / part, self.manifest.cipher(self.masters, part))

    def look(self) -> None:
        """Read all of it, to see that it is whole and who is in it.

        Raises:
            DamagedError: it is not.

        """
        for part in PARTS:
            for frame in self.frames(part):
                for about, behind in _sealed_in(frame):
                    people = {name for clause in behind["lock"] for name in clause}
                    if opens(behind["lock"], self.ciphers) and not people <= self.met:
                        self._open(behind, about)  # to see that the key is the right one
                    self.met |= people

    @property
    def without_key(self) -> set[str]:
        """Those who have something in it, are not known to be erased, and have no key."""
        return self.met - self.store.keys.keys() - self.store.erased.keys()

    def _open(self, behind: Mapping[str, Any], about: str) -> bytes | None:
        """What is behind a lock; None if it stays sealed."""
        lock: Lock = tuple(tuple(clause) for clause in behind["lock"])
        if behind["sealed"] is None:  # erased before the backup was taken
            return None
        try:
            return opened_part(
                self.ciphers, lock, behind["number"], behind["sealed"], about.encode()
            )
        except KeyMissingError:
            gone = {one for clause in lock for one in clause if one not in self.ciphers}
            self.done.sealed_of |= gone
            return None
        except SealError as error:
            whose = ", ".join(sorted({one for clause in lock for one in clause}))
            raise DamagedError(
                f"{self.folder}: what is sealed of {whose} does not open with the key of the file "
                f"of keys: {error}. Is it the file of another database?"
            ) from error

    async def write_documents(self, db: Database) -> None:
        """Put back all documents, as far as they open."""
        for frame in self.frames(DOCUMENTS):
            if "inferred" in frame:
                self.inferred += frame["inferred"]
                continue
            name = frame["collection"]
            rows = [self._document(name, row) for row in frame["rows"]]
            there = [self._without_names(name, row) for row in rows if row is not None]
            await db.write(name).insert_many(there)
            self.done.documents += len(there)

    def _without_names(self, collection: str, row: Document) -> Document:
        if self.words.any:
            for path in self.written.get(collection, ()):
                row = changed_at(row, path.split("."), self.words.without)
        return row

    def _document(self, name: str, row: Document) -> Document | None:
        if "parts" not in row:
            whole: Document = row["document"]
            return whole
        values = [self._values(name, one) for one in row["parts"]]
        document = joined(row["document"]["skeleton"], lambda which: values[which])
        lost = [part for part, value in zip(row["parts"], values, strict=True) if value is None]
        if name == ENTRIES and document is not None:
            named = self._names_erased(document)
            if named:  # in an entry about others; a timer had blanked it after the erasure
                document = blanked(document)
            if lost or named:
                self.blanked.append(document["_id"])
        if any(part["sealed"] is not None for part in lost):
            self.done.sealed += 1
            self.done.not_published += name == OUTBOX
        return document

    def _names_erased(self, entry: Document) -> bool:
        details = entry.get("details")
        return self.words.any and bool(self.words.without(details) != details)

    def _values(self, name: str, behind: Document) -> list[Any] | None:
        data = self._open(behind, name)
        return None if data is None else decoded(zlib.decompress(data))["v"]

    async def write_files(self, db: Database) -> None:
        """Put back all files, as far as they open; the row of each after its pieces."""
        row: Document | None = None
        for frame in self.frames(FILES):
            if "file" in frame:
                data = self._open(frame["file"], FILE_ROWS)
                row = None if data is None else decoded(data)
                self.done.sealed += data is None
            elif row is None:
                continue
            elif "piece" in frame:
                await db.write(FILE_PIECES).insert_many(self._pieces(row, frame))
            elif "gone" in frame:
                await db.write(FILE_PIECES).delete({"files_id": row["_id"]})
            else:
                await db.write(FILE_ROWS).insert(row)
                self.done.files += 1

    def _pieces(self, row: Document, frame: Document) -> list[Document]:
        data = self._open(frame["piece"], FILE_PIECES) or b""
        size, first, key = frame["size"], frame["first"], row["_id"]
        return [
            {"_id": f"{key}:{n}", "files_id": key, "n": n, "data": data[at : at + size]}
            for n, at in enumerate(range(0, len(data), size), start=first)
        ]

    async def write_erased(self, db: Database) -> None:
        """Put what is known of erasures beside what is there, before that is thrown away.

        Some of it was known to this database alone: a restore that is begun again reads it there.
        """
        for person, at in self.store.erased.items():
            gone = {"$set": {"key": None, "erased_at": at}}
            await db.write(PERSON_KEYS).update({"_id": person}, gone, upsert=True)
        for row in self.store.words:
            kept = {"$set": {name: value for name, value in row.items() if name != "_id"}}
            await db.write(ERASED_WORDS).update({"_id": row["_id"]}, kept, upsert=True)

    async def write_keys(self, db: Database) -> None:
        """Put back the keys of who lives; who was erased is there already."""
        living = [
            {"_id": one, "key": self.masters.wrap(key, one), "made_at": datetime.now(UTC)}
            for one, key in self.store.keys.items()
            if one not in self.store.erased
        ]
        await db.write(PERSON_KEYS).delete({"key": {"$ne": None}})
        await db.write(PERSON_KEYS).insert_many(living)


@dataclass(frozen=True)
class Into:
    """Where a backup is put."""

    db: Database
    collections: Sequence[Collection]
    """What the service creates in it."""
    transact: Transact
    """Runs a unit of work."""
    erase: Erase
    """Erases a person as if their erasure was heard now."""
    inferred: Inferred | None = None
    """Records what their records suggested, of whom these no longer open."""


async def restore(restoring: Restoring, into: Into, by: Actor, *, replace: bool) -> Restored:
    """Put a backup, which was looked at, into the database of its service.

    Args:
        restoring: the backup, with the keys and all that is known of erasures.
        into: the database, which holds nothing unless it is to be replaced.
        by: who restores it, for the audit log.
        replace: what the database holds is thrown away.

    Raises:
        DamagedError: something does not open with these keys.
        NotRestoredError: the database holds something.

    """
    db, transact = into.db, into.transact
    await _may_be_replaced(db, replace=replace)
    manifest = restoring.manifest
    mark = {"backup": manifest.backup, "began": datetime.now(UTC)}
    await db.write(RESTORES).update({"_id": UNDER_WAY}, {"$set": mark}, upsert=True)
    await restoring.write_erased(db)
    await _make_room(db)
    await db.migrate(into.collections)
    await restoring.write_documents(db)
    await restoring.write_files(db)
    await restoring.write_keys(db)
    if into.inferred is not None:
        gone = restoring.done.sealed_of
        theirs = [one for one in restoring.inferred if gone & {*one["people"]}]
        await transact(partial(_record_inferred, inferred=into.inferred, theirs=theirs))
    again = sorted(restoring.met & restoring.store.erased.keys())
    restoring.done.erased_again = len(again)
    # before anything else is done, so that the log says first why it is another
    await transact(partial(_record, restoring=restoring, by=by))
    for person in again:
        await transact(partial(_erase_again, erase=into.erase, person_id=person))
    now = datetime.now(UTC)
    row = {"backup": manifest.backup, "taken_at": manifest.taken_at, "at": now}
    key = f"{manifest.backup}:{now.isoformat()}"
    await db.write(RESTORES).update({"_id": key}, {"$set": row}, upsert=True)
    await db.write(RESTORES).delete({"_id": UNDER_WAY})
    return restoring.done


async def _record_inferred(uow: UnitOfWork, inferred: Inferred, theirs: list[Document]) -> None:
    await inferred.record(uow, theirs)


async def _record(uow: UnitOfWork, restoring: Restoring, by: Actor) -> None:
    manifest, done = restoring.manifest, restoring.done
    size = (await read_log(uow.collection)).tree.size
    details = {
        "taken_at": manifest.taken_at,
        "size": size,
        "sealed": done.sealed,
        "erased_again": done.erased_again,
    }
    entry = await record_blanked(uow, by, RESTORED, manifest.backup, restoring.blanked, **details)
    await note_restored(uow, entry, size)


async def _erase_again(uow: UnitOfWork, erase: Erase, person_id: str) -> None:
    await erase(uow, person_id)
    await destroy_key(uow, person_id)
    await look_again(uow, person_id)


async def _may_be_replaced(db: Database, *, replace: bool) -> None:
    """See that the database holds nothing, or that what it holds may be thrown away.

    Raises:
        NotRestoredError: it holds something, and nobody said to throw that away.

    """
    present = await db.collections()
    held = [
        one for one in present if one not in (LEASES, RESTORES) and await db.read(one).count({})
    ]
    if held and not replace and not await under_way(db.read):
        raise NotRestoredError(
            f"the database {db.name} holds something ({', '.join(held[:5])}"
            f"{', …' if len(held) > 5 else ''}). Stop the service; then give --replace to throw "  # noqa: PLR2004
            "that away, or name another database in the settings."
        )


async def _make_room(db: Database) -> None:
    """Leave nothing in the database but the mark, and what is known of erasures."""
    for one in await db.collections():
        if one not in (RESTORES, PERSON_KEYS, ERASED_WORDS):
            await db.drop(one)
