"""Signed statements of how far a log has come: C2SP tlog-checkpoint in a C2SP signed-note.

Three lines and a signature, which people can read and other programs verify:

    nextstep/applications
    1234
    <root in Base64>

    — nextstep/applications <key id and Ed25519 signature in Base64>
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519: Final = b"\x01"
"""What signed-note calls the kind of signature."""
_KEY_ID_BYTES: Final = 4
_HASH_BYTES: Final = 32


def origin_of(service: str) -> str:
    """What a service's log is called, in its checkpoints and as the name of its key."""
    return f"nextstep/{service}"


@dataclass(frozen=True)
class Checkpoint:
    """How far a log has come."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Keys:
    """What a service signs its checkpoints with, and whose it believes."""

    own: Ed25519PrivateKey
    trusted: tuple[Ed25519PublicKey, ...]


def key_id(name: str, key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a note says which key signed it."""
    data = name.encode() + b"\n" + _ED25519 + key.public_bytes_raw()
    return hashlib.sha256(data).digest()[:_KEY_ID_BYTES]


def signed(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a signed note."""
    name = checkpoint.origin
    signature = key_id(name, key.public_key()) + key.sign(checkpoint.text.encode())
    return f"{checkpoint.text}\n— {name} {base64.b64encode(signature).decode()}\n"


def opened(note: str, trusted: Iterable[Ed25519PublicKey]) -> Checkpoint:
    """What a signed note says, if one of the keys signed it under the name of the log.

    Raises:
        ValueError: it is no checkpoint, or none of these keys signed it.

    """
    text, divider, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not divider or len(lines) < 3:  # noqa: PLR2004 - the three lines of a checkpoint
        raise ValueError("this is no checkpoint")
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdigit() and len(size) < 16) or str(int(size)) != size:  # noqa: PLR2004 - no log has more
        raise ValueError(f"{size!r} is no size of a log")
    found = Checkpoint(origin, int(size), _decoded(root))
    if len(found.root) != _HASH_BYTES:
        raise ValueError("the root is no SHA-256 hash")
    keys = list(trusted)
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash == "—" and name == origin and _by_any(_decoded(encoded), name, text, keys):
            return found
    raise ValueError(f"no key that is trusted signed this checkpoint of {origin}")


def _by_any(signature: bytes, name: str, text: str, keys: Iterable[Ed25519PublicKey]) -> bool:
    for key in keys:
        if signature[:_KEY_ID_BYTES] != key_id(name, key):
            continue
        try:
            key.verify(signature[_KEY_ID_BYTES:], f"{text}\n".encode())
        except InvalidSignature:
            continue
        return True
    return False


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError(f"{text[:60]!r} is no Base64") from None
