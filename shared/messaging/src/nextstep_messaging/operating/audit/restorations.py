"""Logs that go on from a backup: told by an entry of their own, and never taken for a rewriting.

Whoever restores a service loses the entries since the backup, which the others hold. The restore is
the first entry after those of the backup, and each checkpoint says which entry that is and how it
comes about. The others then put aside what they held beyond, keep it, and hold the log as it is
now. What the log had up to the backup must be as it was, and whatever it loses without saying so is
a contradiction.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from nextstep_contracts.audit import LogRestored
from nextstep_messaging.database.documents import ReadCollection
from nextstep_messaging.database.unit_of_work import UnitOfWork
from nextstep_messaging.operating.audit.entry import commitment, leaf_data
from nextstep_messaging.operating.audit.recording import RESTORED
from nextstep_messaging.operating.audit.store import (
    ENTRIES,
    HEAD,
    HELD_LEAVES,
    HELD_LOGS,
    LOST,
    NOTES,
    RESTORATIONS,
)
from nextstep_messaging.operating.audit.tree import Frontier, leaf_hash

Read = Callable[[str], ReadCollection]
NEWS: Final = timedelta(days=30)
"""For how long a restore is told where people look; the page of the audit trail keeps it."""
RESTORED_ROW: Final = "restored"
"""The row of `HEAD` that says which entries tell of a restore."""


@dataclass(frozen=True)
class Restoration:
    """That a log goes on from a backup, as an entry of it says."""

    id: str
    """The leaf hash of the entry."""
    entry: str
    """The id of the entry: entries are in the order of their ids."""
    size: int
    """Entries of the backup."""
    leaves: tuple[str, ...]
    """Of the entries after these, to this one."""
    taken_at: str
    """When the backup was taken, in ISO 8601."""
    at: str
    """When it was restored."""

    @property
    def number(self) -> int:
        """Of the entry, counted from 1."""
        return self.size + len(self.leaves)


def proven(said: LogRestored) -> Restoration:
    """What is said of a restore, if the entry that it names says the same.

    Raises:
        ValueError: it does not.

    """
    leaf = said.leaf.encode()
    if leaf_hash(leaf).hex() != said.leaves[-1]:
        raise ValueError("what is said to be the entry of a restore is not the one in the log")
    try:
        held = json.loads(leaf)
        same = held["parts"]["details"] == commitment("details", said.salt, said.details)
        if not same or held["action"] != RESTORED or said.details["size"] != said.size:
            raise ValueError("the entry that is named says nothing of such a restore")
        return Restoration(
            said.leaves[-1],
            str(held["id"]),
            said.size,
            tuple(said.leaves),
            _in_utc(said.details["taken_at"]),
            _in_utc(held["at"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("the entry of a restore lacks something") from error


def _in_utc(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat()


@dataclass(frozen=True)
class Course:
    """How what a log says now goes with what is known of it."""

    how: Literal["goes on", "late", "forked"]
    """Whether it is to be kept, comes from before a restore that is known, or denies that."""
    new: tuple[Restoration, ...] = ()
    """Restores that were not known, in their order: the log goes back for each."""


def course_of(
    known: Sequence[Restoration], said: Sequence[Restoration], size: int, sealed_at: datetime
) -> Course:
    """How a checkpoint goes with the restores that are known.

    A log is as its latest restore has it. What was sealed before that is late, and what says since
    then that there was none denies it; but what all histories share belongs to each.

    Args:
        known: the restores that were heard of.
        said: those that the checkpoint tells of.
        size: of the checkpoint.
        sealed_at: when the checkpoint was made.

    """
    if not known:
        return Course("goes on", tuple(said))
    current = max(known, key=_order)
    latest = max((_order(one) for one in said), default="")
    later = [one for one in known if _order(one) > latest]
    if not later or size <= min(one.size for one in later):
        new = [one for one in said if _order(one) > _order(current)]
        return Course("goes on", tuple(sorted(new, key=_order)))
    late = sealed_at <= datetime.fromisoformat(current.at)
    return Course("late" if late else "forked")


def _order(restoration: Restoration) -> str:
    return restoration.entry


async def known_restorations(read: Read, log: str) -> list[Restoration]:
    """The restores of another service's log that were heard of."""
    return [_of_row(one) for one in await read(RESTORATIONS).find({"log": log})]


def _of_row(row: Mapping[str, Any]) -> Restoration:
    return Restoration(
        row["restoration"], row["entry"], row["size"], (), row["taken_at"], row["restored_at"]
    )


async def go_back(uow: UnitOfWork, log: str, restoration: Restoration) -> None:
    """Hold a log as it is since a restore, and put aside what was held beyond."""
    within = {"log": log, "number": {"$gt": restoration.size}}
    held = {one["number"]: one for one in await uow.collection(HELD_LEAVES).find(within)}
    now = dict(enumerate(restoration.leaves, start=restoration.size + 1))
    lost = [n for n, one in sorted(held.items()) if one["leaf"] != now.get(n)]
    if lost:
        await _put_aside(uow, log, restoration.id, lost[0])
        held = {n: one for n, one in held.items() if n < lost[0]}
    await uow.collection(HELD_LEAVES).insert_many(
        [leaf_row(log, n, leaf) for n, leaf in now.items() if n not in held]
    )
    row = {
        "_id": f"{log}:{restoration.id}",
        "log": log,
        "restoration": restoration.id,
        "entry": restoration.entry,
        "number": restoration.number,
        "size": restoration.size,
        "taken_at": restoration.taken_at,
        "restored_at": restoration.at,
        "lost": [lost[0], lost[-1]] if lost else [],
    }
    await uow.collection(RESTORATIONS).insert(row)


