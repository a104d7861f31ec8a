"""The hash chain that audit trails were before they became Merkle logs.

Its entries stay readable and verifiable: they are the first leaves of the log. Each holds a
number, the hash of the entry before it and its own over all but what may be erased, of which it
holds a salted digest.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FIRST = "0" * 64
_OUTSIDE = frozenset({"hash", "details", "where", "salt", "leaf", "blanked", "version"})
"""What the hash does not cover: itself, what may be erased, and what sealing added later."""


def _digest(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash of a stored entry, over all but its own hash and what may be erased."""
    return _digest({k: v for k, v in entry.items() if k not in _OUTSIDE})


def erasable_digest(salt: str, where: str, details: Mapping[str, Any]) -> str:
    """The salted digest of what may be erased."""
    return _digest({"salt": salt, "where": where, "details": details})
