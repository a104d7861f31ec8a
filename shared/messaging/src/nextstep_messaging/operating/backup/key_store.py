"""One key a person, and who was erased: the key store, which no backup holds.

A row without a key says that its person was erased. Key and erasure are one row, so that a backup
that meets a person for the first time and an erasure of the same moment cannot pass each other.
The keys are wrapped by the master key of the settings. The store is also written to a file of its
own, apart from the backups: a backup without it opens for nobody.
"""

import asyncio
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, Final

from nextstep_messaging.database.database import Database
from nextstep_messaging.database.mongo import decoded, encoded
from nextstep_messaging.operating.backup.rows import PERSON_KEYS
from nextstep_messaging.operating.backup.sealing import (
    Cipher,
    DamagedError,
    MasterKeys,
    SealError,
    key_for,
    new_key,
)
from nextstep_messaging.operating.erased_words import ERASED_WORDS

AT_ONCE: Final = 1000
"""Rows asked for in one round trip."""
_HEADER: Final = b"nextstep keys 1\n"


@dataclass
class KeyStore:
    """What of the store is needed at once: the people of one backup or restore."""

    masters: MasterKeys
    words: list[dict[str, Any]] = field(default_factory=list)
    """Digests of the names of the erased, as rows; see `erased_words`."""
    keys: dict[str, bytes] = field(default_factory=dict)
    """By person."""
    erased: dict[str, datetime] = field(default_factory=dict)

    def of_backup(self, backup: str) -> "PersonCiphers":
        """What seals in one backup, a person each."""
        return PersonCiphers(self, backup)

    async def meet(self, db: Database, people: Iterable[str]) -> None:
        """Know the keys of these people, who are given one if they have none and live."""
        wanted = sorted({one for one in people if one not in self.keys and one not in self.erased})
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            await self._load(db, some)
            new = [one for one in some if one not in self.keys and one not in self.erased]
            if new:
                now = datetime.now(UTC)
                rows = [
                    {"_id": one, "key": self.masters.wrap(new_key(), one), "made_at": now}
                    for one in new
                ]
                # whom another backup met, or an erasure, at this moment is there already
                await db.write(PERSON_KEYS).insert_each(rows)
                await self._load(db, new)

    async def _load(self, db: Database, people: list[str]) -> None:
        self.take(await db.read(PERSON_KEYS).find({"_id": {"$in": people}}))

    def take(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Know what rows of the store say. Who is erased by any of them is erased.

        Raises:
            SealError: the settings have another master key.

        """
        for row in rows:
            person = row["_id"]
            if row["key"] is None:
                self.erase(person, row["erased_at"])
            elif person not in self.erased:
                self.keys[person] = self.masters.unwrap(row["key"], person)

    def erase(self, person: str, at: datetime) -> None:
        """Know that a person was erased; their key is kept as long as it is here.

        With it a restore can find what others wrote of them by name.
        """
        self.erased[person] = min(at, self.erased.get(person, at))


class PersonCiphers(Mapping[str, Cipher]):
    """The people whose key is there, with what seals for them in one backup."""

    def __init__(self, store: KeyStore, backup: str) -> None:
        self._store = store
        self._use = f"backup {backup}"
        self._made: dict[str, Cipher] = {}

    def __getitem__(self, person: str) -> Cipher:
        if person not in self._made:
            self._made[person] = Cipher(key_for(self._store.keys[person], self._use))
        return self._made[person]

    def __contains__(self, person: object) -> bool:
        return person in self._store.keys

    def __iter__(self) -> Any:
        return iter(self._store.keys)

    def __len__(self) -> int:
        return len(self._store.keys)


async def write_key_file(db: Database, service: str, masters: MasterKeys, path: Path) -> int:
    """Write the whole store to a file, in the place of what was there; how many living people.

    One at a time, from the first read to the last byte: what was read before an erasure would else
    be written after it.

    Raises:
        DamagedError: what was there has keys or erasures that this database does not know.
        OSError: it cannot be written; what was there before stays.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f".{path.name}.lock").open("a") as alone:
        await asyncio.to_thread(flock, alone, LOCK_EX)
        rows = await db.read(PERSON_KEYS).find({}, sort=[("_id", 1)])
        words = await db.read(ERASED_WORDS).find({})
        _loses_nothing(path, service, masters, rows)
        held = {"service": service, "at": datetime.now(UTC), "rows": rows, "words": words}
        data = zlib.compress(encoded(held))
        sealed = encoded({"file": masters.wrap(data, f"keys of {service}")})
        _replace(path, _HEADER + sealed)
    return sum(1 for row in rows if row["key"] is not None)


def _loses_nothing(
    path: Path, service: str, masters: MasterKeys, rows: Iterable[Mapping[str, Any]]
) -> None:
    """See that a new database does not empty the file that the backups of the old one need.

    Nor a new machine, whose settings have another master key: what does not open stays as well.
    """
    if not path.exists():
        return
    try:
        before = read_key_file(path, service, masters)
    except DamagedError as error:
        raise DamagedError(
            f"{str(error).rstrip('.')}. It was left as it is, since it may be what the backups "
            "need: give the master key that it is of, or move it away."
        ) from error
    lives = {row["_id"]: row["key"] is not None for row in rows}
    lost = [
        row
        for row in before.rows
        if row["_id"] not in lives or (row["key"] is None and lives[row["_id"]])
    ]
    if lost:
        raise DamagedError(
            f"{path} has the keys or erasures of {len(lost)} people that this database "
            "does not know: is it a new one, or was it restored with older keys? Without them "
            "backups open no more. The file was left as it is: restore first, or move it away."
        )


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f"{path.name}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


@dataclass(frozen=True)
class KeyFile:
    """The store as a file has it."""

    rows: list[dict[str, Any]]
    words: list[dict[str, Any]]
    """Digests of the names of the erased."""


def read_key_file(path: Path, service: str, masters: MasterKeys) -> KeyFile:
    """The store as a file has it.

    Raises:
        DamagedError: there is none, it is another service's or damaged, or another master key
            sealed it; it says what to do.

    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DamagedError(
            f"there is no file of keys at {path}: without the keys a backup opens for nobody. "
            "It is written beside each backup, to where --keys said."
        ) from None
    if not data.startswith(_HEADER):
        raise DamagedError(f"{path} is no file of keys that this release can read")
    try:
        wrapped = decoded(data[len(_HEADER) :])["file"]
        held = decoded(zlib.decompress(masters.unwrap(wrapped, f"keys of {service}")))
    except SealError as error:
        raise DamagedError(f"{path} does not open as the keys of {service}: {error}") from error
    except (ValueError, KeyError, TypeError, zlib.error):
        raise DamagedError(f"{path} is damaged: take an earlier copy of it") from None
    return KeyFile(held["rows"], held["words"])


async def rotate(db: Database, masters: MasterKeys) -> int:
    """Wrap every key by the current master key; how many were wrapped by the one before."""
    count = 0
    async for rows in db.read(PERSON_KEYS).stream({"key": {"$ne": None}}, AT_ONCE):
        for row in rows:
            if masters.is_current(row["key"]):
                continue
            key = masters.unwrap(row["key"], row["_id"])
            same = {"_id": row["_id"], "key.by": row["key"]["by"]}  # an erasure is not undone
            change = {"$set": {"key": masters.wrap(key, row["_id"])}}
            count += await db.write(PERSON_KEYS).update(same, change)
    return count
