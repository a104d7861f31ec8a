"""Is the log whole? The first entry that was altered, removed, moved, blanked or cut off."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nextstep_messaging.database.documents import ReadCollection
from nextstep_messaging.operating.audit.checkpoint import opened
from nextstep_messaging.operating.audit.entry import (
    Entry,
    erased_by,
    fault_of,
    follows,
    leaf_of,
)
from nextstep_messaging.operating.audit.log import Log, last_of_chain, read_log
from nextstep_messaging.operating.audit.store import ENTRIES, NOTES
from nextstep_messaging.operating.audit.tree import Frontier

WORDS: Final = {
    "altered": "Entry {} was changed after it was written.",
    "missing": "Entry {} is missing.",
    "blanked without an erasure": "Entry {} was blanked, and no erasure is on record for it.",
}
SPOILT: Final = "The log cannot be examined to its end: something in it is no entry ({})."
BESIDE: Final = "The entry of {} ({}) is not in the log: somebody put it beside."


@dataclass(frozen=True)
class Statement:
    """What the log was at one size, as somebody says who cannot be changed along with it."""

    holder: str
    """Who says so, in words: "a signed checkpoint", "scheduling"."""
    size: int
    root: bytes


@dataclass(frozen=True)
class Copy:
    """The leaves of the log that somebody else holds, from the first on."""

    holder: str
    leaves: Sequence[bytes]


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong."""

    number: int | None
    """Of the entry, counted from 1; None for one that has none yet."""
    what: str
    """In words, for the office."""


@dataclass(frozen=True)
class Examination:
    """What was looked at, and what was found."""

    size: int
    """Sealed entries."""
    root: str
    """Of the tree that they make, in hexadecimal."""
    waiting: int
    """Entries that are not sealed yet."""
    finding: Finding | None


def examine(
    entries: Sequence[Entry],
    unsealed: Sequence[Entry],
    log: Log,
    *,
    chained: int = 0,
    statements: Sequence[Statement] = (),
    copies: Sequence[Copy] = (),
    beside: Sequence[Entry] = (),
) -> Examination:
    """Look at a whole log.

    Args:
        entries: those that are sealed, in the order of their numbers.
        unsealed: those that are not.
        log: what the service says of its tree.
        chained: how many entries the hash chain of an earlier release had.
        statements: what the log was, as somebody else or a signature says.
        copies: leaves that others hold.
        beside: what is stored as an entry and is neither sealed nor about to be.

    """
    waits = [one for one in unsealed if _waits(one, len(entries), chained)]
    beside = [*beside, *(one for one in unsealed if one not in waits)]
    erased = erased_by(chain(entries, waits))
    tree, finding = _walk(entries, erased, statements, copies)
    known = [log.tree.size, *(one.size for one in statements), *(len(one.leaves) for one in copies)]
    if finding is None and len(entries) < max(known):
        cut = len(entries) + 1
        finding = Finding(
            cut, f"Entry {cut} and what followed were cut off: {max(known)} are known."
        )
    if finding is None and tree.root != log.tree.root:
        finding = Finding(None, "The entries do not add up to the root that was sealed.")
    if finding is None:
        finding = _among_unsealed(waits, erased, entries, chained)
    if finding is None and beside:
        finding = Finding(None, BESIDE.format(beside[0].get("at"), beside[0]["_id"]))
    return Examination(len(entries), tree.root.hex(), len(unsealed), finding)


def _walk(
    entries: Sequence[Entry],
    erased: set[str],
    statements: Sequence[Statement],
    copies: Sequence[Copy],
) -> tuple[Frontier, Finding | None]:
    said: dict[int, list[Statement]] = {}
    for one in statements:
        said.setdefault(one.size, []).append(one)
    tree, before, agreed = Frontier(), None, 0
    for number, entry in enumerate(entries, start=1):
        fault = "missing" if entry.get("number") != number else fault_of(entry, erased)
        if fault is None and ("leaf" not in entry or not follows(entry, before)):
            fault = "altered"
        if fault is not None:
            return tree, Finding(number, WORDS[fault].format(number))
        leaf, before = leaf_of(entry), entry
        for copy in copies:
            if number <= len(copy.leaves) and copy.leaves[number - 1] != leaf:
                what = f"Entry {number} is not the one that {copy.holder} holds: it was rewritten."
                return tree, Finding(number, what)
        tree = tree.with_leaf(leaf)
        for one in said.get(number, ()):
            if one.root != tree.root:
                return tree, Finding(agreed + 1, _rewritten(agreed + 1, one))
        agreed = number if number in said else agreed
    return tree, None


