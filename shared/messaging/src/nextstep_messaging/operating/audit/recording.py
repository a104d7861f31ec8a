"""Writing entries in the transaction of the act, and blanking them under data protection law.

Entries of acts at the same time do not meet: each has an id of its own and no number yet. The
sealer numbers them (see `sealing`).
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from nextstep_messaging.database.outbox import Positions
from nextstep_messaging.operating.audit.entry import (
    BLANKED,
    LEGACY_PARTS,
    Entry,
    is_legacy,
    new_entry,
)
from nextstep_messaging.operating.audit.store import ENTRIES

if TYPE_CHECKING:
    from nextstep_messaging.database.unit_of_work import UnitOfWork

ERASED: Final = "erased the details of"
"""The action of an entry that an erasure leaves."""
ERASED_MENTIONS: Final = "erased the details that named somebody"
ERASED_PERSON: Final = "erased the person"
EXPORTED_PERSON: Final = "exported what is held about the person"
REPLAYED: Final = "sent back the dead letter"
DISCARDED: Final = "discarded the dead letter"
COMMANDED: Final = "ran the command"
RESTORED: Final = "restored the backup"
_positions = Positions()


@dataclass(frozen=True)
class Actor:
    """Who makes a change: staff, a person behind an emailed link, a command, or a service."""

    kind: Literal["staff", "person", "command", "service"]
    who: str
    """Staff: their email address. A person: their id. A command: the operator's name on that
    machine. A service: its name, where it does what it heard of."""
    name: str = ""
    """As a history shows them; the trail keeps `who` alone."""
    where: str = ""
    """The network address the request came from."""


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
    """Add several entries in this transaction, in their order and one round trip."""
    if not entries:
        return
    await uow.collection(ENTRIES).insert_many([_document(uow, one) for one in entries])
    uow.audited = True


def _document(uow: "UnitOfWork", entry: AuditEntry) -> dict[str, Any]:
    key = f"{_positions.next():020d}{secrets.token_hex(4)}"
    parts = {
        "who": entry.actor.who,
        "where": entry.actor.where,
        "about": entry.about,
        "details": dict(entry.details),
    }
    return new_entry(key, uow.now.isoformat(), parts, entry.action)


async def record_blanked(
    uow: "UnitOfWork", actor: Actor, action: str, about: str, keys: Sequence[str], **details: Any
) -> str:
    """Add an entry that says why others, by their ids, have their details no more; its id."""
    entry = _document(uow, AuditEntry(actor, action, about, details))
    await uow.collection(ENTRIES).insert(entry | ({"erases": sorted(keys)} if keys else {}))
    uow.audited = True
    return str(entry["_id"])


def blanked(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What stays of an entry whose details are erased."""
    after: dict[str, Any] = {**entry}
    if is_legacy(entry):
        return after | dict.fromkeys(LEGACY_PARTS)
    if "erases" in entry or "salts" not in entry:
        return after
    return after | dict.fromkeys(BLANKED) | {"salts": entry["salts"] | dict.fromkeys(BLANKED)}


async def erase_details(uow: "UnitOfWork", about: str, *, by: str | None = None) -> None:
    """Blank details and addresses of all entries about `about`, and of the acts of person `by`.

    The log still verifies, because an entry says which were blanked. Doing it again changes
    nothing.
    """
    entries = uow.collection(ENTRIES)
    whose = [{"about": about}, *([] if by is None else [{"who": by}])]
    readable = [{"details": {"$ne": None}}, {"where": {"$ne": None}}]
    found = await entries.find({"$and": [{"$or": whose}, {"$or": readable}], "erases": None})
    await _blank(uow, found, BLANKED, ERASED, about)


async def erase_naming(
    uow: "UnitOfWork", names: Callable[[Any], bool], *, after: str = "", most: int
) -> str | None:
    """Blank the details of entries, whoever they are about, that name somebody.

    Args:
        uow: the transaction.
        names: whether details name them.
        after: looks at the entries that come after this id, in the order of their ids.
        most: looks at so many.

    Returns:
        the id of the last entry that was looked at if there may be more, else None.

    """
    readable = {"_id": {"$gt": after}, "details": {"$ne": None}, "erases": None}
    found = await uow.collection(ENTRIES).find(readable, sort=[("_id", 1)], limit=most)
    naming = [one for one in found if names(one["details"])]
    await _blank(uow, naming, ("details",), ERASED_MENTIONS, "")
    return found[-1]["_id"] if len(found) == most else None


async def _blank(
    uow: "UnitOfWork", found: Sequence[Entry], parts: Sequence[str], action: str, about: str
) -> None:
    """Blank parts of entries, and leave an entry that says of which."""
    if not found:
        return
    entries = uow.collection(ENTRIES)
    legacy = [one["_id"] for one in found if is_legacy(one)]
    keys = [one["_id"] for one in found if not is_legacy(one)]
    if legacy:
        await entries.update({"_id": {"$in": legacy}}, {"$set": dict.fromkeys(LEGACY_PARTS)})
    if keys:
        blank = {field: None for part in parts for field in (part, f"salts.{part}")}
        # the version is for a sealer that has it in hand
        await entries.update({"_id": {"$in": keys}}, {"$set": blank, "$inc": {"version": 1}})
    eraser = Actor("service", uow.envelope.source if uow.envelope else uow.service)
    entry = _document(uow, AuditEntry(eraser, action, about, {}))
    await entries.insert(entry | {"erases": sorted([*legacy, *keys])})
    uow.audited = True
