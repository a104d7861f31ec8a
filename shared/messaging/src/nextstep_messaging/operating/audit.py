"""The audit trail: who changed what, when and from where, each entry chained to the one before.

An entry is written in the transaction of the change it tells of. Its hash covers everything but
the details and the network address, of which it covers a salted digest: erasing these under data
protection law leaves the chain whole, and the digest does not give away what was erased.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nextstep_messaging.database.schema import Collection, Index

if TYPE_CHECKING:
    from nextstep_messaging.database.unit_of_work import UnitOfWork

ENTRIES = "_audit"
HEAD = "_audit_head"
FIRST = "0" * 64
_ERASABLE = ("details", "where", "salt")
AUDIT_COLLECTIONS = (
    Collection(ENTRIES, (Index([("about", 1)]), Index([("number", 1)], unique=True))),
    Collection(HEAD),
)


@dataclass(frozen=True)
class Actor:
    """Who makes a change: a member of staff, or a person behind an emailed link."""

    kind: Literal["staff", "person"]
    who: str
    """Staff: their email address. A person: their id."""
    name: str = ""
    """As a history shows them; the trail keeps `who` alone."""
    where: str = ""
    """The network address the request came from."""


def _digest(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash of a stored entry, over all but its own hash and what may be erased."""
    return _digest({k: v for k, v in entry.items() if k not in {"hash", *_ERASABLE}})


def _erasable_digest(salt: str, where: str, details: Mapping[str, Any]) -> str:
    return _digest({"salt": salt, "where": where, "details": details})


def chained(
    previous: Mapping[str, Any] | None, at: str, actor: Actor, action: str, about: str, **rest: Any
) -> dict[str, Any]:
    """The entry that follows `previous` (None at the start of the chain)."""
    number = previous["number"] + 1 if previous else 1
    salt = secrets.token_hex(16)
    entry = {
        "_id": f"{number:012d}",
        "number": number,
        "at": at,
        "who": actor.who,
        "where": actor.where,
        "action": action,
        "about": about,
        "details": rest,
        "salt": salt,
        "digest": _erasable_digest(salt, actor.where, rest),
        "previous": previous["hash"] if previous else FIRST,
    }
    return entry | {"hash": entry_hash(entry)}


@dataclass(frozen=True)
class AuditEntry:
    """What somebody did, to be recorded."""

    actor: Actor
    action: str
    """A verb."""
    about: str
    """An id."""
    details: Mapping[str, Any]


async def record(uow: "UnitOfWork", actor: Actor, action: str, about: str, **details: Any) -> None:
    """Add an entry in this transaction: `actor` did `action` (a verb) to `about` (an id)."""
    await record_all(uow, [AuditEntry(actor, action, about, details)])


async def record_all(uow: "UnitOfWork", entries: Sequence[AuditEntry]) -> None:
    """Add several entries in this transaction, in their order, for the price of one."""
    if not entries:
        return
    head = await uow.collection(HEAD).get("head")
    last: Mapping[str, Any] | None = head
    rows = []
    for one in entries:
        at = uow.now.isoformat()
        last = chained(last, at, one.actor, one.action, one.about, **one.details)
        rows.append(last)
    link = {"_id": "head", "number": rows[-1]["number"], "hash": rows[-1]["hash"]}
    await uow.collection(HEAD).save(link | {"version": head["version"] if head else 0})
    await uow.collection(ENTRIES).insert_many(rows)


async def erase_details(uow: "UnitOfWork", about: str, *, by: str | None = None) -> None:
    """Blank details and addresses of all entries about `about`, and of the acts of person `by`.

    The chain still verifies.
    """
    blank = {"$set": dict.fromkeys(_ERASABLE)}
    await uow.collection(ENTRIES).update({"about": about}, blank)
    if by is not None:
        await uow.collection(ENTRIES).update({"who": by}, blank)


def first_break(entries: Iterable[Mapping[str, Any]]) -> int | None:
    """The number of the first entry that was altered, removed or moved; None if all is whole.

    `entries` are all stored entries in the order of their numbers.
    """
    previous = FIRST
    for expected, entry in enumerate(entries, start=1):
        whole = entry["number"] == expected and entry["previous"] == previous
        whole = whole and entry["hash"] == entry_hash(entry)
        if any(entry[field] is not None for field in _ERASABLE):
            seen = _erasable_digest(entry["salt"], entry["where"], entry["details"])
            whole = whole and seen == entry["digest"]
        if not whole:
            return expected
        previous = entry["hash"]
    return None