def leaf_row(log: str, number: int, leaf: str) -> dict[str, Any]:
    """A leaf of another service's log as it is kept."""
    return {"_id": f"{log}:{number:012d}", "log": log, "number": number, "leaf": leaf}


async def _put_aside(uow: UnitOfWork, log: str, restoration: str, first: int) -> None:
    """Keep apart what is held of a log from entry `first` on, and hold what is before it."""
    for name, key in ((HELD_LEAVES, "number"), (NOTES, "size")):
        beyond = {"log": log, key: {"$gte": first}}
        rows = await uow.collection(name).find(beyond)
        await uow.collection(LOST).insert_many(
            [one | {"_id": f"{restoration}:{one['_id']}", "lost_by": restoration} for one in rows]
        )
        await uow.collection(name).delete(beyond)
    logs = uow.collection(HELD_LOGS)
    document = await logs.get(log)
    if document is None or document["size"] < first:
        return
    before = {"log": log, "number": {"$lt": first}}
    rows = await uow.collection(HELD_LEAVES).find(before, sort=[("number", 1)])
    tree = Frontier().with_leaves(bytes.fromhex(one["leaf"]) for one in rows)
    agreed = {"log": log, "size": {"$lte": min(document["agreed"], tree.size)}}
    notes = await uow.collection(NOTES).find(agreed, sort=[("size", -1)], limit=1)
    peaks = [one.hex() for one in tree.peaks]
    grown = {"size": tree.size, "peaks": peaks, "agreed": notes[0]["size"] if notes else 0}
    await logs.save(document | grown)


async def note_restored(uow: UnitOfWork, entry: str, size: int) -> None:
    """Remember which entry of the own log says that it was restored, after `size` entries."""
    row = {"$push": {"entries": {"entry": entry, "size": size}}}
    await uow.collection(HEAD).update({"_id": RESTORED_ROW}, row, upsert=True)


async def own_restorations(read: Read) -> list[LogRestored] | None:
    """What checkpoints of the own log say of restores; None while an entry of one has no number.

    An entry that was blanked or spoilt proves nothing any more, and is not told.
    """
    told = []
    for noted in (await read(HEAD).get(RESTORED_ROW) or {"entries": []})["entries"]:
        entry = await read(ENTRIES).get(noted["entry"])
        if entry is None or not _tells(entry):
            continue
        if "number" not in entry:
            return None
        within = {"number": {"$gt": noted["size"], "$lte": entry["number"]}}
        rows = await read(ENTRIES).find(within, sort=[("number", 1)])
        told.append(
            LogRestored(
                size=noted["size"],
                leaves=[one["leaf"] for one in rows],
                leaf=leaf_data(entry).decode(),
                details=entry["details"],
                salt=entry["salts"]["details"],
            )
        )
    return told


async def restored(read: Read, service: str, since: datetime | None = None) -> list[str]:
    """Which logs go on from a backup, in words for the office; only those restored `since` then.

    `service`: whose database is read.
    """
    own = [
        f"{_words(service, one['at'], one['details'])} Entry {one.get('number', 'not sealed yet')}"
        " says so."
        for one in await _own_entries(read)
        if _is_news(one["at"], since)
    ]
    others = await read(RESTORATIONS).find({}, sort=[("entry", 1)])
    return own + [
        f"{_words(one['log'], one['restored_at'], one)} {_lost(one['lost'])}"
        for one in others
        if _is_news(one["restored_at"], since)
    ]


async def _own_entries(read: Read) -> list[Mapping[str, Any]]:
    noted = (await read(HEAD).get(RESTORED_ROW) or {"entries": []})["entries"]
    found = await read(ENTRIES).find({"_id": {"$in": [one["entry"] for one in noted]}})
    return [one for one in found if _tells(one)]


def _tells(entry: Mapping[str, Any]) -> bool:
    """Whether it still says what was restored: one that was spoilt is for the examination."""
    try:
        details, salts = entry["details"], entry["salts"]
        datetime.fromisoformat(entry["at"])
        datetime.fromisoformat(details["taken_at"])
        return isinstance(details["size"], int) and isinstance(salts["details"], str)
    except (KeyError, TypeError, ValueError):
        return False


def _is_news(at: str, since: datetime | None) -> bool:
    return since is None or datetime.fromisoformat(at) >= since


def _words(log: str, at: str, backup: Mapping[str, Any]) -> str:
    return (
        f"The audit log of {log} was restored on {_moment(at)} from a backup of "
        f"{_moment(backup['taken_at'])}: it goes on after entry {backup['size']}."
    )


def _lost(numbers: Sequence[int]) -> str:
    if not numbers:
        return "Nothing that was known of is missing."
    first, last = numbers
    which = f"entry {first}" if first == last else f"entries {first} to {last}"
    return f"What was {which} before is in it no more."


def _moment(at: str) -> str:
    when = datetime.fromisoformat(at).astimezone(UTC)
    return f"{when.day} {when:%B %Y, %H:%M} UTC"
