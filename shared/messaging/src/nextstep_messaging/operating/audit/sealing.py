"""Sealing: what was recorded gets its number and its place in the tree, in order, by one worker.

Whoever acts only adds an entry. The sealer, of all instances one at a time, takes what was added
since, a batch to a transaction. Two that believe to be the one meet on the document of the tree,
and one of them does it again.

Now and then it signs how far the log has come and tells the other services, with the hashes of the
leaves since it last did; and examines the whole log.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, Final

from nextstep_contracts import AuditSealed
from nextstep_messaging.database.database import Database
from nextstep_messaging.database.leases import Lease
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.audit.checkpoint import Checkpoint, Keys, origin_of, signed
from nextstep_messaging.operating.audit.entry import (
    Entry,
    is_blank,
    is_legacy,
    is_missing,
    leaf_of,
)
from nextstep_messaging.operating.audit.examining import examined, signed_statements
from nextstep_messaging.operating.audit.log import Log, read_log, waiting
from nextstep_messaging.operating.audit.restorations import own_restorations
from nextstep_messaging.operating.audit.store import ENTRIES, HEAD, NOTES
from nextstep_messaging.operating.audit.tree import Frontier, root_of
from nextstep_messaging.timers.work_loop import Pace, WorkLoop

BATCH: Final = 200
"""Entries to a transaction, which stays far below what a transaction may change."""
PACE: Final = Pace(sweep=2.0, quiet=0.25, longest_wait=1.0)
"""An entry is sealed within about a second, those of one rush of acts together."""

EXAMINE_SECONDS: Final = 3600.0
"""Between two looks at the whole log."""
LATEST: Final = 100
"""Checkpoints that are looked at then: verifying a signature takes a tenth of a millisecond."""
TELL_SECONDS: Final = 30.0
"""Least time between checkpoints: what is rewritten sooner after it was sealed is not noticed."""
TELL_AGAIN: Final = timedelta(days=1)
"""When the last checkpoint is said again though nothing was added: a log that others say nothing
new of is not looked at."""
TOLD_AT_ONCE: Final = 1000
"""Leaf hashes in one event, about 70 kB."""

Transact = Callable[[Callable[[UnitOfWork], Awaitable[Any]]], Awaitable[Any]]


def sealed(tree: Frontier, entry: Entry) -> tuple[Frontier, dict[str, Any]]:
    """The tree with one more entry, and the entry with its number and leaf."""
    if is_legacy(entry):
        # what was blanked before there were entries that tell of it is taken as it is
        done = {**entry, **({"blanked": True} if is_blank(entry) else {})}
    elif is_missing(entry):
        done = {**entry}
    else:
        done = {**entry, "number": tree.size + 1, "sealed": True}
    leaf = leaf_of(done)
    return tree.with_leaf(leaf), {**done, "leaf": leaf.hex()}


class Sealer:
    """The sealer of one service process."""

    def __init__(self, service: str, db: Database, transact: Transact) -> None:
        self.keys: Keys | None = None
        """What checkpoints are signed with; without it none are told."""
        self._service = service
        self._db = db
        self._transact = transact
        self._next_examination = 0.0
        self._began = False
        self.loop = WorkLoop(Lease(db, "sealer"), self._look, PACE)

    async def _look(self, lease: Lease) -> bool:
        if monotonic() >= self._next_examination:  # first: what cannot be sealed is found by it
            await self.examine()
            self._next_examination = monotonic() + EXAMINE_SECONDS
        while await self.seal_batch():
            if not await lease.hold():
                return False
        more = await self.tell(at_once=not self._began and await self._key_is_new())
        self._began = True
        while more and await lease.hold():
            more = await self.tell(at_once=True)
        return False

    async def _key_is_new(self) -> bool:
        """Whether no key that is trusted now signed the last checkpoint."""
        told = (await read_log(self._db.read)).told
        if self.keys is None or not told:
            return False
        trusted = self.keys.trusted
        known, _ = await signed_statements(self._db.read, self._service, trusted, latest=1)
        return all(one.size != told for one in known)

    async def examine(self) -> None:
        """Look at the whole log, and leave what was found for pages and alarms."""
        read, trusted = self._db.read, self.keys.trusted if self.keys else ()
        statements, _ = await signed_statements(read, self._service, trusted, LATEST)
        found = await examined(read, statements)
        what = found.finding.what if found.finding else ""
        row = {"at": datetime.now(UTC), "size": found.size, "what": what}
        await self._db.write(HEAD).update({"_id": "examined"}, {"$set": row}, upsert=True)

    async def tell(self, *, at_once: bool = False) -> bool:
        """Sign a checkpoint and tell the other services, if it is time to; whether more waits."""
        log = await read_log(self._db.read)
        if self.keys is None or not (log.tree.size and (at_once or time_to_tell(log))):
            return False
        more: bool = await self._transact(partial(_tell, keys=self.keys))
        return more

    async def tell_all_again(self) -> None:
        """Tell the other services every leaf again, for those that lack some; see `tell`."""
        await self._transact(tell_from_the_beginning)
        while await self.tell(at_once=True):
            pass

    async def seal_all(self) -> int:
        """Seal all that waits; how many entries there are then. For commands and tests."""
        while await self.seal_batch():
            pass
        return (await read_log(self._db.read)).tree.size

    async def seal_batch(self) -> bool:
        """Seal the next entries; whether more may wait."""
        size = (await read_log(self._db.read)).tree.size
        if not await waiting(self._db.read, size, 1):
            return False
        count: int = await self._transact(_seal)
        return count > 0


def time_to_tell(log: Log) -> bool:
    """Whether the others are to be told how far a log has come.

    Also where it was told in a time to come: a clock that was ahead, or who writes to the database,
    must not silence a log.
    """
    try:
        since = datetime.now(UTC) - datetime.fromisoformat(log.told_at)
    except (ValueError, TypeError):  # never, or somebody wrote there what is no moment
        since = TELL_AGAIN
    waited = timedelta(seconds=TELL_SECONDS) if log.tree.size > log.told else TELL_AGAIN
    ahead = since < -timedelta(seconds=TELL_SECONDS)
    # a backlog of many is told at once
    return ahead or since >= waited or log.tree.size > log.told + TOLD_AT_ONCE


async def _tell(uow: UnitOfWork, keys: Keys) -> bool:
    log = await read_log(uow.collection)
    restored = await own_restorations(uow.collection)
    if restored is None:
        return False  # until it is sealed, nobody would know why the log is another
    size = min(log.tree.size, log.told + TOLD_AT_ONCE)
    # what follows a backup is told with the entry that says so
    size = max(size, *(one.size + len(one.leaves) for one in restored if one.size < size), 0)
    within = {"number": {"$gt": log.told, "$lte": size}}
    rows = await uow.collection(ENTRIES).find(within, sort=[("number", 1)])
    leaves = [one["leaf"] for one in rows]
    if len(leaves) != size - log.told:
        return False  # something is missing, and the examination says what
    root = log.tree.root
    if size < log.tree.size:
        before = {"number": {"$gt": 0, "$lte": size}}
        all_before = await uow.collection(ENTRIES).find(before, sort=[("number", 1)])
        root = root_of(bytes.fromhex(one["leaf"]) for one in all_before)
    note = signed(Checkpoint(origin_of(uow.service), size, root), keys.own)
    uow.publish(
        AuditSealed(
            log=uow.service,
            since=log.told,
            leaves=leaves,
            size=size,
            root=root.hex(),
            checkpoint=note,
            sealed_at=uow.now,
            restored=[one for one in restored if one.size + len(one.leaves) <= size],
        )
    )
    said = {"log": uow.service, "size": size, "root": root.hex(), "note": note, "at": uow.now}
    said["heard_at"] = datetime.now(UTC)
    key = {"_id": f"{uow.service}:{size:012d}:{root.hex()}"}
    await uow.collection(NOTES).update(key, {"$set": said}, upsert=True)
    told = replace(log, told=size, told_at=datetime.now(UTC).isoformat())
    await uow.collection(HEAD).save(told.document())
    return size < log.tree.size


async def tell_from_the_beginning(uow: UnitOfWork) -> None:
    """Let the sealer tell every leaf again, beginning with its next checkpoint."""
    log = await read_log(uow.collection)
    await uow.collection(HEAD).save(replace(log, told=0).document())


async def _seal(uow: UnitOfWork) -> int:
    log = await read_log(uow.collection)
    tree, done = log.tree, []
    for entry in await waiting(uow.collection, tree.size, BATCH):
        tree, one = sealed(tree, entry)
        done.append(one)
    entries = uow.collection(ENTRIES)
    for one in done:
        if is_missing(one):
            await entries.insert(one)
        elif is_legacy(one):
            change = {key: one[key] for key in ("leaf", "blanked") if key in one}
            await entries.update({"_id": one["_id"]}, {"$set": change})
    await entries.save_many([one for one in done if "sealed" in one])
    if done:
        await uow.collection(HEAD).save(replace(log, tree=tree).document())
    return len(done)