def _rewritten(first: int, statement: Statement) -> str:
    among = f"Entry {first}"
    if statement.size > first:
        among = f"An entry from {first} to {statement.size}"
    return f"{among} was rewritten: {statement.holder} says otherwise."


def _waits(entry: Entry, size: int, chained: int) -> bool:
    """Whether the sealer takes it up: whatever it passes over, no act of ours wrote."""
    number = entry.get("number")
    if number is None:
        return entry.get("sealed") is False
    return isinstance(number, int) and size < number <= chained


def _among_unsealed(
    unsealed: Sequence[Entry], erased: set[str], sealed: Sequence[Entry], chained: int
) -> Finding | None:
    of_chain = {one["number"]: one for one in unsealed if "number" in one}
    before = sealed[-1] if sealed else None
    for number in range(len(sealed) + 1, chained + 1):
        entry = of_chain.get(number)
        if entry is None:
            return Finding(number, WORDS["missing"].format(number))
        # erasures of that release left no entry
        fault = fault_of(entry, erased | {entry["_id"]})
        if fault is not None or not follows(entry, before):
            return Finding(number, WORDS[fault or "altered"].format(number))
        before = entry
    for entry in unsealed:
        if "number" not in entry and (fault := fault_of(entry, erased)) is not None:
            return Finding(None, f"Of the entry of {entry['at']}, not sealed yet: {fault}.")
    return None


async def signed_statements(
    read: Callable[[str], ReadCollection],
    service: str,
    trusted: Sequence[Ed25519PublicKey],
    latest: int = 0,
) -> tuple[list[Statement], int]:
    """A service's own signed checkpoints, and how many others nobody who is trusted signed.

    Whoever changes the database cannot make any, only take them away. The last alone tells whether
    anything was rewritten; the others, what. Only the `latest`, unless that is 0.
    """
    found, doubtful = [], 0
    for one in await read(NOTES).find({"log": service}, sort=[("size", -1)], limit=latest):
        try:
            point = opened(one["note"], trusted)
        except (ValueError, KeyError, AttributeError, TypeError):  # no note of ours, whatever it is
            doubtful += 1
        else:
            found.append(Statement("a signed checkpoint", point.size, point.root))
    return found, doubtful


async def examined(
    read: Callable[[str], ReadCollection],
    statements: Sequence[Statement] = (),
    copies: Sequence[Copy] = (),
) -> Examination:
    """Look at the whole log of a service as it is stored."""
    log = await read_log(read)
    held = read(ENTRIES)
    size = log.tree.size
    # what is sealed meanwhile is not looked at: nothing is sealed below the size that was read
    entries = await held.find({"leaf": {"$gt": ""}, "number": {"$gt": 0}}, sort=[("number", 1)])
    last = max([size, *(one.size for one in statements)])
    unsealed = await held.find({"leaf": None}, sort=[("_id", 1)])
    chained = await last_of_chain(read)
    beside = await _beside(read, size)
    look = partial(examine, chained=chained, statements=statements, copies=copies, beside=beside)
    try:
        within = [one for one in entries if one["number"] <= last]
        # hashing tens of thousands of entries takes seconds
        return await asyncio.to_thread(look, within, unsealed, log)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # whoever writes to the database must not silence the examination by what it trips over
        finding = Finding(None, SPOILT.format(type(error).__name__))
        return Examination(size, log.tree.root.hex(), len(unsealed), finding)


async def _beside(read: Callable[[str], ReadCollection], size: int) -> list[Entry]:
    """What has a leaf, or what stands in for one, but no place among the first `size` entries."""
    placed = {"leaf": {"$gt": ""}, "number": {"$gt": 0, "$lte": size}}
    found = await read(ENTRIES).find({"$nor": [{"leaf": None}, placed]}, sort=[("_id", 1)])
    if not found:
        return []
    now = (await read_log(read)).tree.size  # some may have been sealed since
    return [
        one
        for one in found
        if not (one["leaf"] and isinstance(one.get("number"), int) and size < one["number"] <= now)
    ]
