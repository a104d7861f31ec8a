"""One entry of the log: what its leaf says, and what of it may be erased.

The leaf is canonical JSON (RFC 8785). Of whatever may name a person it holds a salted hash alone:
such a part can be blanked, value and salt, and the leaf stands as it was. Without the salt the
hash does not give away what was blanked.
"""

import hashlib
import json
import secrets
from collections.abc import Container, Iterable, Mapping
from typing import Any, Final, Literal

import rfc8785

from nextstep_messaging.operating.audit.chain import FIRST, entry_hash, erasable_digest
from nextstep_messaging.operating.audit.tree import leaf_hash

PARTS: Final = ("who", "where", "about", "details")
"""What may be erased, each with a salt of its own."""
BLANKED: Final = ("where", "details")
"""What an erasure blanks of the entries that it reaches; ids stay, they lead nowhere then."""
LEGACY_PARTS: Final = ("details", "where", "salt")
"""What could be blanked in an entry of the hash chain that came before the log."""
SALT_BYTES: Final = 16
_LARGEST: Final = 2**53 - 1
"""JSON has no larger whole numbers that every reader understands (RFC 8785, section 3.2.2.3)."""

Fault = Literal["altered", "missing", "blanked without an erasure"]
Entry = Mapping[str, Any]
"""An entry as it is stored."""


def plain(value: Any) -> Any:
    """A value as JSON knows it, so that it is the same when it is read again."""
    return _within(json.loads(json.dumps(value, default=str)))


def _within(value: Any) -> Any:
    match value:
        case dict():
            return {key: _within(one) for key, one in value.items()}
        case list():
            return [_within(one) for one in value]
        case bool() | None:
            return value
        case int() if abs(value) > _LARGEST:
            return str(value)
        case float() if not abs(value) <= _LARGEST:  # nor not-a-number
            return str(value)
    return value


def commitment(part: str, salt: str, value: Any) -> str:
    """The salted hash of one part, in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps({"part": part, "salt": salt, "value": value})).hexdigest()


def new_entry(key: str, at: str, parts: Mapping[str, Any], action: str) -> dict[str, Any]:
    """An entry that is not sealed yet.

    Args:
        key: its own id, by which entries are in the order in which they were written.
        at: the moment in ISO 8601.
        parts: a value for each of `PARTS`.
        action: what was done, a verb.

    """
    values = {part: plain(parts[part]) for part in PARTS}
    salts = {part: secrets.token_hex(SALT_BYTES) for part in PARTS}
    commitments = {part: commitment(part, salts[part], values[part]) for part in PARTS}
    return {
        "_id": key,
        "at": at,
        "action": action,
        **values,
        "salts": salts,
        "commitments": commitments,
        "sealed": False,
        "version": 1,
    }


def missing(number: int) -> dict[str, Any]:
    """What stands in the log for an entry of the hash chain that was gone before it was sealed."""
    blank: dict[str, Any] = dict.fromkeys(PARTS)
    key = f"{number:012d}-missing"
    return {"_id": key, "number": number, "missing": True, "at": None, "action": None} | blank


def is_missing(entry: Entry) -> bool:
    """Whether this stands for an entry that is gone."""
    return bool(entry.get("missing"))


def is_legacy(entry: Entry) -> bool:
    """Whether an entry was written by a release that chained hashes."""
    return "previous" in entry


def leaf_data(entry: Entry) -> bytes:
    """What the leaf of an entry holds. It does not change when parts are blanked."""
    if is_missing(entry):
        return rfc8785.dumps({"v": 0, "number": entry["number"], "missing": True})
    if is_legacy(entry):
        blanked = bool(entry.get("blanked"))
        body: dict[str, Any] = {"v": 0, "number": entry["number"], "hash": entry["hash"]}
        return rfc8785.dumps(body | ({"blanked": True} if blanked else {}))
    body = {
        "v": 1,
        "id": entry["_id"],
        "at": entry["at"],
        "action": entry["action"],
        "parts": {part: entry["commitments"][part] for part in PARTS},
    }
    return rfc8785.dumps(body | ({"erases": entry["erases"]} if "erases" in entry else {}))


def leaf_of(entry: Entry) -> bytes:
    """The hash of the leaf of an entry."""
    return leaf_hash(leaf_data(entry))


def is_blank(entry: Entry) -> bool:
    """Whether anything of an entry was blanked."""
    if is_legacy(entry):
        return any(entry[part] is None for part in LEGACY_PARTS)
    return any(salt is None for salt in entry["salts"].values())


def erased_by(entries: Iterable[Entry]) -> set[str]:
    """The ids of the entries that erasures on record reached.

    Whatever else somebody wrote there names none; `fault_of` finds it by the leaf.
    """
    lists = (entry.get("erases") for entry in entries)
    return {key for found in lists if isinstance(found, list) for key in map(str, found)}


def fault_of(entry: Entry, erased: Container[str]) -> Fault | None:
    """What is wrong with an entry by itself, one of `Fault`; or None.

    `erased`: the ids of the entries that an erasure on record reached.
    """
    if is_missing(entry):
        return "missing"
    wrong = _legacy_fault(entry) if is_legacy(entry) else _fault(entry)
    if wrong is None and is_blank(entry) and str(entry["_id"]) not in erased:
        # only the leaf of an entry of the chain says that it was blank when it was sealed
        known = is_legacy(entry) and entry.get("blanked")
        return None if known else "blanked without an erasure"
    return wrong


def _fault(entry: Entry) -> Fault | None:
    try:
        for part in PARTS:
            salt, value = entry["salts"][part], entry[part]
            if salt is None and value is None and part in BLANKED:
                continue  # who acted, and about what, no erasure blanks
            if salt is None or commitment(part, salt, value) != entry["commitments"][part]:
                return "altered"
        if "leaf" in entry and entry["leaf"] != leaf_of(entry).hex():
            return "altered"
    except (KeyError, TypeError, ValueError, AttributeError):  # what was stored is no entry
        return "altered"
    return None


def _legacy_fault(entry: Entry) -> Fault | None:
    try:
        whole = entry["hash"] == entry_hash(entry)
        if any(entry[part] is not None for part in LEGACY_PARTS):
            seen = erasable_digest(entry["salt"], entry["where"], entry["details"])
            whole = whole and seen == entry["digest"]
        if "leaf" in entry:
            whole = whole and entry["leaf"] == leaf_of(entry).hex()
    except (KeyError, TypeError, ValueError, AttributeError):
        return "altered"
    return None if whole else "altered"


def follows(entry: Entry, before: Entry | None) -> bool:
    """Whether an entry of the hash chain follows the one before it; newer ones need not."""
    if not is_legacy(entry):
        return True
    previous = FIRST if before is None else before.get("hash")
    return bool(entry["previous"] == previous)
